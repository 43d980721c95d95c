package dev.catchwater.tables;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.DatasetName;
import org.jspecify.annotations.Nullable;

/// The name of a stream or table as its owner gave it, and that of its dataset, which has no `_`
/// (design §7.32). Immutable.
///
/// @param shown as given
/// @param dataset the name of the dataset of a stream or a dynamic table
public record GivenName(String shown, DatasetName dataset) {
  private static final String VERSION = ".v";

  /// Reads a name.
  ///
  /// @throws CatchwaterException `BAD_NAME`
  public static GivenName parse(String text) {
    GivenName name = find(text);
    if (name != null) {
      return name;
    }
    if (DatasetName.isName(text.replace('_', '-'))) {
      throw CatchwaterException.of(
              ErrorCode.BAD_NAME, "The name '" + text + "' ends as that of a version does")
          .withHint("leave out " + text.substring(text.lastIndexOf('.')));
    }
    DatasetName _ = DatasetName.parse(text); // says what is wrong with it
    throw new IllegalStateException("a name and none: " + text);
  }

  /// The name that a text is, null where it is none.
  public static @Nullable GivenName find(String text) {
    String plain = text.replace('_', '-');
    if (!DatasetName.isName(plain)) {
      return null;
    }
    DatasetName dataset = DatasetName.parse(plain);
    return isOfVersion(dataset) ? null : new GivenName(text, dataset);
  }

  /// The name of the dataset of a version.
  ///
  /// @throws CatchwaterException `BAD_NAME` if it would be too long
  public DatasetName version(int version) {
    return DatasetName.parse(dataset + VERSION + version);
  }

  /// Whether two of them are written alike, but for case.
  boolean isSame(String other) {
    return shown.equalsIgnoreCase(other);
  }

  /// Whether a dataset's name is one of a version.
  static boolean isOfVersion(DatasetName name) {
    String text = name.lowerCase();
    int at = text.lastIndexOf(VERSION);
    if (at <= 0 || at + VERSION.length() == text.length()) {
      return false;
    }
    for (int i = at + VERSION.length(); i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /// The number in the name of a version's dataset, 0 for any other name and for numbers that no
  /// version has.
  static int versionOf(DatasetName name) {
    if (!isOfVersion(name)) {
      return 0;
    }
    String text = name.lowerCase();
    try {
      return Integer.parseInt(text.substring(text.lastIndexOf(VERSION) + VERSION.length()));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  @Override
  public String toString() {
    return shown;
  }
}
