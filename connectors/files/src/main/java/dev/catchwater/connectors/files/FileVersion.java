package dev.catchwater.connectors.files;

import org.jspecify.annotations.Nullable;

/// What tells one content of a file from another, as far as its server says. Immutable.
///
/// @param etag the entity tag with its quotes, or what stands for one; null for none
/// @param length in bytes, -1 where it is not known
/// @param modified when it was changed, in the server's words; null where it does not say
public record FileVersion(@Nullable String etag, long length, @Nullable String modified) {

  /// Whether another look found the same content. No where the server says nothing that tells.
  boolean isSameAs(FileVersion other) {
    if (etag != null && other.etag != null) {
      return etag.equals(other.etag) && (length < 0 || other.length < 0 || length == other.length);
    }
    return false;
  }

  /// A tag that stands for equal bytes, so that a copy may go on behind a part of them; else null.
  @Nullable String strongTag() {
    return etag == null || etag.startsWith("W/") ? null : etag;
  }
}
