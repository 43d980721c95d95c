package dev.catchwater.odf.identity;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The name of a dataset: `[a-zA-Z0-9]+` parts joined by single `-` or `.`, at most 100 characters,
/// ASCII. Kept as written, compared without case.
public final class DatasetName implements Comparable<DatasetName> {
  private static final Pattern GRAMMAR =
      Pattern.compile("[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*(\\.[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*)*");
  private static final int LENGTH_MAX = 100;

  private final String text;

  private DatasetName(String text) {
    this.text = text;
  }

  /// Refuses anything outside the grammar, naming the first character that does not fit.
  public static DatasetName parse(String text) {
    if (text.length() > LENGTH_MAX || !GRAMMAR.matcher(text).matches()) {
      throw CatchwaterException.of(
              ErrorCode.BAD_NAME,
              "Value '" + shown(text) + "' is not a valid DatasetName" + reason(text))
          .withHint(
              "letters a-z and digits, parts joined by single '-' or '.', at most 100 characters");
    }
    return new DatasetName(text);
  }

  private static String shown(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .limit(80)
        .forEach(c -> {
          if (c >= 0x20 && c < 0x7f) {
            shown.appendCodePoint(c);
          } else {
            shown.append(String.format(Locale.ROOT, "\\u%04X", c));
          }
        });
    return shown.toString();
  }

  private static String reason(String text) {
    return text.codePoints()
        .filter(
            c -> c < 0x20 || c >= 0x7f || ("-.".indexOf(c) < 0 && !Character.isLetterOrDigit(c)))
        .mapToObj(c -> String.format(Locale.ROOT, ": it has U+%04X", c))
        .findFirst()
        .orElse("");
  }

  /// The form used for comparison and for folder names.
  public String lowerCase() {
    return text.toLowerCase(Locale.ROOT);
  }

  @Override
  public int compareTo(DatasetName other) {
    return lowerCase().compareTo(other.lowerCase());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DatasetName that && lowerCase().equals(that.lowerCase());
  }

  @Override
  public int hashCode() {
    return lowerCase().hashCode();
  }

  /// The name as written.
  @Override
  public String toString() {
    return text;
  }
}
