package dev.catchwater.query.format;

/// Floating-point numbers in their shortest form that reads back as the same number, laid out as
/// the Rust libraries behind kamu do it: `1.0`, `1e-7`, `12345678.9`, and `1e20` in tables but
/// `1e+20` in JSON and CSV.
final class FloatText {
  /// Whether a positive exponent has a sign: JSON and CSV, not tables.
  enum Exponent {
    BARE,
    SIGNED
  }

  // Java writes at least two digits: 4.9E-324 where 5e-324 is the same number. That only differs
  // where the next number is so far away.
  private static final double DOUBLE_TINY = 1e-321;
  private static final float FLOAT_TINY = 1e-42f;

  private FloatText() {}

  /// A finite number of type Float64.
  static void append(TextSink sink, double value, Exponent exponent) {
    String java = Double.toString(value);
    if (Math.abs(value) < DOUBLE_TINY) {
      String candidate = rounded(java);
      java = Double.parseDouble(candidate) == value ? candidate : java;
    }
    append(sink, java, -5, 16, exponent);
  }

  /// A finite number of type Float32 or Float16.
  static void append(TextSink sink, float value, Exponent exponent) {
    String java = Float.toString(value);
    if (Math.abs(value) < FLOAT_TINY) {
      String candidate = rounded(java);
      java = Float.parseFloat(candidate) == value ? candidate : java;
    }
    append(sink, java, -6, 13, exponent);
  }

  /// Lays out what [Double#toString] found anew: the point lies behind `point` of the digits, and
  /// stands for itself while `low < point <= high`.
  private static void append(
      TextSink sink, String java, int low, int high, FloatText.Exponent style) {
    int at = 0;
    if (java.charAt(0) == '-') {
      sink.put('-');
      at = 1;
    }
    int end = java.indexOf('E');
    int exponent = end < 0 ? 0 : Integer.parseInt(java, end + 1, java.length(), 10);
    end = end < 0 ? java.length() : end;
    int dot = java.indexOf('.');
    String digits = java.substring(at, dot) + java.substring(dot + 1, end);
    int point = dot - at + exponent;
    int first = 0;
    while (first < digits.length() - 1 && digits.charAt(first) == '0') {
      first++;
      point--;
    }
    int last = digits.length();
    while (last > first + 1 && digits.charAt(last - 1) == '0') {
      last--;
    }
    digits = digits.substring(first, last);
    if (digits.equals("0")) {
      sink.ascii("0.0");
    } else if (point > low && point <= high) {
      plain(sink, digits, point);
    } else {
      sink.put(digits.charAt(0));
      if (digits.length() > 1) {
        sink.put('.').ascii(digits.substring(1));
      }
      sink.put('e');
      if (style == Exponent.SIGNED && point > 0) {
        sink.put('+');
      }
      sink.number(point - 1);
    }
  }

  private static void plain(TextSink sink, String digits, int point) {
    if (point <= 0) {
      sink.ascii("0.").padded(0, -point).ascii(digits);
    } else if (point >= digits.length()) {
      sink.ascii(digits).padded(0, point - digits.length()).ascii(".0");
    } else {
      sink.ascii(digits.substring(0, point)).put('.').ascii(digits.substring(point));
    }
  }

  /// `4.9E-324` as `5E-324`; anything else as it is.
  private static String rounded(String java) {
    int end = java.indexOf('E');
    int dot = java.indexOf('.');
    if (end != dot + 2) {
      return java;
    }
    int digit = java.charAt(dot - 1) - '0' + (java.charAt(dot + 1) >= '5' ? 1 : 0);
    return java.substring(0, dot - 1) + digit + ".0" + java.substring(end);
  }
}
