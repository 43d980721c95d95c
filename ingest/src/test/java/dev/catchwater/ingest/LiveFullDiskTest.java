package dev.catchwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.ForwardingDisk;
import dev.catchwater.ingest.live.LiveDataset;
import dev.catchwater.ingest.live.LiveReport;
import dev.catchwater.ingest.live.LiveSettings;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.live.PushIdentity;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.Workspace;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A dataset that is open while its disk fills up: the room that is held back lets what was
/// acknowledged become a slice.
class LiveFullDiskTest {
  private static final String APPEND =
      PushFixture.manifest(
          "{kind: NdJson, schema: [\"id BIGINT\", \"v STRING\"]}", "{kind: Append}");
  private static final long BALLAST_BYTES = 16 << 20;

  private static final PushLimits LIMITS = new PushLimits(1 << 20, 1_000);

  private final FullDisk disk = new FullDisk(PushFixture.of(APPEND).disk());
  private final PushFixture fixture = PushFixture.reopened(disk, LIMITS);
  private final Workspace workspace = Workspace.find(disk, Path.of("/work"), null);
  private final LiveWorkspace live =
      new LiveWorkspace(
          workspace,
          LiveSettings.standard(),
          () -> PushFixture.SYSTEM_TIME,
          new SplittableRandom(3),
          SliceOptions.defaults().withThreads(0),
          LIMITS,
          Preprocess.NONE);

  /// Has no room for new files, but what the ballast took.
  private static final class FullDisk extends ForwardingDisk {
    private final Disk disk;
    private Path guard = Path.of("/");
    private boolean isFull;

    FullDisk(Disk disk) {
      super(disk);
      this.disk = disk;
    }

    private void requireRoom(Path path) throws IOException {
      if (isFull && disk.exists(guard)) {
        throw new FileSystemException(path.toString(), null, "No space left on device");
      }
    }

    @Override
    public DiskFile create(Path file) throws IOException {
      requireRoom(file);
      return super.create(file);
    }

    @Override
    public void createDirectories(Path folder) throws IOException {
      if (!disk.exists(folder)) {
        requireRoom(folder);
      }
      super.createDirectories(folder);
    }
  }

  private LiveReport push(String body, boolean waits) {
    PushIdentity identity = PushIdentity.of(Multihash.sha3(new byte[0]));
    return dataset().push(fixture.request(body), identity, waits);
  }

  private LiveDataset dataset() {
    return live.dataset(fixture.dataset());
  }

  private long ballastBytes() throws IOException {
    Path file = workspace.ballastFile();
    if (!disk.exists(file)) {
      return 0;
    }
    try (DiskFile open = disk.openForRead(file)) {
      return open.size();
    }
  }

  @BeforeEach
  void onlyTheBallastHelps() {
    disk.guard = workspace.ballastFile();
  }

  @Test
  void T06_theBallastLetsASealFinishAndIsMadeAgain() throws IOException {
    push("{\"id\":0}", false); // the first one makes the columns, without a journal
    push("{\"id\":1}", false);
    assertThat(ballastBytes()).isZero();
    live.tick();
    assertThat(ballastBytes()).isEqualTo(BALLAST_BYTES);
    disk.isFull = true;
    dataset().seal();
    assertThat(fixture.rows()).hasSize(2);
    assertThat(ballastBytes()).isZero();
    disk.isFull = false;
    push("{\"id\":2}", false);
    live.tick();
    assertThat(ballastBytes()).isEqualTo(BALLAST_BYTES);
    disk.isFull = true;
    live.close();
    assertThat(fixture.rows()).hasSize(3);
    assertThat(fixture.dataset().hasUnsealedRows()).isFalse();
    assertThat(ballastBytes()).isZero();
  }

  @Test
  void T06_aPushThatWaitsForItsBlockIsAppliedAlsoIfThereIsNoRoomForTheBlock() throws IOException {
    push("{\"id\":0}", false); // the first one makes the columns, without a journal
    push("{\"id\":1}", false);
    disk.guard = Path.of("/work"); // nothing helps
    disk.isFull = true;
    LiveReport report = push("{\"id\":2}", true);
    assertThat(report.report().offsets()).isEqualTo(new PushReport.Offsets(2, 2));
    assertThat(report.report().block()).isNull();
    assertThatThrownBy(() -> dataset().seal()).isInstanceOf(CatchwaterException.class);
    disk.isFull = false;
    live.close();
    assertThat(fixture.rows()).hasSize(3);
  }
}
