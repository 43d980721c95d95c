package dev.catchwater.ingest.read.text;

import java.math.BigInteger;

/// The powers of five as 128-bit numbers, and what they are for: `mantissa × 10^exponent`,
/// correctly rounded. Loaded only when a number needs it. Exponents that the table does not hold,
/// and results below the normal range, are the caller's.
///
/// Source of the rule: Lemire 2021, algorithm 1 and section 8 (ties), with the table of its
/// reference implementation.
final class FivePowers {
  static final int EXPONENT_MIN = -100;
  static final int EXPONENT_MAX = 100;

  private static final long[] HIGH = new long[EXPONENT_MAX - EXPONENT_MIN + 1];
  private static final long[] LOW = new long[EXPONENT_MAX - EXPONENT_MIN + 1];

  private FivePowers() {}

  static {
    BigInteger five = BigInteger.valueOf(5);
    for (int q = EXPONENT_MIN; q <= EXPONENT_MAX; q++) {
      BigInteger power = five.pow(Math.abs(q));
      BigInteger scaled;
      if (q >= 0) {
        int shift = 128 - power.bitLength();
        scaled = shift >= 0 ? power.shiftLeft(shift) : power.shiftRight(-shift);
      } else {
        int z = power.subtract(BigInteger.ONE).bitLength();
        int b = q >= -27 ? z + 127 : 2 * z + 128;
        scaled = BigInteger.ONE.shiftLeft(b).divide(power).add(BigInteger.ONE);
        scaled = scaled.shiftRight(Math.max(0, scaled.bitLength() - 128));
      }
      HIGH[q - EXPONENT_MIN] = scaled.shiftRight(64).longValue();
      LOW[q - EXPONENT_MIN] = scaled.longValue();
    }
  }

  /// `mantissa` (unsigned, not 0) times ten to the `exponent`.
  static double toDouble(long mantissa, int exponent) {
    int zeros = Long.numberOfLeadingZeros(mantissa);
    long w = mantissa << zeros;
    long tableHigh = HIGH[exponent - EXPONENT_MIN];
    long low = w * tableHigh;
    long high = Math.unsignedMultiplyHigh(w, tableHigh);
    if ((high & 0x1FF) == 0x1FF) {
      long second = Math.unsignedMultiplyHigh(w, LOW[exponent - EXPONENT_MIN]);
      low += second;
      if (Long.compareUnsigned(second, low) > 0) {
        high++;
      }
    }
    int upper = (int) (high >>> 63);
    long bits = high >>> (upper + 9);
    int power = ((217_706 * exponent) >> 16) + 63 + upper - zeros + 1023;
    if (low >= 0 && low <= 1 && exponent >= -4 && exponent <= 23 && (bits & 3) == 1) {
      if (bits << (upper + 9) == high) {
        bits &= ~1L;
      }
    }
    bits += bits & 1;
    bits >>>= 1;
    if (bits >= 1L << 53) {
      bits = 1L << 52;
      power++;
    }
    return Double.longBitsToDouble((bits & ~(1L << 52)) | ((long) power << 52));
  }
}
