package dev.catchwater.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.storage.key.ReceiptKeys;
import dev.catchwater.testkit.Fault;
import dev.catchwater.testkit.SimDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Keys of receipts that are made on a disk that has no room.
class ReceiptKeysTest {
  private static final Path KEYS = Fixtures.HOME.resolve("keys");

  @Test
  void T06_noRoomForAKeyIsAnAnswerAndTheKeyIsMadeLater() throws IOException {
    List<String> calls = tracedMaking();
    int refused = 0;
    for (int i = 0; i < calls.size(); i++) {
      SimDisk disk = disk();
      ReceiptKeys keys = new ReceiptKeys(disk, KEYS, new SplittableRandom(1));
      disk.faultAt(disk.calls() + i + 1, Fault.NO_SPACE);
      try {
        keys.signing();
      } catch (CatchwaterException e) {
        refused++;
        assertThat(e.code()).as(calls.get(i)).isEqualTo(ErrorCode.DISK_FULL);
        assertThat(e).hasMessageContaining("The key of receipts").hasMessageContaining("No space");
      }
      String key = keys.signing().verifier().idText();
      ReceiptKeys after =
          new ReceiptKeys(disk.restartAfterPowerCut(), KEYS, new SplittableRandom(2));
      assertThat(after.signing().verifier().idText()).as(calls.get(i)).isEqualTo(key);
    }
    assertThat(refused).isGreaterThanOrEqualTo(3); // the folder, the file, its bytes
  }

  @Test
  void aDiskThatFailsOtherwiseIsNamed() throws IOException {
    SimDisk disk = disk();
    disk.faultFrom(disk.calls() + 1, Fault.IO_ERROR);
    ReceiptKeys keys = new ReceiptKeys(disk, KEYS, new SplittableRandom(1));
    assertThatThrownBy(keys::signing)
        .isInstanceOf(CatchwaterException.class)
        .satisfies(
            e -> assertThat(((CatchwaterException) e).code()).isEqualTo(ErrorCode.STORAGE_FAILED));
  }

  private static List<String> tracedMaking() throws IOException {
    SimDisk disk = disk();
    int before = disk.trace().size();
    assertThat(new ReceiptKeys(disk, KEYS, new SplittableRandom(1)).signing()).isNotNull();
    return disk.trace().subList(before, disk.trace().size());
  }

  private static SimDisk disk() throws IOException {
    SimDisk disk = new SimDisk(SimDisk.Mode.EXT4, 0);
    disk.createDirectories(Fixtures.HOME);
    return disk;
  }
}
