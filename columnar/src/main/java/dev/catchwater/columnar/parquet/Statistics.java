package dev.catchwater.columnar.parquet;

import org.jspecify.annotations.Nullable;

/// What a chunk or page says of its values, in [ValueOrder]. Values are in PLAIN encoding without a
/// length. The arrays are shared and must not be changed.
///
/// @param min a bound not above any value, or null if there is none to give
/// @param max a bound not below any value, or null likewise
/// @param exact whether both bounds are values; false where they were cut
public record Statistics(
    byte @Nullable [] min, byte @Nullable [] max, boolean exact, long nullCount) {

  void write(ThriftWriter out, int id) {
    out.beginStruct(id);
    out.int64(3, nullCount);
    if (max != null && min != null) {
      out.binary(5, max);
      out.binary(6, min);
      out.bool(7, exact);
      out.bool(8, exact);
    }
    out.end();
  }
}
