package dev.catchwater.ingest.read;

import dev.catchwater.ingest.read.cell.Cell;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.source.ReadStep;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The signs of a CSV, and what each byte means outside and inside quotes. Immutable but for the
/// tables, which nobody writes to.
///
/// @param escape -1 where only doubled quotes stand for a quote
/// @param nullValue what an unquoted field must be to be null; null for the default: a field that
///   is empty, quoted or not
/// @param bare what bytes mean outside quotes
/// @param quoted what they mean inside
record CsvDialect(
    byte separator,
    int quote,
    int escape,
    byte @Nullable [] nullValue,
    byte[] bare,
    byte[] quoted) {

  /// Kinds of bytes: those from [#SEPARATOR] on end a field.
  static final byte PLAIN = Cell.PLAIN;

  static final byte WIDE = 1;
  static final byte QUOTE = 2;
  static final byte ESCAPE = 3;
  static final byte CONTROL = 4;
  static final byte SEPARATOR = Cell.FIELD_END;
  static final byte LINE_END = 6;

  /// RFC 4180 with kamu's escape.
  static final CsvDialect DEFAULT = of((byte) ',', '"', '\\', null);

  /// Bytes that stand in numbers and times, so that those cannot be read without looking for the
  /// separator first.
  private static final String IN_VALUES = "0123456789+-.:eETtZz ";

  /// The signs that a read step declares.
  ///
  /// @throws CatchwaterException BAD_MANIFEST for one that is not exactly one ASCII character, for
  ///   two that are equal, for a line end
  static CsvDialect of(ReadStep.Csv step) {
    int separator = sign("separator", step.separator(), ',');
    int quote = sign("quote", step.quote(), '"');
    int escape = sign("escape", step.escape(), '\\');
    if (separator < 0 || quote < 0) {
      throw refuse("the " + (separator < 0 ? "separator" : "quote") + " is empty", null);
    }
    if (separator == quote || separator == escape) {
      throw refuse(
          "separator and " + (separator == quote ? "quote" : "escape") + " are equal", null);
    }
    if (quote == escape) {
      throw refuse(
          "quote and escape are equal", "doubled quotes are always understood: use escape: \"\"");
    }
    String nullValue = step.nullValue();
    return of(
        (byte) separator,
        quote,
        escape,
        nullValue == null ? null : nullValue.getBytes(StandardCharsets.UTF_8));
  }

  private static int sign(String option, @Nullable String declared, char usual) {
    if (declared == null) {
      return usual;
    }
    if (declared.isEmpty()) {
      return -1;
    }
    char sign = declared.charAt(0);
    if (declared.length() > 1 || sign > 0x7E || sign == 0 || sign == '\n' || sign == '\r') {
      throw refuse(
          "the " + option + " \"" + declared + "\" is not one ASCII character",
          option.equals("separator") && declared.equals("\\t")
              ? "write \"\\t\" in double quotes"
              : null);
    }
    return sign;
  }

  private static CatchwaterException refuse(String message, @Nullable String hint) {
    CatchwaterException failure =
        CatchwaterException.of(ErrorCode.BAD_MANIFEST, "Bad Csv options: " + message);
    return hint == null ? failure : failure.withHint(hint);
  }

  private static CsvDialect of(byte separator, int quote, int escape, byte @Nullable [] nullValue) {
    byte[] bare = new byte[256];
    Arrays.fill(bare, 0, 0x20, CONTROL);
    Arrays.fill(bare, 0x80, 0x100, WIDE);
    bare['\t'] = PLAIN;
    byte[] quoted = bare.clone();
    bare['\n'] = LINE_END;
    bare['\r'] = LINE_END;
    quoted['\n'] = LINE_END;
    quoted['\r'] = LINE_END;
    bare[quote] = QUOTE;
    quoted[quote] = QUOTE;
    if (escape >= 0) {
      quoted[escape] = ESCAPE;
    }
    bare[separator] = SEPARATOR;
    quoted[separator] = PLAIN;
    return new CsvDialect(separator, quote, escape, nullValue, bare, quoted);
  }

  /// Whether a field's end shows only when its bytes are looked at one by one.
  boolean separatesInsideValues() {
    return IN_VALUES.indexOf(separator) >= 0;
  }
}
