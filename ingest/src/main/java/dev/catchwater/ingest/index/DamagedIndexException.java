package dev.catchwater.ingest.index;

/// An index file that is not what was written. Never leaves this package: the index is a cache and
/// is built anew.
final class DamagedIndexException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DamagedIndexException(String what) {
    super(what);
  }
}
