package dev.catchwater.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/// A zip archive without compression, with the right sums, made in microseconds.
final class StoredZip {
  private static final int LOCAL_BYTES = 30;
  private static final int CENTRAL_BYTES = 46;
  private static final int END_BYTES = 22;

  /// A file of the archive; names are ASCII.
  record Part(String name, byte[] bytes) {
    int crc() {
      CRC32 crc = new CRC32();
      crc.update(bytes);
      return (int) crc.getValue();
    }
  }

  private StoredZip() {}

  static byte[] of(List<Part> parts) {
    int size = END_BYTES;
    for (Part part : parts) {
      size += LOCAL_BYTES + CENTRAL_BYTES + 2 * part.name().length() + part.bytes().length;
    }
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    int[] starts = new int[parts.size()];
    for (int i = 0; i < starts.length; i++) {
      Part part = parts.get(i);
      starts[i] = out.position();
      out.putInt(0x0403_4b50);
      facts(out, part);
      out.put(part.name().getBytes(StandardCharsets.US_ASCII)).put(part.bytes());
    }
    int directory = out.position();
    for (int i = 0; i < starts.length; i++) {
      Part part = parts.get(i);
      out.putInt(0x0201_4b50).putShort((short) 20);
      facts(out, part);
      out.putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(0).putInt(starts[i]);
      out.put(part.name().getBytes(StandardCharsets.US_ASCII));
    }
    int end = out.position();
    short count = (short) starts.length;
    out.putInt(0x0605_4b50).putShort((short) 0).putShort((short) 0).putShort(count).putShort(count);
    out.putInt(end - directory).putInt(directory).putShort((short) 0);
    return out.array();
  }

  /// What stands in both headers of a part: from the version that is needed to the lengths of name
  /// and extra field.
  private static void facts(ByteBuffer out, Part part) {
    int length = part.bytes().length;
    out.putShort((short) 20).putShort((short) 0).putShort((short) 0).putInt(0);
    out.putInt(part.crc()).putInt(length).putInt(length);
    out.putShort((short) part.name().length()).putShort((short) 0);
  }
}
