package dev.catchwater.columnar.parquet;

import dev.catchwater.odf.schema.TimeUnit;
import org.jspecify.annotations.Nullable;

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
  record OfDecimal(int precision, int scale) implements Annotation {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof OfDecimal that && precision == that.precision && scale == that.scale;
    }

    @Override
    public int hashCode() {
      return 31 * precision + scale;
    }
  }

  /// A time of day.
  record OfTime(boolean utc, TimeUnit unit) implements Annotation {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof OfTime that && utc == that.utc && unit == that.unit;
    }

    @Override
    public int hashCode() {
      return 31 * unit.code() + (utc ? 1 : 0);
    }
  }

  /// A point in time; `utc` tells that it is normalized to UTC.
  record OfTimestamp(boolean utc, TimeUnit unit) implements Annotation {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof OfTimestamp that && utc == that.utc && unit == that.unit;
    }

    @Override
    public int hashCode() {
      return 31 * unit.code() + (utc ? 3 : 2);
    }
  }

  /// An integer of fewer bits or without sign.
  record OfInteger(int bits, boolean signed) implements Annotation {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof OfInteger that && bits == that.bits && signed == that.signed;
    }

    @Override
    public int hashCode() {
      return 2 * bits + (signed ? 1 : 0);
    }
  }
}
