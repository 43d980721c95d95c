package dev.catchwater.journal;

import static dev.catchwater.journal.Journals.DATASET;
import static dev.catchwater.journal.Journals.FOLDER;
import static dev.catchwater.journal.Journals.bytes;
import static dev.catchwater.journal.Journals.open;
import static dev.catchwater.journal.Journals.payload;
import static dev.catchwater.journal.Journals.read;
import static dev.catchwater.journal.Journals.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.disk.LocalDisk;
import dev.catchwater.testkit.SimDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private final SimDisk disk = new SimDisk(SimDisk.Mode.STRICT, 1);

  @BeforeEach
  void makeTheFolderAbove() throws IOException {
    disk.createDirectories(Path.of("/w/journal"));
  }

  @Test
  void whatIsAppendedIsReadBackInOrder() {
    try (Journal journal = open(disk)) {
      assertThat(journal.records().next()).isNull();
      assertThat(journal.append(bytes("a"))).isEqualTo(1);
      assertThat(journal.append(bytes(""))).isEqualTo(2);
      long last = journal.append(bytes("c"));
      journal.awaitDurable(last);
      assertThat(journal.durableSequence()).isEqualTo(3);
      assertThat(read(disk)).containsExactly("1:a", "2:", "3:c");
    }
    try (Journal journal = open(disk)) {
      assertThat(texts(journal.records())).containsExactly("1:a", "2:", "3:c");
      assertThat(journal.append(bytes("d"))).isEqualTo(4);
    }
    assertThat(read(disk)).containsExactly("1:a", "2:", "3:c", "4:d");
    assertThat(disk.openFiles()).isZero();
  }

  @Test
  void anAcknowledgedRecordSurvivesAPowerCut() {
    Journal journal = open(disk);
    for (int i = 1; i <= 5; i++) {
      journal.awaitDurable(journal.append(bytes("r" + i)));
    }
    SimDisk after = disk.restartAfterPowerCut();
    try (Journal again = open(after)) {
      assertThat(texts(again.records())).containsExactly("1:r1", "2:r2", "3:r3", "4:r4", "5:r5");
    }
  }

  @Test
  void manySegmentsAreReadAsOne() {
    try (Journal journal = open(disk)) {
      for (int i = 1; i <= 200; i++) {
        journal.awaitDurable(journal.append(payload(i, 1_000 + i)));
      }
    }
    List<JournalRecord> records = Journals.all(JournalReader.read(disk, FOLDER, DATASET));
    assertThat(records).hasSize(200);
    for (int i = 1; i <= 200; i++) {
      assertThat(records.get(i - 1).sequence()).isEqualTo(i);
      assertThat(records.get(i - 1).payload()).isEqualTo(payload(i, 1_000 + i));
    }
  }

  @Test
  void segmentsGrowUpToTheirLimit() throws IOException {
    try (Journal journal = open(disk)) {
      for (int i = 1; i <= 300; i++) {
        journal.awaitDurable(journal.append(payload(i, 900)));
      }
      List<Long> sizes = new ArrayList<>();
      for (String name : disk.list(FOLDER)) {
        if (name.endsWith(".segment")) {
          sizes.add((long) disk.readAll(FOLDER.resolve(name)).length);
        }
      }
      assertThat(sizes.subList(0, 4)).containsExactly(12_288L, 24_576L, 49_152L, 49_152L);
      assertThat(sizes).allMatch(size -> size <= 49_152);
    }
  }

  @Test
  void aRecordLargerThanASegmentGetsOneOfItsOwn() {
    byte[] large = payload(1, 3_000_000);
    try (Journal journal = open(disk)) {
      journal.append(bytes("a"));
      journal.awaitDurable(journal.append(large));
      journal.awaitDurable(journal.append(bytes("c")));
    }
    List<JournalRecord> records = Journals.all(JournalReader.read(disk, FOLDER, DATASET));
    assertThat(records.get(1).payload()).isEqualTo(large);
    assertThat(records.get(2).payload()).isEqualTo(bytes("c"));
  }

  @Test
  void releasedSegmentsAreDeletedAndTheRestStays() throws IOException {
    try (Journal journal = open(disk)) {
      for (int i = 1; i <= 100; i++) {
        journal.awaitDurable(journal.append(payload(i, 1_000)));
      }
      journal.release(60);
      assertThatThrownBy(() -> journal.release(101)).isInstanceOf(IllegalArgumentException.class);
    }
    List<JournalRecord> records = Journals.all(JournalReader.read(disk, FOLDER, DATASET));
    assertThat(records.getFirst().sequence()).isBetween(2L, 61L);
    assertThat(records.getLast().sequence()).isEqualTo(100);
    try (Journal journal = open(disk)) {
      journal.release(100);
    }
    assertThat(disk.list(FOLDER)).isEmpty();
    assertThat(read(disk)).isEmpty();
  }

  @Test
  void aReaderKeepsWhatTheWriterReleases() {
    try (Journal journal = open(disk)) {
      for (int i = 1; i <= 50; i++) {
        journal.awaitDurable(journal.append(payload(i, 1_000)));
      }
      JournalRecords records = JournalReader.read(disk, FOLDER, DATASET);
      journal.release(50);
      for (int i = 51; i <= 80; i++) {
        journal.awaitDurable(journal.append(payload(i, 1_000)));
      }
      List<JournalRecord> all = Journals.all(records);
      assertThat(all).hasSize(50);
      assertThat(all.getLast().payload()).isEqualTo(payload(50, 1_000));
    }
  }

  @Test
  void manyAppendersShareForces(@TempDir Path folder) throws Exception {
    ConcurrentLinkedQueue<Long> heard = new ConcurrentLinkedQueue<>();
    JournalListener listener = heard::add;
    int count = 2_000;
    Path place = folder.resolve("j");
    LocalDisk local = new LocalDisk();
    List<Long> sequences = Collections.synchronizedList(new ArrayList<>());
    try (Journal journal =
            Journal.open(local, place, Journals.SMALL, new SplittableRandom(1), listener);
        ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < count; i++) {
        pool.execute(() -> {
          long sequence = journal.append(bytes("x"));
          journal.awaitDurable(sequence);
          sequences.add(sequence);
        });
      }
    }
    assertThat(sequences).hasSize(count).doesNotHaveDuplicates();
    List<Long> told = List.copyOf(heard);
    assertThat(told).isSorted().hasSizeLessThan(count);
    assertThat(told.getLast()).isEqualTo(count);
    assertThat(Journals.all(JournalReader.read(local, place, DATASET))).hasSize(count);
  }

  @Test
  void anInterruptNeitherEndsTheWaitNorGetsLost() {
    try (Journal journal = open(disk)) {
      long sequence = journal.append(bytes("a"));
      Thread.currentThread().interrupt();
      journal.awaitDurable(sequence);
      assertThat(Thread.interrupted()).isTrue();
      journal.awaitDurable(journal.append(bytes("b")));
    }
    assertThat(read(disk)).containsExactly("1:a", "2:b");
  }

  @Test
  void nothingIsThereUntilSomethingIsAppended() throws IOException {
    try (Journal journal = open(disk)) {
      journal.requireRoom(100);
    }
    assertThat(disk.exists(FOLDER)).isFalse();
    assertThat(read(disk)).isEmpty();
  }

  @Test
  void aCrowdSharesItsForcesAndALoneAppenderBehindItIsAnsweredToo() throws Exception {
    try (Journal journal = open(disk)) {
      try (ExecutorService crowd = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 64; i++) {
          crowd.execute(() -> {
            for (int j = 0; j < 50; j++) {
              journal.awaitDurable(journal.append(bytes("crowd")));
            }
          });
        }
      }
      assertThat(journal.durableSequence()).isEqualTo(64 * 50);
      for (int i = 0; i < 3; i++) {
        journal.awaitDurable(journal.append(bytes("alone")));
      }
      assertThat(journal.durableSequence()).isEqualTo(64 * 50 + 3);
      assertThat(journal.queuedBytes()).isZero();
    }
  }
}
