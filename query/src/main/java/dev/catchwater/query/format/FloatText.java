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

  private FloatText() {}

  /// A finite number of type Float64.
  static void append(TextSink sink, double value, Exponent exponent) {
    append(sink, Double.toString(value), -5, 16, exponent);
  }

  /// A finite number of type Float32 or Float16.
  static void append(TextSink sink, float value, Exponent exponent) {
    append(sink, Float.toString(value), -6, 13, exponent);
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
}
