package dev.catchwater.connectors.files;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One file that lies elsewhere. Thread-safe.
public interface RemoteFile {
  /// Where it is, as a person would write it; nothing in it is secret.
  String address();

  /// The file from its beginning; empty where it is still the version that is known. The caller
  /// closes.
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException `OBJECT_NOT_FOUND`, `REMOTE_UNAVAILABLE`,
  ///   `TARGET_NOT_ALLOWED`
  /// @throws IOException where the connection was cut
  Optional<OpenedFile> open(@Nullable FileVersion known) throws IOException;

  /// The file behind its first bytes, if it is still that version and can be read from there; else
  /// from its beginning. The caller closes.
  ///
  /// @throws IOException as [#open]
  OpenedFile resume(long from, FileVersion version) throws IOException;
}
