package dev.catchwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.ForwardingDisk;
import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.ingest.live.LiveReport;
import dev.catchwater.ingest.live.LiveSettings;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.live.PushIdentity;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.manifest.Manifests;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Workspace;
import dev.catchwater.testkit.PowerCut;
import dev.catchwater.testkit.SimDisk;
import dev.catchwater.testkit.Tier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// The power goes while many threads push into two datasets over a disk that takes its time with
/// every force, so that those of one dataset are done before earlier ones of the other (reliability
/// T13): what was acknowledged before is there.
class LiveDurableTest {
  private static final int ROUNDS = Tier.pick(15, 300);
  private static final int PUSHERS = 8;
  private static final int ACKNOWLEDGED_MAX = 120;
  private static final long DELAY_NANOS = 1_500_000;
  private static final PushLimits LIMITS = new PushLimits(1 << 20, 1_000);
  private static final String MANIFEST =
      PushFixture.manifest("{kind: NdJson, schema: [\"id BIGINT\"]}", "{kind: Append}");

  private record Told(String dataset, long id, long offset) {}

  @Test
  void T13_whatWasAcknowledgedIsOnTheDisk() throws Exception {
    SplittableRandom random = new SplittableRandom(13);
    long acknowledged = 0;
    for (int round = 0; round < ROUNDS; round++) {
      acknowledged += play(random.split(), round);
    }
    System.out.println("T13 live rounds=" + ROUNDS + " acks=" + acknowledged + " lost=0");
    assertThat(acknowledged).isGreaterThan(ROUNDS * 10L);
  }

  private static int play(SplittableRandom random, int round) throws Exception {
    SimDisk disk = new SimDisk(round % 2 == 0 ? SimDisk.Mode.EXT4 : SimDisk.Mode.STRICT, round);
    PushFixture.of(disk, MANIFEST, LIMITS, 1).push("{\"id\":0}");
    Workspace workspace = Workspace.find(new SlowDisk(disk), Path.of("/work"), null);
    byte[] second = MANIFEST.replace("name: d", "name: e").getBytes(StandardCharsets.UTF_8);
    workspace.create(
        Manifests.readSnapshots("e.yaml", second),
        PushFixture.SYSTEM_TIME.minusSeconds(60),
        new SplittableRandom(9));
    LiveWorkspace live =
        new LiveWorkspace(
            workspace,
            LiveSettings.standard(),
            () -> PushFixture.SYSTEM_TIME,
            random.split(),
            SliceOptions.defaults().withThreads(0),
            LIMITS,
            Preprocess.NONE);
    ConcurrentLinkedQueue<Told> told = new ConcurrentLinkedQueue<>();
    List<Told> before;
    SimDisk image;
    int most = random.nextInt(1, ACKNOWLEDGED_MAX);
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<?>> pushers = new ArrayList<>();
      for (int i = 0; i < PUSHERS; i++) {
        int number = i;
        pushers.add(threads.submit(() -> pushUntilTheEnd(live, number, told)));
      }
      while (told.size() < most) {
        LockSupport.parkNanos(100_000);
      }
      before = List.copyOf(told);
      image = disk.restartAfterPowerCut();
      for (Future<?> pusher : pushers) {
        pusher.get();
      }
    } finally {
      PushFixture.abandon(live);
    }
    Workspace after = Workspace.find(image, Path.of("/work"), null);
    Map<String, List<String>> rows =
        Map.of("d", rows(after.require("d")), "e", rows(after.require("e")));
    for (Told one : before) {
      List<String> found = Objects.requireNonNull(rows.get(one.dataset));
      assertThat(found.get((int) one.offset)).as("round %d", round).endsWith("|" + one.id);
    }
    return before.size();
  }

  private static void pushUntilTheEnd(
      LiveWorkspace live, int number, ConcurrentLinkedQueue<Told> told) {
    for (int i = 1; ; i++) {
      long id = 10_000L * number + i;
      byte[] body = ("{\"id\":" + id + "}").getBytes(StandardCharsets.UTF_8);
      try {
        Dataset dataset = live.workspace().require((number + i) % 2 == 0 ? "d" : "e");
        PushRequest request = PushRequest.of(dataset, List.of(PushInput.bytes(null, body)));
        LiveReport report =
            live.dataset(dataset)
                .push(request, PushIdentity.of(Multihash.sha3(body)), i % 20 == 19);
        PushReport.Offsets offsets = Objects.requireNonNull(report.report().offsets());
        told.add(new Told(dataset.name().toString(), id, offsets.start()));
      } catch (PowerCut | CatchwaterException e) {
        return;
      }
    }
  }

  private static List<String> rows(Dataset dataset) throws IOException {
    List<String> rows = new ArrayList<>();
    List<DataSlice> slices = new ArrayList<>();
    dataset.slicesFromEnd().forEach(slices::add);
    for (DataSlice slice : slices.reversed()) {
      rows.addAll(PushFixture.rows(dataset, slice));
    }
    for (RecordBatch batch : HotRows.of(dataset).batches()) {
      for (int i = 0; i < batch.rowCount(); i++) {
        rows.add(PushFixture.text(batch, i));
      }
    }
    return rows;
  }

  /// A disk whose forces take some time, each another one.
  private static final class SlowDisk extends ForwardingDisk {
    SlowDisk(Disk disk) {
      super(disk);
    }

    @Override
    public DiskFile create(Path file) throws IOException {
      return new SlowFile(super.create(file));
    }
  }

  private record SlowFile(DiskFile file) implements DiskFile {
    @Override
    public int read(byte[] into, int offset, int length, long position) throws IOException {
      return file.read(into, offset, length, position);
    }

    @Override
    public void write(byte[] from, int offset, int length, long position) throws IOException {
      file.write(from, offset, length, position);
    }

    @Override
    public void truncate(long size) throws IOException {
      file.truncate(size);
    }

    @Override
    public void force() throws IOException {
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(DELAY_NANOS));
      file.force();
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
