package dev.catchwater.odf.proof;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// Numbers as RFC 8785 §3.2.2.3 writes them, which is as ECMAScript does; but for integers, which
/// keep all their digits. Stateless.
final class CanonicalNumber {
  private static final int LENGTH_MAX = 1_100;

  // From here on, and below the other, ECMAScript writes an exponent.
  private static final int PLAIN_MAX = 21;
  private static final int PLAIN_MIN = -6;

  private CanonicalNumber() {}

  /// The spelling of a JSON number; null for what is none, or none that a double holds.
  static @Nullable String of(String literal) {
    if (literal.length() > LENGTH_MAX || !isNumber(literal)) {
      return null;
    }
    if (isInteger(literal)) {
      return literal.equals("-0") ? "0" : literal;
    }
    double value = Double.parseDouble(literal);
    return Double.isInfinite(value) ? null : of(value);
  }

  private static boolean isInteger(String literal) {
    for (int i = 0; i < literal.length(); i++) {
      char c = literal.charAt(i);
      if (c == '.' || c == 'e' || c == 'E') {
        return false;
      }
    }
    return true;
  }

  private static boolean isNumber(String literal) {
    int at = literal.startsWith("-") ? 1 : 0;
    int digits = digitsEnd(literal, at);
    if (digits == at || (literal.charAt(at) == '0' && digits > at + 1)) {
      return false;
    }
    at = digits;
    if (at < literal.length() && literal.charAt(at) == '.') {
      digits = digitsEnd(literal, at + 1);
      if (digits == at + 1) {
        return false;
      }
      at = digits;
    }
    if (at < literal.length() && (literal.charAt(at) | 0x20) == 'e') {
      at++;
      at += at < literal.length() && "+-".indexOf(literal.charAt(at)) >= 0 ? 1 : 0;
      digits = digitsEnd(literal, at);
      if (digits == at) {
        return false;
      }
      at = digits;
    }
    return at == literal.length();
  }

  private static int digitsEnd(String literal, int from) {
    int at = from;
    while (at < literal.length() && literal.charAt(at) >= '0' && literal.charAt(at) <= '9') {
      at++;
    }
    return at;
  }

  /// A finite double.
  static String of(double value) {
    if (value == 0) {
      return "0";
    }
    BigDecimal shortest = shortest(Math.abs(value)).stripTrailingZeros();
    String digits = shortest.unscaledValue().toString();
    int count = digits.length();
    int point = count - shortest.scale(); // value = 0.digits × 10^point
    StringBuilder to = new StringBuilder(value < 0 ? "-" : "");
    if (count <= point && point <= PLAIN_MAX) {
      to.append(digits).repeat('0', point - count);
    } else if (0 < point && point <= PLAIN_MAX) {
      to.append(digits, 0, point).append('.').append(digits, point, count);
    } else if (PLAIN_MIN < point && point <= 0) {
      to.append("0.").repeat('0', -point).append(digits);
    } else {
      to.append(digits.charAt(0));
      if (count > 1) {
        to.append('.').append(digits, 1, count);
      }
      to.append(point > 0 ? "e+" : "e-").append(Math.abs(point - 1));
    }
    return to.toString();
  }

  /// The shortest decimal that is this double again. The JDK has it, but never in one digit only
  /// where two are nearer, as of the smallest doubles.
  private static BigDecimal shortest(double value) {
    BigDecimal found = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    if (value >= Double.MIN_NORMAL || found.precision() != 2) {
      return found;
    }
    BigDecimal exact = new BigDecimal(value);
    BigDecimal best = found;
    int scale = found.scale() - 1;
    BigDecimal below =
        new BigDecimal(found.unscaledValue().divide(java.math.BigInteger.TEN), scale);
    for (BigDecimal one :
        new BigDecimal[] {below, below.add(BigDecimal.ONE.scaleByPowerOfTen(-scale))}) {
      boolean isNearer =
          best.precision() != 1
              || one.subtract(exact).abs().compareTo(best.subtract(exact).abs()) < 0;
      if (one.doubleValue() == value && isNearer) {
        best = one.stripTrailingZeros();
      }
    }
    return best;
  }
}
