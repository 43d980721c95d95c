package dev.catchwater.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.SetInfo;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.transfer.Replicator;
import dev.catchwater.testkit.Fault;
import dev.catchwater.testkit.PowerCut;
import dev.catchwater.testkit.SimDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A script of everything that changes a workspace is cut at every single disk call; what is found
/// afterwards must be the state before or after the step that was cut, whole and readable. Every
/// step is deterministic, so both states are known from a run without a cut.
class CrashTest {
  private static final int DRAWS = Integer.getInteger("tests.iters", 3);

  /// One thing a person does.
  private interface Step {
    void run(Workspace workspace) throws IOException;
  }

  private static final List<Step> SCRIPT =
      List.of(
          workspace ->
              workspace.create(
                  List.of(Fixtures.root("Gps"), Fixtures.root("b"), Fixtures.root("c")),
                  Fixtures.START,
                  new SplittableRandom(1)),
          workspace -> Fixtures.push(workspace.require("gps"), content(700), 3),
          workspace -> Fixtures.push(workspace.require("gps"), content(1_500), 4),
          CrashTest::commitTwoAtOnce,
          workspace -> rename(workspace, "gps", "Gps.Raw"),
          workspace -> rename(workspace, "gps.raw", "GPS.raw"),
          workspace -> Fixtures.push(workspace.require("gps.raw"), content(10), 1),
          workspace -> workspace.delete(List.of(workspace.require("b")), LockWait.none()),
          workspace -> Fixtures.create(workspace, "b"),
          workspace -> Fixtures.push(workspace.require("b"), content(600), 1),
          workspace ->
              workspace.replace(
                  List.of(Fixtures.root("B"), Fixtures.root("new")),
                  Fixtures.START,
                  new SplittableRandom(5),
                  LockWait.none()),
          workspace -> Fixtures.push(workspace.require("b"), content(650), 2),
          workspace -> pull(workspace, "one"),
          workspace -> pull(workspace, "two"));

  /// The files of two repositories, the second with a slice more.
  private static final Map<Path, byte[]> REMOTES = remotes();

  private static Map<Path, byte[]> remotes() {
    try {
      SimDisk disk = new SimDisk(SimDisk.Mode.EXT4, 0);
      disk.createDirectories(Fixtures.HOME);
      Workspace workspace = Workspace.init(disk, Fixtures.HOME);
      Dataset dataset = Fixtures.create(workspace, "source");
      Map<Path, byte[]> files = new LinkedHashMap<>();
      for (String name : new String[] {"one", "two"}) {
        Fixtures.pushRows(dataset, 5);
        Path folder = Path.of("/remote", name);
        new Replicator(workspace, 1).push(dataset, "file://" + folder, options());
        for (String part : new String[] {"blocks", "data", "refs"}) {
          for (String file : disk.list(folder.resolve(part))) {
            Path path = folder.resolve(part).resolve(file);
            files.put(path, disk.readAll(path));
          }
        }
      }
      return files;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Replicator.Options options() {
    return new Replicator.Options(false, false, LockWait.none(), TransferListener.NONE);
  }

  private static void pull(Workspace workspace, String remote) {
    DatasetName name = DatasetName.parse("copy");
    new Replicator(workspace, 1).pull("file:///remote/" + remote, name, options());
  }

  private static byte[] content(int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(length).nextBytes(bytes);
    return bytes;
  }

  private static void commitTwoAtOnce(Workspace workspace) throws IOException {
    try (DatasetWriter writer = workspace.require("c").openWriter(LockWait.none())) {
      Instant time = writer.systemTime(Fixtures.START);
      writer.add(time, new SetInfo("about", null));
      Fixtures.push(writer, content(900), 9);
    }
  }

  private static void rename(Workspace workspace, String from, String to) {
    workspace.rename(workspace.require(from), DatasetName.parse(to), LockWait.none());
  }

  private static SimDisk startDisk(SimDisk.Mode mode, long seed) throws IOException {
    SimDisk disk = new SimDisk(mode, seed);
    disk.createDirectories(Fixtures.HOME);
    for (Map.Entry<Path, byte[]> file : REMOTES.entrySet()) {
      Path folder = Objects.requireNonNull(file.getKey().getParent());
      disk.createDirectories(folder);
      try (DiskFile out = disk.create(file.getKey())) {
        out.write(file.getValue(), 0, file.getValue().length, 0);
        out.force();
      }
      disk.syncDirectory(folder);
    }
    for (String folder : new String[] {"/", "/remote", "/remote/one", "/remote/two"}) {
      disk.syncDirectory(Path.of(folder));
    }
    Workspace.init(disk, Fixtures.HOME);
    return disk;
  }

  /// Runs the script until it ends or is cut; how many steps were done.
  private static int run(SimDisk disk, List<Map<String, String>> states) throws IOException {
    int done = 0;
    try {
      Workspace workspace = Workspace.find(disk, Fixtures.HOME, null);
      for (Step step : SCRIPT) {
        step.run(workspace);
        done++;
        if (states.size() <= done) {
          states.add(state(workspace));
        }
      }
    } catch (PowerCut e) {
      return done;
    }
    return done;
  }

  /// What a reader can see: the names as written, and the head of each.
  private static Map<String, String> state(Workspace workspace) {
    Map<String, String> heads = new TreeMap<>();
    for (Dataset dataset : workspace.list()) {
      heads.put(dataset.name().toString(), dataset.state().head().toString());
    }
    return heads;
  }

  private static List<Map<String, String>> statesWithoutCut(SimDisk.Mode mode) throws IOException {
    List<Map<String, String>> states = new ArrayList<>();
    SimDisk disk = startDisk(mode, 0);
    states.add(state(Workspace.find(disk, Fixtures.HOME, null)));
    assertThat(run(disk, states)).isEqualTo(SCRIPT.size());
    return states;
  }

  @ParameterizedTest
  @EnumSource
  void T03_everyCutLeavesTheStateBeforeOrAfterTheStep(SimDisk.Mode mode) throws IOException {
    List<Map<String, String>> states = statesWithoutCut(mode);
    int images = 0;
    boolean wasCut = true;
    for (long call = 1; wasCut; call++) {
      SimDisk disk = startDisk(mode, call);
      disk.faultAt(disk.calls() + call, Fault.POWER_CUT);
      int done = run(disk, states);
      wasCut = done < SCRIPT.size();
      String cutAt = mode + ", call " + call + ": " + disk.trace().getLast();
      for (int draw = 0; draw < DRAWS; draw++) {
        SimDisk image = disk.restartAfterKill();
        image = draw == 0 ? image : image.restartAfterPowerCut();
        checkAndRecover(image, states, done, cutAt + ", draw " + draw);
        images++;
      }
    }
    System.out.println("T03 storage mode=" + mode + " images=" + images + " lost=0");
    assertThat(images).isGreaterThan(400 * DRAWS);
  }

  @ParameterizedTest
  @EnumSource
  void T28_aCutDuringTheRecoveryIsRecoveredFrom(SimDisk.Mode mode) throws IOException {
    List<Map<String, String>> states = statesWithoutCut(mode);
    SplittableRandom random = new SplittableRandom(28);
    for (int i = 0; i < 60 * DRAWS; i++) {
      SimDisk disk = startDisk(mode, i);
      disk.faultAt(disk.calls() + 1 + random.nextInt(500), Fault.POWER_CUT);
      int done = run(disk, states);
      SimDisk image = disk.restartAfterPowerCut();
      image.faultAt(1 + random.nextInt(120), Fault.POWER_CUT);
      try {
        recover(image);
        image = image.restartAfterKill();
      } catch (PowerCut e) {
        image = image.restartAfterPowerCut();
      }
      checkAndRecover(image, states, done, mode + ", round " + i);
    }
    System.out.println("T28 storage mode=" + mode + " states=" + 60 * DRAWS + " violations=0");
  }

  private static void checkAndRecover(
      SimDisk image, List<Map<String, String>> states, int done, String what) throws IOException {
    Workspace workspace = Workspace.find(image, Fixtures.HOME, null);
    Map<String, String> before = state(workspace);
    assertThat(before)
        .as(what)
        .isIn(states.get(done), states.get(Math.min(done + 1, SCRIPT.size())));
    checkContent(workspace, what);
    recover(image);
    assertThat(state(workspace)).as(what + ", after recovery").isEqualTo(before);
    assertThat(leftovers(image, workspace)).as(what).isEmpty();
    if (image.calls() % 4 != 0) {
      return; // the rest is the same for most images
    }
    recover(image);
    assertThat(state(workspace)).as(what + ", recovered twice").isEqualTo(before);
    for (Dataset dataset : workspace.list()) {
      Fixtures.push(dataset, content(33), 1);
    }
    checkContent(workspace, what + ", after a push");
  }

  /// What the next commands do anyway: take the lock on names, open a writer.
  private static void recover(SimDisk disk) throws IOException {
    Workspace workspace = Workspace.find(disk, Fixtures.HOME, null);
    workspace.lockNames().close();
    for (Dataset dataset : workspace.list()) {
      try (DatasetWriter writer = dataset.openWriter(LockWait.none())) {
        writer.collectGarbage();
      }
    }
  }

  private static List<String> leftovers(SimDisk disk, Workspace workspace) throws IOException {
    List<String> names = new ArrayList<>();
    for (String name : disk.list(workspace.layout().run())) {
      Path path = workspace.layout().run().resolve(name);
      boolean isEmptyStage = name.endsWith(".stage") && disk.list(path).isEmpty();
      if (!name.endsWith(".lock") && !isEmptyStage) {
        names.add(name);
      }
    }
    for (Dataset dataset : workspace.list()) {
      int blocks = 0;
      for (HashedBlock _ : dataset.blocks()) {
        blocks++;
      }
      int slices = 0;
      for (DataSlice _ : dataset.slicesFromEnd()) {
        slices++;
      }
      if (disk.list(dataset.folder().resolve("blocks")).size() != blocks) {
        names.add("blocks of " + dataset);
      }
      if (disk.list(dataset.folder().resolve("data")).size() != slices) {
        names.add("slices of " + dataset);
      }
    }
    return names;
  }

  /// Reads all blocks, past the cache, and all slices.
  private static void checkContent(Workspace workspace, String what) throws IOException {
    for (Dataset dataset : workspace.list()) {
      Dataset.walk(dataset.repository(), dataset.head(), null);
      for (DataSlice slice : dataset.slicesFromEnd()) {
        try (DiskFile file = dataset.openSlice(slice)) {
          byte[] bytes = new byte[Math.toIntExact(file.size())];
          file.readFully(bytes, 0, bytes.length, 0);
          assertThat(Multihash.sha3(bytes)).as(what).isEqualTo(slice.physicalHash());
        }
      }
    }
  }

  @Test
  void anInitThatWasCutIsNoWorkspaceOrAWholeOne() throws IOException {
    boolean wasCut = true;
    for (long call = 1; wasCut; call++) {
      SimDisk disk = new SimDisk(SimDisk.Mode.STRICT, call);
      disk.createDirectories(Fixtures.HOME);
      disk.syncDirectory(Path.of("/"));
      disk.faultAt(disk.calls() + call, Fault.POWER_CUT);
      wasCut = false;
      try {
        Workspace.init(disk, Fixtures.HOME);
      } catch (PowerCut e) {
        wasCut = true;
      }
      for (int draw = 0; draw < DRAWS; draw++) {
        SimDisk image = disk.restartAfterKill().restartAfterPowerCut();
        if (!image.exists(Fixtures.HOME.resolve(".catchwater/version"))) {
          assertThat(wasCut).isTrue();
          Workspace.init(image, Fixtures.HOME);
        }
        Workspace workspace = Workspace.find(image, Fixtures.HOME, null);
        Fixtures.push(Fixtures.create(workspace, "gps"), content(5), 1);
        checkContent(workspace, "call " + call);
      }
    }
  }
}
