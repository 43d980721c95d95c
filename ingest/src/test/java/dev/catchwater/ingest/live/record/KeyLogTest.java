package dev.catchwater.ingest.live.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.testkit.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// Files of the log of keys that no log wrote, with a right checksum.
class KeyLogTest {
  private static final Path FOLDER = Path.of("/w/state/did/keys");
  private static final int ENTRY_BYTES = 60;
  private static final int REPORT_BYTES = 5;

  private final SimDisk disk = new SimDisk(SimDisk.Mode.EXT4, 1);

  /// A file of one entry that says its report has that length.
  private Path file(String name, int length) throws IOException {
    byte[] bytes = new byte[ENTRY_BYTES + REPORT_BYTES + 4];
    ByteBuffer.wrap(bytes).putInt(ENTRY_BYTES - 4, length);
    ByteBuffer.wrap(bytes).putInt(bytes.length - 4, ProducerFile.checksum(bytes));
    disk.createDirectories(FOLDER);
    Path path = FOLDER.resolve(name);
    try (DiskFile file = disk.create(path)) {
      file.write(bytes, 0, bytes.length, 0);
      file.force();
    }
    return path;
  }

  private void isDamaged() {
    assertThatThrownBy(() -> KeyLog.load(disk, FOLDER))
        .isInstanceOfSatisfying(
            CatchwaterException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT));
  }

  @Test
  void whatALogWroteIsTaken() throws IOException {
    file("0".repeat(16), REPORT_BYTES);
    KeyLog log = KeyLog.load(disk, FOLDER);
    assertThat(log.end()).isEqualTo(ENTRY_BYTES + REPORT_BYTES);
    byte[] fingerprint = new byte[PushRecord.HASH_BYTES];
    log.add("key", fingerprint, Instant.EPOCH, new byte[] {7});
    assertThat(log.find("key", fingerprint)).containsExactly(7);
  }

  @Test
  void aReportLongerThanItsFileIsDamageAndTakesNoMemory() throws IOException {
    file("0".repeat(16), Integer.MAX_VALUE - 100);
    isDamaged();
  }

  @Test
  void aReportOfLessThanNothingIsDamageAndNoLoop() throws IOException {
    file("0".repeat(16), -ENTRY_BYTES);
    isDamaged();
  }

  @Test
  void bytesBehindTheLastEntryAreDamage() throws IOException {
    file("0".repeat(16), REPORT_BYTES - 1);
    isDamaged();
  }

  @Test
  void aPositionThatIsNoneIsDamageAndTheFileIsKept() throws IOException {
    Path path = file("f".repeat(16), REPORT_BYTES);
    isDamaged();
    assertThat(disk.exists(path)).isTrue();
    disk.delete(path);
    file("7" + "f".repeat(15), REPORT_BYTES);
    isDamaged();
  }
}
