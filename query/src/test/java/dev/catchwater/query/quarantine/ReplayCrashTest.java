package dev.catchwater.query.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.columnar.slice.SliceReader;
import dev.catchwater.columnar.slice.SliceRows;
import dev.catchwater.disk.Disk;
import dev.catchwater.ingest.PushLimits;
import dev.catchwater.ingest.PushRequest;
import dev.catchwater.ingest.live.LiveSettings;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.live.PushIdentity;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.ingest.quarantine.RowState;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.ingest.sieve.SieveLimits;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.manifest.Manifests;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.odf.source.ReadStep;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.LockWait;
import dev.catchwater.storage.Workspace;
import dev.catchwater.storage.verify.Verifier;
import dev.catchwater.testkit.CutRuns;
import dev.catchwater.testkit.PowerCut;
import dev.catchwater.testkit.SimDisk;
import dev.catchwater.testkit.Tier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Replays of a quarantine, cut at disk calls: a row is applied once, with the time of its arrival,
/// and the quarantine knows its final offset, however often the replay begins anew.
class ReplayCrashTest {
  private static final Instant ARRIVAL = Instant.parse("2050-01-01T12:00:00Z");
  private static final Instant LATER = ARRIVAL.plusSeconds(3_600);
  // Each process draws names of its own; far from the seed of the dataset.
  private static final AtomicLong SEEDS = new AtomicLong(1_000);

  /// The last one cannot be read as it is, also when the source no longer asks for `v`.
  private static final List<String> BAD =
      List.of(
          "{\"id\":2,\"v\":1}", "{\"id\":3,\"v\":\"x\"}", "{\"id\":4,\"v\":1}", "{\"id\":five}");

  private static final String MENDED = "{\"id\":5}";

  private static final String MANIFEST =
      """
      kind: DatasetSnapshot
      version: 1
      content:
        name: d
        kind: Root
        metadata:
          - kind: AddPushSource
            sourceName: default
            read: {kind: NdJson, schema: ["id BIGINT", "v BOOLEAN"]}
            merge: {kind: Append}
      """;

  /// What a run does, one step after the other.
  private enum Step {
    REPLAY_ALL,
    SEAL,
    REPLAY_MENDED,
    RESTART,
    REPLAY_ALL_AGAIN,
    DROP_ALL
  }

  private static LiveWorkspace live(Disk disk, Instant now) {
    return new LiveWorkspace(
        Workspace.find(disk, Path.of("/work"), null),
        LiveSettings.standard(),
        () -> now,
        new SplittableRandom(SEEDS.incrementAndGet()),
        SliceOptions.defaults().withThreads(0),
        new PushLimits(1 << 20, 1_000),
        Preprocess.NONE);
  }

  private static Dataset dataset(Disk disk) {
    return Workspace.find(disk, Path.of("/work"), null).require("d");
  }

  /// A dataset with one row, four in quarantine, and a source that takes three of them now.
  private static void begin(Disk disk) {
    try {
      disk.createDirectories(Path.of("/work"));
      disk.syncDirectory(Path.of("/"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Workspace.init(disk, Path.of("/work"))
        .create(
            Manifests.readSnapshots("test.yaml", MANIFEST.getBytes(StandardCharsets.UTF_8)),
            ARRIVAL.minusSeconds(60),
            new SplittableRandom(1));
    Dataset dataset = dataset(disk);
    byte[] body = ("{\"id\":1}\n" + String.join("\n", BAD) + "\n").getBytes(StandardCharsets.UTF_8);
    AddPushSource lax =
        new AddPushSource(
            "default",
            new ReadStep.NdJson(List.of("id BIGINT"), null, null, null, null),
            null,
            new MergeStrategy.Append());
    try (LiveWorkspace live = live(disk, ARRIVAL)) {
      live.dataset(dataset)
          .push(
              PushRequest.of(dataset, List.of(PushInput.bytes(null, body)))
                  .withQuarantine(new SieveLimits(100, 0, 1 << 20)),
              PushIdentity.of(Multihash.sha3(body)),
              false);
      live.dataset(dataset)
          .exclusively(
              writer -> {
                writer.add(writer.systemTime(ARRIVAL), lax);
                return writer.commit();
              },
              LockWait.standard());
    }
  }

  /// Runs all steps; tells of each that went well.
  private static void run(Disk disk, Set<Step> done) {
    LiveWorkspace live = live(disk, LATER);
    boolean isDone = false;
    try {
      for (Step step : Step.values()) {
        Dataset dataset = dataset(disk);
        Replay replay = new Replay(live, dataset);
        switch (step) {
          case REPLAY_ALL, REPLAY_ALL_AGAIN -> replay.replay(RowFilter.all());
          case SEAL -> live.dataset(dataset).seal();
          case REPLAY_MENDED -> replay.replay(last(live, dataset), bytes(MENDED));
          case RESTART -> {
            live.close();
            live = live(disk, LATER.plusSeconds(60));
          }
          case DROP_ALL -> replay.drop(RowFilter.all());
        }
        done.add(step);
      }
      live.close();
      isDone = true;
    } finally {
      if (!isDone) {
        abandon(live);
      }
    }
  }

  private static void abandon(LiveWorkspace live) {
    try {
      live.close();
    } catch (PowerCut | CatchwaterException e) {
      // Nothing can be done on a disk without power.
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<QuarantinedRow> quarantined(LiveWorkspace live, Dataset dataset) {
    return QuarantineDesk.of(dataset, live).list(RowFilter.all(), null, 100).rows();
  }

  private static String last(LiveWorkspace live, Dataset dataset) {
    return quarantined(live, dataset).getLast().id();
  }

  /// The rows of the dataset by offset: event time and id. All of them are sealed.
  private static List<String> rows(Dataset dataset) {
    List<DataSlice> slices = new ArrayList<>();
    dataset.slicesFromEnd().forEach(slices::add);
    List<String> rows = new ArrayList<>();
    for (DataSlice slice : slices.reversed()) {
      try (SliceReader reader = SliceReader.open(dataset.openSlice(slice))) {
        SliceRows found = reader.read(0, reader.rowCount(), null);
        for (RecordBatch batch = found.next(); batch != null; batch = found.next()) {
          for (int row = 0; row < batch.rowCount(); row++) {
            rows.add(Instant.ofEpochMilli(number(batch, 3, row)) + " " + number(batch, 4, row));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return rows;
  }

  private static long number(RecordBatch batch, int column, int row) {
    return ((Column.Longs) batch.column(column)).values()[row];
  }

  @ParameterizedTest
  @EnumSource(SimDisk.Mode.class)
  void T03_aReplayedRowIsAppliedOnceWithItsTimeAndOffset(SimDisk.Mode mode) {
    SimDisk whole = new SimDisk(mode, 0);
    begin(whole);
    run(whole, new HashSet<>());
    List<String> expected = rows(dataset(whole));
    assertThat(expected)
        .containsExactly(
            ARRIVAL + " 1", ARRIVAL + " 2", ARRIVAL + " 3", ARRIVAL + " 4", ARRIVAL + " 5");
    int stride = Tier.pick(23, 1);
    int images = CutRuns.of(mode, stride, disk -> new Cut(disk, expected));
    System.out.printf(
        "T03 replay mode=%s stride=%d images=%d lost=0 dup=0%n", mode, stride, images);
    assertThat(images).isGreaterThan(100 / stride);
  }

  private static final class Cut implements CutRuns.Script {
    private final SimDisk disk;
    private final List<String> expected;
    private final Set<Step> done = new HashSet<>();

    Cut(SimDisk disk, List<String> expected) {
      this.disk = disk;
      this.expected = expected;
      begin(disk);
    }

    @Override
    public void run() {
      ReplayCrashTest.run(disk, done);
    }

    @Override
    public void check(SimDisk image, String what) {
      Dataset dataset = dataset(image);
      try (LiveWorkspace live = live(image, LATER)) {
        live.recover();
        live.dataset(dataset).seal();
        List<String> rows = rows(dataset);
        // Of the rows of the run without a cut the first ones, each once.
        assertThat(expected.subList(0, rows.size())).as(what).isEqualTo(rows);
        if (done.contains(Step.REPLAY_ALL)) {
          assertThat(rows).as(what).hasSizeGreaterThanOrEqualTo(4);
        }
        if (done.contains(Step.REPLAY_MENDED)) {
          assertThat(rows).as(what).hasSize(5);
        }
        checkLinks(quarantined(live, dataset), rows, what);
      }
      ReplayCrashTest.run(image, new HashSet<>());
      assertThat(rows(dataset)).as(what).isEqualTo(expected);
      try (LiveWorkspace live = live(image, LATER)) {
        List<QuarantinedRow> settled = quarantined(live, dataset);
        assertThat(settled).as(what).hasSize(BAD.size());
        assertThat(settled)
            .as(what)
            .allSatisfy(row -> assertThat(row.state()).isEqualTo(RowState.REPLAYED));
        checkLinks(settled, expected, what);
      }
      Dataset quarantine = dataset.workspace().require("d.quarantine");
      for (Dataset each : List.of(dataset, quarantine)) {
        assertThat(new Verifier(1).verify(each, (_, _) -> {}).problems()).as(what).isEmpty();
      }
    }

    /// What is noted of a row is so, and it is noted of the row that it is.
    private static void checkLinks(
        List<QuarantinedRow> quarantined, List<String> rows, String what) {
      assertThat(quarantined).as(what).extracting(QuarantinedRow::text).isEqualTo(BAD);
      for (int i = 0; i < BAD.size(); i++) {
        QuarantinedRow row = quarantined.get(i);
        assertThat(row.arrivedAt()).as(what).isEqualTo(ARRIVAL);
        if (row.state() == RowState.REPLAYED) {
          QuarantinedRow.End end = Objects.requireNonNull(row.end(), what);
          assertThat(end.outcome()).as(what).isEqualTo("added");
          assertThat(end.firstOffset()).as(what).isEqualTo(i + 1L).isEqualTo(end.lastOffset());
          assertThat(rows.get(i + 1)).as(what).isEqualTo(ARRIVAL + " " + (i + 2));
        } else {
          assertThat(row.state()).as(what).isEqualTo(RowState.OPEN);
          assertThat(row.end()).as(what).isNull();
        }
      }
    }
  }
}
