package dev.catchwater.columnar.parquet;

import dev.catchwater.odf.schema.TimeUnit;

/// What stored values mean (Parquet `LogicalType`, and `ConvertedType` of older files). Immutable.
public sealed interface Annotation {

  /// An annotation without parameters.
  enum Plain implements Annotation {
    STRING,
    MAP,
    LIST,
    ENUM,
    DATE,
    UNKNOWN,
    JSON,
    BSON,
    UUID,
    FLOAT16,
    /// One that this version does not know: the stored type decides.
    OTHER
  }

  /// Unscaled numbers with that many digits, `scale` of them behind the point.
  record OfDecimal(int precision, int scale) implements Annotation {}

  /// A time of day.
  record OfTime(boolean utc, TimeUnit unit) implements Annotation {}

  /// A point in time; `utc` tells that it is normalized to UTC.
  record OfTimestamp(boolean utc, TimeUnit unit) implements Annotation {}

  /// An integer of fewer bits or without sign.
  record OfInteger(int bits, boolean signed) implements Annotation {}
}
