package dev.catchwater.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SimDiskTest extends DiskContract {
  private static final Path FOLDER = Path.of("/folder");
  private static final Path FILE = FOLDER.resolve("file");
  private static final int DRAWS = 400;

  private SimDisk disk = new SimDisk(SimDisk.Mode.STRICT, 1);

  @BeforeEach
  void makeFolder() throws IOException {
    disk = freshDisk(SimDisk.Mode.STRICT, 1);
  }

  private static SimDisk freshDisk(SimDisk.Mode mode, long seed) throws IOException {
    SimDisk fresh = new SimDisk(mode, seed);
    fresh.createDirectories(FOLDER);
    fresh.syncDirectory(Path.of("/"));
    return fresh;
  }

  @Override
  protected Disk disk() {
    return disk;
  }

  @Override
  protected Path folder() {
    return FOLDER;
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  @Test
  void whatWasForcedAndSyncedSurvives() throws IOException {
    for (SimDisk.Mode mode : SimDisk.Mode.values()) {
      for (int seed = 0; seed < DRAWS; seed++) {
        SimDisk fresh = freshDisk(mode, seed);
        try (DiskFile file = fresh.create(FILE)) {
          file.write(filled(1_000, 7), 0, 1_000, 0);
          file.force();
        }
        fresh.syncDirectory(FOLDER);
        assertThat(fresh.restartAfterPowerCut().readAll(FILE)).isEqualTo(filled(1_000, 7));
      }
    }
  }

  @Test
  @DisplayName("etcd-6368")
  void etcd6368_aRenameIsNotDurableWithoutASyncOfTheFolder() throws IOException {
    Set<String> outcomes = new TreeSet<>();
    for (int seed = 0; seed < DRAWS; seed++) {
      SimDisk fresh = freshDisk(SimDisk.Mode.EXT4, seed);
      try (DiskFile file = fresh.create(FOLDER.resolve("new"))) {
        file.force();
      }
      fresh.syncDirectory(FOLDER);
      fresh.rename(FOLDER.resolve("new"), FILE);
      outcomes.add(fresh.restartAfterPowerCut().list(FOLDER).toString());
    }
    assertThat(outcomes).containsExactly("[file]", "[new]");
  }

  @Test
  void aRenameBeforeTheForceGivesShortOrZeroContent() throws IOException {
    Set<Integer> sizes = new TreeSet<>();
    boolean zeros = false;
    for (int seed = 0; seed < DRAWS; seed++) {
      SimDisk fresh = freshDisk(SimDisk.Mode.STRICT, seed);
      try (DiskFile file = fresh.create(FOLDER.resolve("new"))) {
        file.write(filled(2_000, 9), 0, 2_000, 0);
      }
      fresh.rename(FOLDER.resolve("new"), FILE);
      fresh.syncDirectory(FOLDER);
      byte[] content = fresh.restartAfterPowerCut().readAll(FILE);
      sizes.add(content.length);
      zeros |= content.length > 512 && content[0] == 0;
    }
    assertThat(sizes).contains(0, 2_000).hasSizeGreaterThan(10);
    assertThat(zeros).isTrue();
  }

  @Test
  void anUnforcedOverwriteTearsBySectors() throws IOException {
    Set<String> outcomes = new TreeSet<>();
    for (int seed = 0; seed < DRAWS; seed++) {
      SimDisk fresh = freshDisk(SimDisk.Mode.STRICT, seed);
      try (DiskFile file = fresh.create(FILE)) {
        file.write(filled(1_024, 1), 0, 1_024, 0);
        file.force();
        fresh.syncDirectory(FOLDER);
        file.write(filled(1_024, 2), 0, 1_024, 0);
      }
      byte[] content = fresh.restartAfterPowerCut().readAll(FILE);
      assertThat(content).hasSize(1_024);
      assertThat(content[0]).isEqualTo(content[511]);
      assertThat(content[512]).isEqualTo(content[1_023]);
      outcomes.add(content[0] + " " + content[512]);
    }
    assertThat(outcomes).containsExactly("1 1", "1 2", "2 1", "2 2");
  }

  @Test
  void strictModeKeepsAnySubsetOfNamesExt4APrefix() throws IOException {
    assertThat(survivingNames(SimDisk.Mode.EXT4))
        .containsExactly("[]", "[a, b, c]", "[a, b]", "[a]");
    assertThat(survivingNames(SimDisk.Mode.STRICT)).hasSize(8);
  }

  private static Set<String> survivingNames(SimDisk.Mode mode) throws IOException {
    Set<String> outcomes = new TreeSet<>();
    for (int seed = 0; seed < DRAWS; seed++) {
      SimDisk fresh = freshDisk(mode, seed);
      for (String name : new String[] {"a", "b", "c"}) {
        fresh.create(FOLDER.resolve(name)).close();
      }
      outcomes.add(fresh.restartAfterPowerCut().list(FOLDER).toString());
    }
    return outcomes;
  }

  @Test
  void anUnlinkMayComeBack() throws IOException {
    Set<Boolean> outcomes = new TreeSet<>();
    for (int seed = 0; seed < DRAWS; seed++) {
      SimDisk fresh = freshDisk(SimDisk.Mode.EXT4, seed);
      fresh.create(FILE).close();
      fresh.syncDirectory(FOLDER);
      fresh.delete(FILE);
      outcomes.add(fresh.restartAfterPowerCut().exists(FILE));
    }
    assertThat(outcomes).containsExactly(false, true);
  }

  @Test
  @DisplayName("pg-fsyncgate")
  void pgFsyncgate_afterAFailedForceTheNextSaysOkAndTheDataIsGone() throws IOException {
    SimDisk fresh = freshDisk(SimDisk.Mode.EXT4, 3);
    DiskFile file = fresh.create(FILE);
    fresh.syncDirectory(FOLDER);
    file.write(filled(100, 5), 0, 100, 0);
    fresh.faultAt(fresh.calls() + 1, Fault.IO_ERROR);
    assertThatThrownBy(file::force).hasMessageContaining("Input/output error");
    assertThat(fresh.readAll(FILE)).as("readable until the restart").isEqualTo(filled(100, 5));
    file.force();
    assertThat(fresh.restartAfterPowerCut().readAll(FILE)).isEmpty();
  }

  @Test
  void aPowerCutEndsEveryCall() throws IOException {
    DiskFile file = disk.create(FILE);
    disk.faultAt(disk.calls() + 1, Fault.POWER_CUT);
    assertThatThrownBy(() -> file.write(new byte[1], 0, 1, 0)).isInstanceOf(PowerCut.class);
    assertThatThrownBy(() -> disk.list(FOLDER)).isInstanceOf(PowerCut.class);
    assertThatThrownBy(file::force).isInstanceOf(PowerCut.class);
  }

  @Test
  void aKilledProcessLosesNothingYetAPowerCutAfterItMay() throws IOException {
    Set<Boolean> outcomes = new TreeSet<>();
    for (int seed = 0; seed < DRAWS; seed++) {
      SimDisk fresh = freshDisk(SimDisk.Mode.STRICT, seed);
      DiskFile file = fresh.create(FILE);
      file.write(filled(10, 3), 0, 10, 0);
      SimDisk next = fresh.restartAfterKill();
      assertThat(next.readAll(FILE)).isEqualTo(filled(10, 3));
      outcomes.add(next.restartAfterPowerCut().exists(FILE));
    }
    assertThat(outcomes).containsExactly(false, true);
  }

  @Seeded(iterations = 20)
  void readFaultsShow(RandomGenerator random) throws IOException {
    SimDisk fresh = freshDisk(SimDisk.Mode.EXT4, random.nextLong());
    byte[] content = new byte[4_096];
    random.nextBytes(content);
    try (DiskFile file = fresh.create(FILE)) {
      file.write(content, 0, content.length, 0);
    }
    DiskFile file = fresh.openForRead(FILE);
    byte[] into = new byte[content.length];
    fresh.faultAt(fresh.calls() + 1, Fault.BIT_FLIP);
    file.readFully(into, 0, into.length, 0);
    int different = 0;
    for (int i = 0; i < into.length; i++) {
      different += Integer.bitCount((into[i] ^ content[i]) & 0xff);
    }
    assertThat(different).isEqualTo(1);
    fresh.faultAt(fresh.calls() + 1, Fault.SHORT_READ);
    file.readFully(into, 0, into.length, 0);
    assertThat(into).as("a short read is read on").isEqualTo(content);
    fresh.faultAt(fresh.calls() + 1, Fault.MISDIRECTED_READ);
    file.read(into, 0, 64, 0);
    fresh.faultAt(fresh.calls() + 1, Fault.IO_ERROR);
    assertThatThrownBy(() -> file.read(into, 0, 1, 0)).hasMessageContaining("Input/output error");
    fresh.faultAt(fresh.calls() + 1, Fault.NO_SPACE);
    assertThatThrownBy(() -> fresh.create(FOLDER.resolve("x"))).hasMessageContaining("No space");
  }

  @Test
  void theSameSeedGivesTheSameDamage() throws IOException {
    assertThat(damagedContent(42)).isEqualTo(damagedContent(42));
  }

  private static byte[] damagedContent(long seed) throws IOException {
    SimDisk fresh = freshDisk(SimDisk.Mode.STRICT, seed);
    DiskFile file = fresh.create(FILE);
    fresh.syncDirectory(FOLDER);
    for (int i = 0; i < 50; i++) {
      file.write(filled(300, i), 0, 300, 173L * i);
    }
    return fresh.restartAfterPowerCut().readAll(FILE);
  }
}
