package dev.catchwater.ingest.read.cell;

import org.jspecify.annotations.Nullable;

/// A row that cannot be taken, on its way from the place that saw it to the reader, which adds
/// file, line and column. Never leaves the package. Has no stack trace: a bad file has a million of
/// them.
public final class BadValue extends RuntimeException {
  private static final int SHOWN_MAX = 80;

  /// Where in the window, -1 for where the value at hand begins.
  public final int position;

  /// Whether the message is to end in the position as a byte of the input.
  public final boolean namesByte;

  /// Whether it concerns the row's form, not the field at hand.
  public final boolean isStructural;

  public final @Nullable String hint;

  private BadValue(
      int position,
      String message,
      @Nullable String hint,
      boolean namesByte,
      boolean isStructural) {
    super(message, null, false, false);
    this.position = position;
    this.hint = hint;
    this.namesByte = namesByte;
    this.isStructural = isStructural;
  }

  /// The value at hand does not fit its field.
  public static BadValue of(String message, @Nullable String hint) {
    return new BadValue(-1, message, hint, false, false);
  }

  /// A form that the format does not have.
  public static BadValue syntax(int position, String message, @Nullable String hint) {
    return new BadValue(position, message, hint, false, true);
  }

  /// A byte that no text may have.
  public static BadValue badByte(int position, String message) {
    return new BadValue(position, message, null, true, true);
  }

  /// The same with a hint, unless it has one or the hint is null.
  public BadValue withHint(@Nullable String other) {
    return hint != null || other == null
        ? this
        : new BadValue(position, text(), other, namesByte, isStructural);
  }

  /// The message of a [RuntimeException] can be null, this one's is not.
  public String text() {
    return String.valueOf(getMessage());
  }

  /// Bytes as a message shows them: what cannot be printed is escaped, at most 80 characters.
  public static String shown(byte[] bytes, int start, int end) {
    StringBuilder text = new StringBuilder();
    int p = start;
    while (p < end && text.length() < SHOWN_MAX) {
      int length = bytes[p] < 0 ? Utf8.length(bytes, p) : 1;
      if (length == 0) {
        text.append("\\x").append(hex(bytes[p] >> 4)).append(hex(bytes[p]));
        p++;
      } else {
        append(text, Utf8.codePoint(bytes, p, length));
        p += length;
      }
    }
    return p < end ? text.append('…').toString() : text.toString();
  }

  private static void append(StringBuilder text, int codePoint) {
    if (codePoint == '\n') {
      text.append("\\n");
    } else if (codePoint == '\r') {
      text.append("\\r");
    } else if (codePoint == '\t') {
      text.append("\\t");
    } else if (Character.isISOControl(codePoint)
        || Character.getType(codePoint) == Character.FORMAT) {
      text.append("\\u").append(hex(codePoint >> 12)).append(hex(codePoint >> 8));
      text.append(hex(codePoint >> 4)).append(hex(codePoint));
    } else {
      text.appendCodePoint(codePoint);
    }
  }

  public static char hex(int nibble) {
    return "0123456789abcdef".charAt(nibble & 0xF);
  }
}
