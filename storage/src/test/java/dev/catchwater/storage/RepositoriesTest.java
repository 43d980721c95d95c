package dev.catchwater.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.testkit.Fault;
import dev.catchwater.testkit.PowerCut;
import dev.catchwater.testkit.SimDisk;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RepositoriesTest {
  private static final DatasetName NAME = DatasetName.parse("Backup");
  private static final String URL = "file:///mnt/backup/";

  private static SimDisk startDisk(SimDisk.Mode mode, long seed) throws IOException {
    SimDisk disk = new SimDisk(mode, seed);
    disk.createDirectories(Fixtures.HOME);
    disk.syncDirectory(Path.of("/"));
    Workspace.init(disk, Fixtures.HOME);
    return disk;
  }

  private static Repositories repositories(SimDisk disk) {
    return new Repositories(Workspace.find(disk, Fixtures.HOME, null));
  }

  @Test
  void aNameIsKnownInAnyCaseAndResolvesWhatFollowsIt() throws IOException {
    Repositories repositories = repositories(startDisk(SimDisk.Mode.STRICT, 1));
    repositories.add(NAME, URL);
    assertThat(repositories.resolve("backup/gps")).contains(URL + "gps");
    assertThat(repositories.resolve("BACKUP/acme/gps")).contains(URL + "acme/gps");
    assertThat(repositories.resolve("other/gps")).isEmpty();
    assertThat(repositories.resolve("backup")).isEmpty();
    assertThat(repositories.resolve("/tmp/gps")).isEmpty();
    assertThat(repositories.resolve("../gps")).isEmpty();
    assertThatThrownBy(() -> repositories.add(DatasetName.parse("BACKUP"), URL))
        .isInstanceOf(CatchwaterException.class);
    repositories.delete(NAME);
    assertThat(repositories.list()).isEmpty();
    assertThatThrownBy(() -> repositories.delete(NAME)).hasMessageContaining("does not exist");
  }

  @ParameterizedTest
  @EnumSource
  void T03_aCutLeavesTheNameThereOrNot(SimDisk.Mode mode) throws IOException {
    boolean wasCut = true;
    for (long call = 1; wasCut; call++) {
      SimDisk disk = startDisk(mode, call);
      disk.faultAt(disk.calls() + call, Fault.POWER_CUT);
      wasCut = false;
      try {
        repositories(disk).add(NAME, URL);
        repositories(disk).delete(NAME);
        repositories(disk).add(NAME, URL);
      } catch (PowerCut e) {
        wasCut = true;
      }
      Repositories found = repositories(disk.restartAfterKill().restartAfterPowerCut());
      for (Repositories.Repository repository : found.list()) {
        assertThat(repository.url()).as(mode + ", call " + call).isEqualTo(URL);
      }
      assertThat(wasCut || found.list().size() == 1).as(mode + ", call " + call).isTrue();
      if (found.list().isEmpty()) {
        found.add(NAME, URL);
      }
      assertThat(found.list()).hasSize(1);
    }
  }
}
