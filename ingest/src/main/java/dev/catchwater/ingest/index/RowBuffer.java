package dev.catchwater.ingest.index;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Rows in memory, each a record as [RowLog] draws it, without its checksum. Used by one thread.
final class RowBuffer {
  private byte[] bytes = new byte[1 << 10];
  private ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  private int recordStart;

  byte[] bytes() {
    return bytes;
  }

  int size() {
    return out.position();
  }

  /// Begins a record and returns its position.
  int begin(long offset) {
    recordStart = out.position();
    room(RowLog.HEADER_BYTES);
    out.putInt(0).putInt(0).putLong(offset);
    return recordStart;
  }

  /// Ends the record.
  void end() {
    out.putInt(recordStart, out.position() - recordStart - RowLog.HEADER_BYTES);
  }

  /// Header and body of the record at a position.
  int recordSize(int start) {
    return RowLog.HEADER_BYTES + out.getInt(start);
  }

  void putByte(int value) {
    room(1);
    out.put((byte) value);
  }

  void putInt(int value) {
    room(Integer.BYTES);
    out.putInt(value);
  }

  void putLong(long value) {
    room(Long.BYTES);
    out.putLong(value);
  }

  void putBytes(byte[] from, int offset, int length) {
    room(length);
    out.put(from, offset, length);
  }

  private void room(int more) {
    if (out.remaining() >= more) {
      return;
    }
    int position = out.position();
    int needed = Math.addExact(position, more);
    bytes = Arrays.copyOf(bytes, Math.clamp(2L * bytes.length, needed, Integer.MAX_VALUE - 8));
    out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.position(position);
  }
}
