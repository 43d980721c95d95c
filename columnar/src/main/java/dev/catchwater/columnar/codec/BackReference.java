package dev.catchwater.columnar.codec;

/// What LZ4 and Snappy say instead of bytes that were there before. Stateless.
final class BackReference {
  private BackReference() {}

  /// Copies what was put `back` bytes before; where the parts overlap, the first repeats.
  static void copy(byte[] into, int out, int back, int count) {
    if (back >= count) {
      System.arraycopy(into, out - back, into, out, count);
    } else {
      for (int i = 0; i < count; i++) {
        into[out + i] = into[out + i - back];
      }
    }
  }
}
