package dev.catchwater.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.LocalDisk;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.SetInfo;
import dev.catchwater.testkit.Fault;
import dev.catchwater.testkit.SimDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetWriterTest {
  private final SimDisk disk = new SimDisk(SimDisk.Mode.STRICT, 1);
  private final Dataset dataset = makeDataset();

  private Dataset makeDataset() {
    try {
      disk.createDirectories(Fixtures.HOME);
      return Fixtures.create(Workspace.init(disk, Fixtures.HOME), "gps");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static ErrorCode codeOf(Throwable thrown) {
    assertThat(thrown).isInstanceOf(CatchwaterException.class);
    return ((CatchwaterException) thrown).code();
  }

  @Test
  void aCommitIsVisibleAtOnceAndReadBack() throws IOException {
    List<HashedBlock> blocks = Fixtures.push(dataset, bytes("rows"), 4);
    assertThat(blocks).hasSize(1);
    ChainState state = dataset.state();
    assertThat(state.head()).isEqualTo(blocks.getFirst().hash());
    assertThat(state.lastOffset()).isEqualTo(3);
    DataSlice slice = dataset.slicesFromEnd().iterator().next();
    try (DiskFile file = dataset.openSlice(slice)) {
      byte[] content = new byte[4];
      file.readFully(content, 0, 4, 0);
      assertThat(content).isEqualTo(bytes("rows"));
    }
    assertThat(disk.readAll(dataset.folder().resolve("refs/head")))
        .hasSize(69)
        .isEqualTo(bytes(state.head().toString()));
  }

  @Test
  void aOneRowCommitSyncsSixTimes() throws IOException {
    Fixtures.push(dataset, bytes("first"), 1);
    int forces = disk.count("force");
    int syncs = disk.count("sync");
    Fixtures.push(dataset, bytes("second"), 1);
    assertThat(disk.count("force") - forces).as("slice, block, reference").isEqualTo(3);
    assertThat(disk.count("sync") - syncs).as("data, blocks, refs").isEqualTo(3);
  }

  @Test
  void theThousandthPushMakesTheSameCallsAsTheTenth() throws IOException {
    long tenth = 0;
    long before = 0;
    for (int i = 1; i <= 1_000; i++) {
      before = disk.calls();
      Fixtures.push(dataset, bytes("row " + i), 1);
      if (i == 10) {
        tenth = disk.calls() - before;
      }
    }
    assertThat(disk.calls() - before).isEqualTo(tenth);
  }

  @Test
  void theWriterSeesWhatItAddedBeforeItIsCommitted() throws IOException {
    try (DatasetWriter writer = dataset.openWriter(LockWait.none())) {
      writer.add(writer.systemTime(Fixtures.START), new SetInfo("about", null));
      assertThat(writer.state().blockCount()).isEqualTo(4);
      assertThat(dataset.state().blockCount()).isEqualTo(3);
    }
    assertThat(dataset.state().blockCount()).as("closed without commit").isEqualTo(3);
  }

  @Test
  void severalPushesAreOneCommit() throws IOException {
    try (DatasetWriter writer = dataset.openWriter(LockWait.none())) {
      writer.add(Fixtures.START, new SetInfo("one", null));
      writer.add(Fixtures.START, new SetInfo("two", null));
      int before = disk.count("sync");
      assertThat(writer.commit()).hasSize(2);
      assertThat(disk.count("sync") - before).isEqualTo(2);
      assertThat(writer.commit()).isEmpty();
    }
    assertThat(dataset.state().blockCount()).isEqualTo(5);
  }

  @Test
  void anEventTheChainRefusesAddsNothing() throws IOException {
    try (DatasetWriter writer = dataset.openWriter(LockWait.none())) {
      assertThatThrownBy(() -> writer.add(Fixtures.START.minusSeconds(1), new SetInfo("old", null)))
          .satisfies(e -> assertThat(codeOf(e)).isEqualTo(ErrorCode.BAD_EVENT));
      assertThat(writer.commit()).isEmpty();
    }
  }

  @Test
  void theSystemTimeNeverGoesBack() {
    try (DatasetWriter writer = dataset.openWriter(LockWait.none())) {
      assertThat(writer.systemTime(Fixtures.START.minusSeconds(9))).isEqualTo(Fixtures.START);
      assertThat(writer.systemTime(Fixtures.START.plusSeconds(9)))
          .isEqualTo(Fixtures.START.plusSeconds(9));
    }
  }

  @Test
  void closingLeavesNoStagedFileAndNoHandle() throws IOException {
    Path run = dataset.layout().stage(dataset.id());
    try (DatasetWriter writer = dataset.openWriter(LockWait.none())) {
      writer.stage();
      StagedFile file = writer.stage();
      writer.discard(file);
      assertThat(disk.list(run)).hasSize(1);
    }
    assertThat(disk.list(run)).isEmpty();
    assertThat(disk.openFiles()).isZero();
  }

  @Test
  void theLeftoversOfADeadWriterAreCollected() throws IOException {
    DatasetWriter dead = dataset.openWriter(LockWait.none());
    dead.stage().file().write(bytes("half"), 0, 4, 0);
    SimDisk next = disk.restartAfterKill();
    Dataset again = Workspace.find(next, Fixtures.HOME, null).require("gps");
    Path stage = again.layout().stage(again.id());
    assertThat(next.list(stage)).hasSize(1);
    again.openWriter(LockWait.none()).close();
    assertThat(next.list(stage)).isEmpty();
  }

  @Test
  void B27_theSecondWriterIsToldAtOnceAndWaits() throws Exception {
    DatasetWriter first = dataset.openWriter(LockWait.none());
    List<String> heard = new ArrayList<>();
    assertThatThrownBy(() -> dataset.openWriter(new LockWait(Duration.ofMillis(20), heard::add)))
        .satisfies(e -> assertThat(codeOf(e)).isEqualTo(ErrorCode.DATASET_LOCKED))
        .hasMessageContaining("Dataset gps is being written by process 1");
    assertThat(heard).containsExactly("process 1");
    Thread closing = Thread.ofPlatform().unstarted(first::close);
    LockWait patient = new LockWait(Duration.ofSeconds(20), holder -> closing.start());
    dataset.openWriter(patient).close();
    closing.join();
  }

  @Test
  void kamuCasTodo_aHeadThatMovedIsNotOverwritten() throws IOException {
    try (DatasetWriter writer = dataset.openWriter(LockWait.none())) {
      writer.add(Fixtures.START, new SetInfo("ours", null));
      // somebody who does not know our lock
      Path head = dataset.folder().resolve("refs/head");
      String seed = "";
      for (HashedBlock block : dataset.blocks()) {
        seed = block.hash().toString();
      }
      disk.delete(head);
      try (DiskFile out = disk.create(head)) {
        out.write(bytes(seed), 0, seed.length(), 0);
      }
      assertThatThrownBy(writer::commit)
          .satisfies(e -> assertThat(codeOf(e)).isEqualTo(ErrorCode.HEAD_MOVED));
      assertThatThrownBy(writer::commit)
          .satisfies(e -> assertThat(codeOf(e)).isEqualTo(ErrorCode.STORAGE_FAILED));
      assertThat(dataset.head().toString()).isEqualTo(seed);
    }
  }

  @Test
  void T05_everyFailedSyncFailsTheCommitAndNothingIsCommittedHalf() throws IOException {
    List<String> calls = tracedPush();
    int positions = 0;
    for (int i = 0; i < calls.size(); i++) {
      if (!calls.get(i).startsWith("force") && !calls.get(i).startsWith("sync")) {
        continue;
      }
      positions++;
      SimDisk fresh = new SimDisk(SimDisk.Mode.EXT4, i);
      fresh.createDirectories(Fixtures.HOME);
      Dataset target = Fixtures.create(Workspace.init(fresh, Fixtures.HOME), "gps");
      long before = target.state().blockCount();
      DatasetWriter writer = target.openWriter(LockWait.none());
      fresh.faultAt(fresh.calls() + i + 1, Fault.IO_ERROR);
      assertThatThrownBy(() -> Fixtures.push(writer, bytes("x"), 1))
          .as(calls.get(i))
          .isInstanceOf(CatchwaterException.class);
      assertThatThrownBy(writer::commit).isInstanceOf(CatchwaterException.class);
      writer.close();
      Dataset after =
          Workspace.find(fresh.restartAfterPowerCut(), Fixtures.HOME, null).require("gps");
      assertThat(after.state().blockCount()).isBetween(before, before + 1);
    }
    assertThat(positions).isEqualTo(6);
  }

  private static List<String> tracedPush() throws IOException {
    SimDisk fresh = new SimDisk(SimDisk.Mode.EXT4, 0);
    fresh.createDirectories(Fixtures.HOME);
    Dataset target = Fixtures.create(Workspace.init(fresh, Fixtures.HOME), "gps");
    DatasetWriter writer = target.openWriter(LockWait.none());
    int before = fresh.trace().size();
    Fixtures.push(writer, bytes("x"), 1);
    return fresh.trace().subList(before, fresh.trace().size());
  }

  @Test
  void T06_aFullDiskIsAnAnswer() throws IOException {
    disk.faultFrom(disk.calls() + 1, Fault.NO_SPACE);
    assertThatThrownBy(() -> Fixtures.push(dataset, bytes("x"), 1))
        .satisfies(e -> assertThat(codeOf(e)).isEqualTo(ErrorCode.DISK_FULL))
        .hasMessageContaining("No space left on device");
    assertThat(dataset.state().blockCount()).isEqualTo(3);
  }

  @Test
  void aStaleOrDamagedCacheIsOnlySlow() throws IOException {
    Path cache = dataset.layout().index(dataset.id()).resolve("chain");
    Fixtures.push(dataset, bytes("a"), 1);
    byte[] stale = disk.readAll(cache);
    Fixtures.push(dataset, bytes("b"), 1);
    ChainState expected = dataset.state();
    byte[] good = disk.readAll(cache);
    List<byte[]> damaged = new ArrayList<>(List.of(stale, new byte[0], new byte[5]));
    for (int i = 0; i < good.length; i += 7) {
      byte[] flipped = good.clone();
      flipped[i] ^= 4;
      damaged.add(flipped);
    }
    for (byte[] content : damaged) {
      disk.delete(cache);
      try (DiskFile out = disk.create(cache)) {
        out.write(content, 0, content.length, 0);
      }
      assertThat(dataset.state().head()).isEqualTo(expected.head());
      assertThat(dataset.state().lastOffset()).isEqualTo(1);
    }
    disk.delete(cache);
    assertThat(dataset.state().lastOffset()).isEqualTo(1);
  }

  @Test
  void T16_racingWritersNeverForkAChain(@TempDir Path home) throws Exception {
    Workspace workspace = Workspace.init(new LocalDisk(), home);
    Fixtures.create(workspace, "gps");
    long pushesEach = 8;
    List<Thread> writers = new ArrayList<>();
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 4; i++) {
      String name = "writer " + i;
      writers.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  for (int push = 0; push < pushesEach; push++) {
                    Dataset own = Workspace.find(new LocalDisk(), home, null).require("gps");
                    try (DatasetWriter writer = own.openWriter(LockWait.standard())) {
                      Fixtures.push(writer, bytes(name + push), 1);
                    }
                  }
                } catch (IOException | RuntimeException e) {
                  failures.add(e);
                }
              }));
    }
    for (Thread writer : writers) {
      writer.join();
    }
    assertThat(failures).isEmpty();
    ChainState state = workspace.require("gps").state();
    assertThat(state.blockCount()).isEqualTo(3 + 4 * pushesEach);
    assertThat(state.lastOffset()).isEqualTo(4 * pushesEach - 1);
    assertThat(Dataset.walk(workspace.require("gps").repository(), state.head(), null).rowCount())
        .isEqualTo(4 * pushesEach);
  }
}
