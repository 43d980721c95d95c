package dev.catchwater.odf.identity;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The name of a dataset: `[a-zA-Z0-9]+` parts joined by single `-` or `.`, at most 100 characters,
/// ASCII. Kept as written, compared without case.
public final class DatasetName implements Comparable<DatasetName> {
  private static final int LENGTH_MAX = 100;

  private final String text;

  private DatasetName(String text) {
    this.text = text;
  }

  /// Refuses anything outside the grammar, naming the first character that does not fit.
  public static DatasetName parse(String text) {
    if (!isName(text)) {
      throw CatchwaterException.of(
              ErrorCode.BAD_NAME,
              "Value '" + shown(text) + "' is not a valid DatasetName" + reason(text))
          .withHint(
              "letters a-z and digits, parts joined by single '-' or '.', at most 100 characters");
    }
    return new DatasetName(text);
  }

  /// Whether a text is a name.
  public static boolean isName(String text) {
    return text.length() <= LENGTH_MAX && fits(text);
  }

  /// By hand, for every start of the program parses a name: a regular expression would load more
  /// classes than the rest of this package.
  private static boolean fits(String text) {
    boolean joint = true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean next = c == '-' || c == '.';
      if (next ? joint : !isLetterOrDigit(c)) {
        return false;
      }
      joint = next;
    }
    return !joint;
  }

  private static boolean isLetterOrDigit(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
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
