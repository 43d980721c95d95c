package dev.catchwater.ingest.index;

/// SipHash-2-4 with 128 bits of output (Aumasson, Bernstein 2012): a keyed hash whose collisions
/// nobody can prepare who does not know the key. An instance holds the last hash; one thread.
final class SipHash {
  private final long key0;
  private final long key1;
  private long v0;
  private long v1;
  private long v2;
  private long v3;
  private long high;
  private long low;

  SipHash(long key0, long key1) {
    this.key0 = key0;
    this.key1 = key1;
  }

  /// Hashes bytes; the result stands in [#high()] and [#low()].
  void hash(byte[] bytes, int offset, int length) {
    v0 = key0 ^ 0x736f6d6570736575L;
    v1 = key1 ^ 0x646f72616e646f6dL ^ 0xee;
    v2 = key0 ^ 0x6c7967656e657261L;
    v3 = key1 ^ 0x7465646279746573L;
    int whole = offset + (length & ~7);
    for (int at = offset; at < whole; at += 8) {
      compress(
          (bytes[at] & 0xffL)
              | (bytes[at + 1] & 0xffL) << 8
              | (bytes[at + 2] & 0xffL) << 16
              | (bytes[at + 3] & 0xffL) << 24
              | (bytes[at + 4] & 0xffL) << 32
              | (bytes[at + 5] & 0xffL) << 40
              | (bytes[at + 6] & 0xffL) << 48
              | (bytes[at + 7] & 0xffL) << 56);
    }
    long last = (long) length << 56;
    for (int i = 0; i < (length & 7); i++) {
      last |= (bytes[whole + i] & 0xffL) << (8 * i);
    }
    compress(last);
    v2 ^= 0xee;
    rounds(4);
    high = v0 ^ v1 ^ v2 ^ v3;
    v1 ^= 0xdd;
    rounds(4);
    low = v0 ^ v1 ^ v2 ^ v3;
  }

  /// The first 8 bytes of the last hash, little-endian.
  long high() {
    return high;
  }

  /// The last 8 bytes of the last hash, little-endian.
  long low() {
    return low;
  }

  private void compress(long word) {
    v3 ^= word;
    rounds(2);
    v0 ^= word;
  }

  private void rounds(int count) {
    long a = v0;
    long b = v1;
    long c = v2;
    long d = v3;
    for (int i = 0; i < count; i++) {
      a += b;
      b = Long.rotateLeft(b, 13) ^ a;
      a = Long.rotateLeft(a, 32);
      c += d;
      d = Long.rotateLeft(d, 16) ^ c;
      a += d;
      d = Long.rotateLeft(d, 21) ^ a;
      c += b;
      b = Long.rotateLeft(b, 17) ^ c;
      c = Long.rotateLeft(c, 32);
    }
    v0 = a;
    v1 = b;
    v2 = c;
    v3 = d;
  }
}
