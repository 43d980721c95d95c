package dev.catchwater.journal;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.fuzz.Limits;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.testkit.SimDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/// The segments of a journal: whatever lies in its folder, its records are read, or it is refused
/// as damaged. What was read once is read again after it was opened for writing.
public class JournalFuzzTest {
  private static final Path FOLDER = Path.of("/w/journal/did");
  private static final String DATASET = "did:odf:fed01";
  private static final long SALT = 0x0101_0101_0101_0101L;
  private static final int CHOICES = 4;
  private static final Set<ErrorCode> DAMAGE = Set.of(ErrorCode.CORRUPT, ErrorCode.UNSUPPORTED);

  /// Four bytes choose: whether checksums are made right, the first records of two segments, where
  /// the bytes of the one end and those of the other begin.
  @FuzzTest
  public void journal(byte[] input) {
    if (input.length < CHOICES) {
      return;
    }
    SimDisk disk = new SimDisk(SimDisk.Mode.EXT4, 1);
    boolean isMended = (input[0] & 1) == 0;
    int cut = CHOICES + (input[3] & 0xFF) * (input.length - CHOICES) / 255;
    try {
      disk.createDirectories(FOLDER);
      segment(disk, input[1] & 0xFF, Arrays.copyOfRange(input, CHOICES, cut), isMended);
      if (cut < input.length) {
        segment(disk, input[2] & 0xFF, Arrays.copyOfRange(input, cut, input.length), isMended);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Limits.hold(() -> read(disk), DAMAGE);
  }

  private static void read(SimDisk disk) {
    long before;
    try (JournalRecords records = JournalReader.read(disk, FOLDER, DATASET)) {
      before = sum(records);
    }
    JournalOptions options = new JournalOptions(DATASET, 12_288, 49_152, 1_000);
    try (Journal journal = Journal.open(disk, FOLDER, options, new SplittableRandom(7));
        JournalRecords records = journal.records()) {
      long after = sum(records);
      if (after != before) {
        throw new AssertionError("other records once it was opened");
      }
    }
  }

  private static long sum(JournalRecords records) {
    CRC32C sum = new CRC32C();
    for (JournalRecord record = records.next(); record != null; record = records.next()) {
      sum.update(record.payload());
      sum.update((int) record.sequence());
    }
    return sum.getValue();
  }

  private static void segment(SimDisk disk, int first, byte[] records, boolean isMended)
      throws IOException {
    byte[] bytes = new byte[SegmentFormat.HEADER_BYTES + records.length];
    SegmentFormat.writeHeader(
        bytes,
        new SegmentFormat.Header(
            SALT, first, Math.max(0, first - 1), 0, DATASET.getBytes(StandardCharsets.UTF_8)));
    System.arraycopy(records, 0, bytes, SegmentFormat.HEADER_BYTES, records.length);
    if (isMended) {
      mend(bytes);
    }
    Path name = FOLDER.resolve(SegmentFormat.name(first));
    try (DiskFile file = disk.create(name)) {
      file.write(bytes, 0, bytes.length, 0);
      file.force();
    } catch (java.nio.file.FileAlreadyExistsException e) {
      // The same name twice: one segment is enough.
    }
    disk.syncDirectory(FOLDER);
  }

  /// Makes the checksums right wherever a record begins.
  private static void mend(byte[] bytes) {
    ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int at = SegmentFormat.HEADER_BYTES;
    while (at + SegmentFormat.RECORD_HEADER_BYTES <= bytes.length) {
      int body = at + SegmentFormat.RECORD_HEADER_BYTES;
      int length = out.getInt(at + 4);
      if (out.getInt(at) != SegmentFormat.RECORD_MAGIC) {
        at += SegmentFormat.ALIGNMENT;
        continue;
      }
      boolean isWhole =
          length >= 0
              && length <= bytes.length - body
              && SegmentFormat.recordBytes(length) <= bytes.length - at;
      if (isWhole) {
        out.putInt(body - 8, SegmentFormat.payloadCrc(bytes, body, length));
      }
      CRC32C header = new CRC32C();
      header.update(bytes, at, SegmentFormat.RECORD_HEADER_BYTES - 4);
      out.putInt(body - 4, (int) header.getValue());
      at = isWhole ? at + SegmentFormat.recordBytes(length) : at + SegmentFormat.ALIGNMENT;
    }
  }
}
