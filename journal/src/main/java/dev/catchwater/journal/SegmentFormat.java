package dev.catchwater.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The bytes of a segment. Numbers are little-endian.
///
/// ```text
/// segment: a header page, records at multiples of 16, zeros behind the last one
///
///   0       4096
///   ├─ header ┼─ record ─┼─ record ─┼─ … ─┼─ proof ─┼─ zeros ─┤
///
/// header
///   0         8       12        16       24        32        40       48       50
///   ├─ magic ─┼ version ┼ zeros ┼─ salt ─┼─ first ─┼ previous ┼ durable ┼ length ┼ dataset … ┤
///   ├─ zeros ──────────────────────────────────────────────────── 4092 ┼ crc32c of the page ┤
///
/// record
///   0       4       8       16         24         32        40        44        48
///   ├─ magic ┼ length ┼ salt ┼ sequence ┼ previous ┼ durable ┼ payload ┼ header ┼ payload, zeros ┤
///                                                             crc32c    crc32c    to 16
/// ```
///
/// * `salt` is drawn anew for each segment, so that what an older file left on the disk is not
///   taken for a record of this one.
/// * `first` is the sequence of the segment's first record and its name; `previous` the sequence
///   before it, 0 where there is none.
/// * A record's `previous` is the sequence before it: what was refused for want of room leaves a
///   gap, and only such.
/// * `durable` says that every record up to there was forced before this was written. That is how
///   damage is told from a torn tail.
/// * A proof is a record without payload and with sequence 0: it only says `durable`. The next
///   group overwrites it.
/// * The checksum of the header of a record covers bytes 0 to 44; that of the payload also the
///   zeros behind it.
final class SegmentFormat {
  static final long MAGIC = 0x3130_4c4e_524a_5743L; // "CWJRNL01"
  static final int VERSION = 1;
  static final int HEADER_BYTES = 4_096;
  static final int RECORD_MAGIC = 0x4352_5743; // "CWRC"
  static final int RECORD_HEADER_BYTES = 48;
  static final int ALIGNMENT = 16;

  /// The largest payload.
  static final int PAYLOAD_BYTES_MAX = 256 << 20;

  private static final int DATASET_AT = 50;
  private static final int HEADER_CRC_AT = HEADER_BYTES - 4;
  private static final int RECORD_CRC_AT = RECORD_HEADER_BYTES - 4;
  private static final byte[] ZEROS = new byte[ALIGNMENT];
  private static final String SEGMENT = ".segment";
  private static final String STOPPED = ".stopped";
  private static final int NAME_DIGITS = 20;

  private SegmentFormat() {}

  /// What a segment says of itself.
  record Header(long salt, long first, long previous, long durable, byte[] dataset) {}

  /// What a record says of itself; `sequence` 0 is a proof.
  record RecordHeader(int length, long sequence, long previous, long durable, int payloadCrc) {
    boolean isProof() {
      return sequence == 0;
    }
  }

  /// `00000000000000000017.segment`.
  static String name(long first) {
    return name(first, SEGMENT);
  }

  /// The first sequence that a file name stands for, or -1 if it is not the name of a segment.
  static long firstOf(String name) {
    return sequenceOf(name, SEGMENT);
  }

  /// `00000000000000000017.stopped`: a force failed when the records up to there were durable.
  static String stoppedName(long durable) {
    return name(durable, STOPPED);
  }

  /// The sequence that such a name stands for, or -1 if it is another name.
  static long stoppedAfter(String name) {
    return sequenceOf(name, STOPPED);
  }

  private static String name(long sequence, String suffix) {
    String digits = Long.toString(sequence);
    return "0".repeat(NAME_DIGITS - digits.length()) + digits + suffix;
  }

  private static long sequenceOf(String name, String suffix) {
    if (name.length() != NAME_DIGITS + suffix.length() || !name.endsWith(suffix)) {
      return -1;
    }
    long sequence = 0;
    for (int i = 0; i < NAME_DIGITS; i++) {
      int digit = name.charAt(i) - '0';
      if (digit < 0 || digit > 9 || sequence > (Long.MAX_VALUE - digit) / 10) {
        return -1;
      }
      sequence = 10 * sequence + digit;
    }
    return sequence;
  }

  /// The bytes a record with such a payload takes.
  static int recordBytes(int length) {
    return RECORD_HEADER_BYTES + length + padding(length);
  }

  private static int padding(int length) {
    return -length & (ALIGNMENT - 1);
  }

  /// The checksum of a payload.
  static int payloadCrc(byte[] payload, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(payload, offset, length);
    crc.update(ZEROS, 0, padding(length));
    return (int) crc.getValue();
  }

  /// Whether the payload and the zeros behind it, at `offset`, are what the checksum covers.
  static boolean isWhole(RecordHeader header, byte[] bytes, int offset) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, header.length() + padding(header.length()));
    return (int) crc.getValue() == header.payloadCrc();
  }

  /// Writes a header page at the start of `into`.
  static void writeHeader(byte[] into, Header header) {
    ByteBuffer out = ByteBuffer.wrap(into, 0, HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(MAGIC).putInt(VERSION).putInt(0).putLong(header.salt()).putLong(header.first());
    out.putLong(header.previous()).putLong(header.durable());
    out.putShort((short) header.dataset().length).put(header.dataset());
    while (out.position() < HEADER_CRC_AT) {
      out.put((byte) 0);
    }
    out.putInt(crc(into, 0, HEADER_CRC_AT));
  }

  /// Whether the page begins as a segment does.
  static boolean hasMagic(byte[] page) {
    return little(page).getLong(0) == MAGIC;
  }

  /// The version that a header page is written in.
  static int version(byte[] page) {
    return little(page).getInt(8);
  }

  /// Whether the page is as it was written.
  static boolean isHeaderWhole(byte[] page) {
    int length = little(page).getShort(DATASET_AT - 2);
    return crc(page, 0, HEADER_CRC_AT) == little(page).getInt(HEADER_CRC_AT)
        && length >= 0
        && length <= JournalOptions.DATASET_BYTES_MAX;
  }

  /// Reads a header page that is whole.
  static Header readHeader(byte[] page) {
    ByteBuffer in = little(page);
    byte[] dataset = new byte[in.getShort(DATASET_AT - 2)];
    in.get(DATASET_AT, dataset);
    return new Header(in.getLong(16), in.getLong(24), in.getLong(32), in.getLong(40), dataset);
  }

  /// Writes a record; the payload of a proof is empty.
  ///
  /// @return where the next one begins
  static int writeRecord(byte[] into, int at, long salt, RecordHeader header, byte[] payload) {
    ByteBuffer out = ByteBuffer.wrap(into).order(ByteOrder.LITTLE_ENDIAN).position(at);
    out.putInt(RECORD_MAGIC).putInt(header.length()).putLong(salt).putLong(header.sequence());
    out.putLong(header.previous()).putLong(header.durable()).putInt(header.payloadCrc());
    out.putInt(crc(into, at, RECORD_CRC_AT));
    out.put(payload, 0, header.length());
    out.put(ZEROS, 0, padding(header.length()));
    return out.position();
  }

  /// The header of the record at `at`, or null if there is none of a segment with this salt.
  static @Nullable RecordHeader readRecordHeader(byte[] bytes, int at, long salt) {
    ByteBuffer in = little(bytes);
    if (in.getInt(at) != RECORD_MAGIC
        || in.getLong(at + 8) != salt
        || in.getInt(at + RECORD_CRC_AT) != crc(bytes, at, RECORD_CRC_AT)) {
      return null;
    }
    int length = in.getInt(at + 4);
    if (length < 0 || length > PAYLOAD_BYTES_MAX) {
      return null;
    }
    return new RecordHeader(
        length, in.getLong(at + 16), in.getLong(at + 24), in.getLong(at + 32), in.getInt(at + 40));
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int crc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
