package dev.catchwater.columnar.decode;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;

/// What the open pages of all columns take together, held below a limit: a small file can claim
/// pages of any size. Used by one thread.
public final class PageMemory {
  /// For files that we wrote ourselves.
  public static final PageMemory UNLIMITED = new PageMemory(Long.MAX_VALUE);

  private final long max;
  private long taken;

  /// @param max in bytes
  public PageMemory(long max) {
    this.max = max;
  }

  /// Counts an array that grows.
  ///
  /// @throws CatchwaterException LIMIT_EXCEEDED
  void grow(long from, long to) {
    if (max == Long.MAX_VALUE) {
      return;
    }
    taken += to - from;
    if (taken > max) {
      throw CatchwaterException.of(
              ErrorCode.LIMIT_EXCEEDED,
              "Parquet file has pages that together need more than "
                  + (max >> 20)
                  + " MiB of memory (limit: pages)")
          .withHint("write it with smaller pages or row groups");
    }
  }
}
