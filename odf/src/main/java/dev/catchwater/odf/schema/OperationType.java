package dev.catchwater.odf.schema;

/// What a row says of its key (ODF operation types); the order is the code on disk.
public enum OperationType {
  /// A new row.
  APPEND(0, "+A"),
  /// The row is no longer so.
  RETRACT(1, "-R"),
  /// The old values of a changed row.
  CORRECT_FROM(2, "-C"),
  /// The new values of a changed row.
  CORRECT_TO(3, "+C");

  private final int code;
  private final String sign;

  OperationType(int code, String sign) {
    this.code = code;
    this.sign = sign;
  }

  /// The value in the operation type column.
  public int code() {
    return code;
  }

  /// `+A`, `-R`, `-C` or `+C`.
  public String sign() {
    return sign;
  }

  /// The sign of a stored code, `??` for a code the format does not have.
  public static String signOf(int code) {
    return switch (code) {
      case 0 -> "+A";
      case 1 -> "-R";
      case 2 -> "-C";
      case 3 -> "+C";
      default -> "??";
    };
  }

  /// Whether the format has this code.
  public static boolean isCode(long code) {
    return code >= 0 && code <= 3;
  }
}
