package dev.catchwater.ingest.read.text;

import java.nio.charset.StandardCharsets;

/// Decimal texts as doubles, correctly rounded: the result is the one of [Double#parseDouble].
///
/// Up to 2^53 and 22 decimal places one division is exact (Clinger 1990). Up to 19 digits the
/// product with a 128-bit power of five decides (Lemire, *Number Parsing at a Gigabyte per Second*,
/// 2021). What remains goes to the JDK. Used by one thread.
public final class DoubleText {
  private static final int EXACT_DIGITS_MAX = 18;
  private static final long EXACT_MAX = 1L << 53;
  private static final double[] TENS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private double value;

  /// The number that [#scan] or [#parse] found.
  public double value() {
    return value;
  }

  /// Reads a plain JSON number (`-12.5`) that begins at `start`.
  ///
  /// @param bytes ends, for this number, with any byte that is no digit
  /// @return where it ends, or -1 where it is not that plain: exponents, more than 18 digits, or no
  ///   number at all
  public int scan(byte[] bytes, int start) {
    int p = start;
    boolean negative = bytes[p] == '-';
    if (negative) {
      p++;
    }
    int first = p;
    long mantissa = 0;
    int digit = bytes[p] - '0';
    while (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digit = bytes[++p] - '0';
    }
    int digits = p - first;
    if (digits == 0 || (digits > 1 && bytes[first] == '0')) {
      return -1;
    }
    int scale = 0;
    if (digit == '.' - '0') {
      int point = p;
      digit = bytes[++p] - '0';
      while (digit >= 0 && digit <= 9) {
        mantissa = mantissa * 10 + digit;
        digit = bytes[++p] - '0';
      }
      scale = p - point - 1;
      if (scale == 0) {
        return -1;
      }
      digits += scale;
    }
    if (digits > EXACT_DIGITS_MAX || digit == 'e' - '0' || digit == 'E' - '0') {
      return -1;
    }
    double magnitude =
        mantissa <= EXACT_MAX ? mantissa / TENS[scale] : FivePowers.toDouble(mantissa, -scale);
    value = negative ? -magnitude : magnitude;
    return p;
  }

  /// Reads the whole of a text that has the form of a JSON number (leading zeros do no harm). A
  /// value beyond the range becomes infinite, one too small becomes zero.
  ///
  /// @return whether it is zero though a digit is not
  public boolean parse(byte[] bytes, int start, int end) {
    int p = start;
    boolean negative = bytes[p] == '-';
    if (negative) {
      p++;
    }
    long mantissa = 0;
    int significant = 0;
    int scale = 0;
    boolean behindPoint = false;
    for (; p < end; p++) {
      int digit = bytes[p] - '0';
      if (digit == '.' - '0') {
        behindPoint = true;
        continue;
      }
      if (digit < 0 || digit > 9) {
        break;
      }
      if (significant > 0 || digit != 0) {
        significant++;
        if (significant <= 19) {
          mantissa = mantissa * 10 + digit;
        }
      }
      if (behindPoint) {
        scale++;
      }
    }
    long exponent = (p < end ? exponent(bytes, p + 1, end) : 0) - scale;
    double magnitude = magnitude(mantissa, significant, exponent, bytes, start, end);
    value = negative ? -Math.abs(magnitude) : Math.abs(magnitude);
    return significant > 0 && magnitude == 0;
  }

  private static double magnitude(
      long mantissa, int significant, long exponent, byte[] bytes, int start, int end) {
    if (significant == 0) {
      return 0;
    }
    if (significant <= 19) {
      if (mantissa >= 0 && mantissa <= EXACT_MAX && exponent >= -22 && exponent <= 22) {
        return exponent < 0 ? mantissa / TENS[(int) -exponent] : mantissa * TENS[(int) exponent];
      }
      if (exponent >= FivePowers.EXPONENT_MIN && exponent <= FivePowers.EXPONENT_MAX) {
        return FivePowers.toDouble(mantissa, (int) exponent);
      }
    }
    return Double.parseDouble(new String(bytes, start, end - start, StandardCharsets.ISO_8859_1));
  }

  private static long exponent(byte[] bytes, int start, int end) {
    int p = start;
    boolean negative = bytes[p] == '-';
    if (negative || bytes[p] == '+') {
      p++;
    }
    long exponent = 0;
    for (; p < end; p++) {
      exponent = Math.min(exponent * 10 + (bytes[p] - '0'), 1_000_000);
    }
    return negative ? -exponent : exponent;
  }
}
