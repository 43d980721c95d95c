package dev.catchwater.ingest.live.record;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.fuzz.Limits;
import dev.catchwater.ingest.live.LiveSettings;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.testkit.SimDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/// What is remembered of pushes: whatever lies in its files, they are taken, or refused as damaged.
/// Checksums are made right, so that what is behind them is reached.
public class PushStateFuzzTest {
  private static final Path FOLDER = Path.of("/w/state/did");
  private static final int CHOICES = 10;
  private static final int CRC_BYTES = 4;
  private static final byte[] FINGERPRINT = new byte[PushRecord.HASH_BYTES];

  /// Two files: the first begins at 0, the second where eight bytes say; one says where the bytes
  /// of the one end, one what is done with the log.
  @FuzzTest
  public void keyLog(byte[] input) {
    if (input.length < CHOICES) {
      return;
    }
    SimDisk disk = new SimDisk(SimDisk.Mode.EXT4, 1);
    int cut = CHOICES + (input[0] & 0xFF) * (input.length - CHOICES) / 255;
    String second = HexFormat.of().formatHex(input, 2, CHOICES);
    put(disk, FOLDER.resolve("0".repeat(16)), Arrays.copyOfRange(input, CHOICES, cut));
    if (cut < input.length) {
      put(disk, FOLDER.resolve(second), Arrays.copyOfRange(input, cut, input.length));
    }
    Limits.hold(() -> use(disk, input[1]), Set.of(ErrorCode.CORRUPT));
  }

  private static void use(SimDisk disk, int choice) {
    try {
      KeyLog log = KeyLog.load(disk, FOLDER);
      log.add("key", FINGERPRINT, Instant.EPOCH, new byte[] {1, 2, 3});
      if (log.find("key", FINGERPRINT) == null) {
        throw new AssertionError("a key was forgotten");
      }
      if ((choice & 1) != 0) {
        log.expire(LiveSettings.standard(), Instant.ofEpochSecond(1L << 32));
      }
      if ((choice & 2) != 0) {
        log.forgetFrom(report -> report.length == 1);
      }
      log.persist(log.end());
      KeyLog again = KeyLog.load(disk, FOLDER);
      // Where every key was forgotten there is no file that says where the log was.
      boolean isEmptied = (choice & 2) != 0 && again.end() == 0;
      if (!isEmptied && again.end() != log.end()) {
        throw new AssertionError("ends at " + again.end() + ", not at " + log.end());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @FuzzTest
  public void producerFile(byte[] input) {
    SimDisk disk = new SimDisk(SimDisk.Mode.EXT4, 1);
    Path path = FOLDER.resolve("producers");
    put(disk, path, input);
    Limits.hold(
        () -> {
          try {
            ProducerFile file = new ProducerFile(disk, path);
            Map<String, PushMemory.Position> found = file.load();
            file.store(found);
            if (!file.load().keySet().equals(found.keySet())) {
              throw new AssertionError("other producers after a round trip");
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        Set.of(ErrorCode.CORRUPT));
  }

  /// A file with a checksum of its bytes behind them.
  private static void put(SimDisk disk, Path path, byte[] content) {
    byte[] bytes = Arrays.copyOf(content, content.length + CRC_BYTES);
    ByteBuffer.wrap(bytes).putInt(content.length, ProducerFile.checksum(bytes));
    try {
      disk.createDirectories(FOLDER);
      try (DiskFile file = disk.create(path)) {
        file.write(bytes, 0, bytes.length, 0);
        file.force();
      }
    } catch (java.nio.file.FileAlreadyExistsException e) {
      // The same name twice: one file is enough.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
