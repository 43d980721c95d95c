package dev.catchwater.ingest.index;

/// SipHash-2-4 with 128 bits of output (Aumasson, Bernstein 2012): a keyed hash whose collisions
/// nobody can prepare who does not know the key. An instance holds the last hash; one thread.
///
/// The rounds stand in one method over local variables: in a short process they run in code of the
/// first compiler tier, which keeps no field in a register.
final class SipHash {
  private final long key0;
  private final long key1;
  private long high;
  private long low;

  SipHash(long key0, long key1) {
    this.key0 = key0;
    this.key1 = key1;
  }

  // Turns are spelled out: the first compiler makes a call of each Long.rotateLeft here, and there
  // are a hundred a key.

  /// Hashes bytes; the result stands in [#high()] and [#low()].
  void hash(byte[] bytes, int offset, int length) {
    long a = key0 ^ 0x736f6d6570736575L;
    long b = key1 ^ 0x646f72616e646f6dL ^ 0xee;
    long c = key0 ^ 0x6c7967656e657261L;
    long d = key1 ^ 0x7465646279746573L;
    int whole = offset + (length & ~7);
    for (int at = offset; at <= whole; at += 8) {
      long word = at < whole ? word(bytes, at) : lastWord(bytes, whole, length);
      d ^= word;
      for (int round = 0; round < 2; round++) {
        a += b;
        b = (b << 13 | b >>> 51) ^ a;
        a = a << 32 | a >>> 32;
        c += d;
        d = (d << 16 | d >>> 48) ^ c;
        a += d;
        d = (d << 21 | d >>> 43) ^ a;
        c += b;
        b = (b << 17 | b >>> 47) ^ c;
        c = c << 32 | c >>> 32;
      }
      a ^= word;
    }
    c ^= 0xee;
    for (int round = 0; round < 8; round++) {
      if (round == 4) {
        high = a ^ b ^ c ^ d;
        b ^= 0xdd;
      }
      a += b;
      b = (b << 13 | b >>> 51) ^ a;
      a = a << 32 | a >>> 32;
      c += d;
      d = (d << 16 | d >>> 48) ^ c;
      a += d;
      d = (d << 21 | d >>> 43) ^ a;
      c += b;
      b = (b << 17 | b >>> 47) ^ c;
      c = c << 32 | c >>> 32;
    }
    low = a ^ b ^ c ^ d;
  }

  /// The first 8 bytes of the last hash, little-endian.
  long high() {
    return high;
  }

  /// The last 8 bytes of the last hash, little-endian.
  long low() {
    return low;
  }

  private static long word(byte[] bytes, int at) {
    return (bytes[at] & 0xffL)
        | (bytes[at + 1] & 0xffL) << 8
        | (bytes[at + 2] & 0xffL) << 16
        | (bytes[at + 3] & 0xffL) << 24
        | (bytes[at + 4] & 0xffL) << 32
        | (bytes[at + 5] & 0xffL) << 40
        | (bytes[at + 6] & 0xffL) << 48
        | (bytes[at + 7] & 0xffL) << 56;
  }

  /// The bytes behind the last whole word, and the length.
  private static long lastWord(byte[] bytes, int from, int length) {
    long last = (long) length << 56;
    for (int i = 0; i < (length & 7); i++) {
      last |= (bytes[from + i] & 0xffL) << (8 * i);
    }
    return last;
  }
}
