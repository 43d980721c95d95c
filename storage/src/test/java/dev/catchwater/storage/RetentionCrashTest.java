package dev.catchwater.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.SetInfo;
import dev.catchwater.odf.manifest.DatasetSnapshot;
import dev.catchwater.storage.retention.Retention;
import dev.catchwater.storage.verify.Verifier;
import dev.catchwater.storage.verify.VerifyReport;
import dev.catchwater.testkit.Fault;
import dev.catchwater.testkit.PowerCut;
import dev.catchwater.testkit.SimDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Pushes into a dataset that keeps four rows, cut at every single disk call: what is found is
/// valid, every row that is kept can be read, and the next pushes take away what expired.
class RetentionCrashTest {
  private static final int PUSHES = 7;

  private static Workspace start(SimDisk disk) throws IOException {
    disk.createDirectories(Fixtures.HOME);
    disk.syncDirectory(Path.of("/"));
    Workspace workspace = Workspace.init(disk, Fixtures.HOME);
    DatasetSnapshot plain = Fixtures.root("s");
    List<MetadataEvent> events = new ArrayList<>(plain.metadata());
    events.add(Retention.in(null, new Retention(null, null, 4L)));
    DatasetSnapshot kept = new DatasetSnapshot(plain.name(), null, plain.kind(), events);
    List<Dataset> _ = workspace.create(List.of(kept), Fixtures.START, new SplittableRandom(1));
    return workspace;
  }

  private static void push(Workspace workspace, int minutes) throws IOException {
    try (DatasetWriter writer = workspace.require("s").openWriter(LockWait.none())) {
      HashedBlock _ =
          writer.add(
              writer.systemTime(Fixtures.START.plusSeconds(60L * minutes)),
              new SetInfo("at " + minutes, null));
      List<HashedBlock> _ = Fixtures.pushRows(writer, 2);
    }
  }

  private static int files(Dataset dataset) throws IOException {
    return dataset.disk().list(dataset.folder().resolve("data")).size();
  }

  private static void check(Dataset dataset, String what) throws IOException {
    VerifyReport report = new Verifier(1).verify(dataset, TransferListener.NONE);
    assertThat(report.problems()).as(what).isEmpty();
    for (DataSlice slice : dataset.slicesFromEnd()) {
      try (DiskFile file = dataset.openSlice(slice)) {
        assertThat(file.size()).as(what).isEqualTo(slice.size());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCutAtAnyCallLeavesWhatIsKeptWhole(SimDisk.Mode mode) throws IOException {
    int images = 0;
    boolean wasCut = true;
    for (long call = 1; wasCut; call++) {
      SimDisk disk = new SimDisk(mode, call);
      Workspace workspace = start(disk);
      disk.faultAt(disk.calls() + call, Fault.POWER_CUT);
      wasCut = false;
      try {
        for (int i = 0; i < PUSHES; i++) {
          push(workspace, 2 * i);
        }
      } catch (PowerCut e) {
        wasCut = true;
      }
      for (SimDisk image : List.of(disk.restartAfterKill(), disk.restartAfterPowerCut())) {
        Workspace found = Workspace.find(image, Fixtures.HOME, null);
        String what = mode + ", call " + call;
        check(found.require("s"), what);
        for (int i = 0; i < 4; i++) {
          push(found, 1_000 + 2 * i);
          check(found.require("s"), what);
        }
        // At most the slice that waits a minute, and one of the push that was cut.
        assertThat(files(found.require("s"))).as(what).isBetween(2, 4);
        try (DatasetWriter writer = found.require("s").openWriter(LockWait.none())) {
          Dataset.Garbage _ = writer.collectGarbage();
        }
        check(found.require("s"), what);
        assertThat(files(found.require("s"))).as(what).isEqualTo(2);
        images++;
      }
    }
    assertThat(images).isGreaterThan(100);
  }
}
