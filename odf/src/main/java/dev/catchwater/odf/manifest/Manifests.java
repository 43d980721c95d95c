package dev.catchwater.odf.manifest;

import java.util.List;

/// Manifests from YAML or JSON text (odf-format §14), strictly: an unknown key, a wrong type, a
/// missing field or a value that cannot work is refused with file, line, column and field path.
@SuppressWarnings("DoNotCallSuggester")
public final class Manifests {
  private Manifests() {}

  /// All documents of a file, each a `DatasetSnapshot`; one bad document refuses all.
  ///
  /// @param fileName the name for messages
  /// @param utf8 the text, a byte order mark is skipped
  public static List<DatasetSnapshot> readSnapshots(String fileName, byte[] utf8) {
    throw new UnsupportedOperationException("soon");
  }
}
