package dev.catchwater.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.testkit.SimDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// A journal without a thread, on a simulated disk, and beside it a model that is a map: what was
/// sent, what of it was acknowledged, refused, released. One instance is one life of a process; the
/// model goes on with the next.
final class SimJournal {
  /// What the outside world knows.
  static final class Model {
    final TreeMap<Long, byte[]> sent = new TreeMap<>();
    long acknowledged;
    long released;

    /// The records that a recovery found are what was sent: all that was acknowledged and not
    /// released, and nothing that was refused or never sent. From here on they count as
    /// acknowledged: they are served.
    void check(List<JournalRecord> found, String what) {
      long last = found.isEmpty() ? 0 : found.getLast().sequence();
      if (acknowledged > released) {
        assertThat(last).as("%s: last record", what).isGreaterThanOrEqualTo(acknowledged);
      }
      List<Long> expected = List.of();
      if (!found.isEmpty()) {
        long first = found.getFirst().sequence();
        Long kept = sent.higherKey(released);
        assertThat(first)
            .as("%s: first record", what)
            .isLessThanOrEqualTo(kept == null ? last : kept);
        expected = List.copyOf(sent.subMap(first, true, last, true).keySet());
      }
      assertThat(found.stream().map(JournalRecord::sequence).toList()).as(what).isEqualTo(expected);
      for (JournalRecord record : found) {
        assertThat(record.payload()).as(what).isEqualTo(sent.get(record.sequence()));
      }
    }

    /// Takes what a recovery found as what is there.
    void adopt(List<JournalRecord> found) {
      long last = found.isEmpty() ? 0 : found.getLast().sequence();
      sent.tailMap(last, false).clear();
      acknowledged = last;
      released = Math.min(released, last);
    }
  }

  final SimDisk disk;
  final Model model;
  final CommitCore core;
  final List<JournalRecord> found;
  private final CommitDriver driver;
  private final RandomGenerator random;

  /// Opens what is on the disk, checks it against the model and goes on from there.
  SimJournal(SimDisk disk, Model model, RandomGenerator random, String what) throws IOException {
    this.disk = disk;
    this.model = model;
    this.random = random;
    Survey survey = recover(disk, random);
    found = Journals.all(new JournalRecords(survey));
    model.check(found, what);
    model.adopt(found);
    List<CommitCore.Segment> segments = new ArrayList<>();
    for (Survey.Span span : survey.segments()) {
      segments.add(new CommitCore.Segment(span.first(), span.last()));
    }
    core = new CommitCore(Journals.SMALL, random, segments, survey.last());
    core.release(model.released); // the owner knows what it has elsewhere, and says so again
    driver = new CommitDriver(disk, Journals.FOLDER, Journals.SMALL.reserveBytes());
  }

  static Survey recover(SimDisk disk, RandomGenerator random) throws IOException {
    return new Recovery(disk, Journals.FOLDER, Journals.DATASET, random).recover();
  }

  /// An empty disk with the folder above.
  static SimDisk disk(SimDisk.Mode mode, long seed) throws IOException {
    SimDisk disk = new SimDisk(mode, seed);
    disk.createDirectories(Path.of("/w/journal"));
    disk.syncDirectory(Path.of("/"));
    disk.syncDirectory(Path.of("/w"));
    return disk;
  }

  void append(int length) {
    byte[] payload = new byte[length];
    random.nextBytes(payload);
    long sequence = core.append(payload, SegmentFormat.payloadCrc(payload, 0, length));
    model.sent.put(sequence, payload);
  }

  void release(long through) {
    core.release(through);
    model.released = Math.max(model.released, Math.min(through, core.durable()));
  }

  /// Does one thing to the disk, as the journal's thread does it; false if there is nothing to do.
  boolean step() {
    CommitOperation operation = core.next();
    if (operation == null) {
      core.tick();
      operation = core.next();
    }
    if (operation == null) {
      return false;
    }
    boolean wasRefusing = core.isRefusing();
    try {
      driver.perform(operation);
      core.done();
    } catch (IOException e) {
      if (JournalFailure.isFull(e)) {
        core.full();
      } else {
        driver.stop(core.durable());
        core.failed();
      }
    }
    if (core.isRefusing() && !wasRefusing) {
      model.sent.tailMap(core.refusedFrom(), true).clear();
    }
    model.acknowledged = Math.max(model.acknowledged, core.durable());
    return true;
  }

  /// Steps until there is nothing to do.
  void settle() {
    int steps = 0;
    while (step()) {
      assertThat(++steps).as("steps of an idle journal").isLessThan(10_000);
    }
  }

  /// Drains, then ends this life as a clean stop does.
  void close() throws IOException {
    core.close();
    settle();
    driver.close();
  }

  /// The content of every file of the folder, to compare.
  static Map<String, String> files(SimDisk disk) throws IOException {
    Map<String, String> files = new TreeMap<>();
    for (String name : disk.list(Journals.FOLDER)) {
      byte[] bytes = disk.readAll(Journals.FOLDER.resolve(name));
      files.put(name, bytes.length + " " + SegmentFormat.payloadCrc(bytes, 0, bytes.length));
    }
    return files;
  }
}
