package dev.catchwater.ingest.read;

import dev.catchwater.columnar.batch.ColumnBuilder;
import dev.catchwater.odf.schema.DataType;

/// A column of a source without schema.
///
/// @param key its name in the data
/// @param name its name in the batch: the same, or with `_` in front where the system has it
/// @param kind what its values are
record InferredColumn(String key, String name, DataType type, Kind kind) {
  /// How the values are read.
  enum Kind {
    /// As any value of the type.
    PLAIN,
    /// JSON values of any kind, as text.
    JSON,
    /// Event times: RFC 3339, or whole seconds since 1970.
    EVENT_TIME
  }

  private static final int MILLIS_PER_SECOND = 1_000;

  Cell cell(Tally tally) {
    return switch (kind) {
      case PLAIN -> Cell.of(type, key, tally);
      case JSON -> new TextCell.Json(type, new ColumnBuilder.Bytes());
      case EVENT_TIME ->
          new TimeCell.Point(
              type,
              DataType.Timestamp.MILLIS_UTC,
              new ColumnBuilder.Longs(),
              tally,
              MILLIS_PER_SECOND);
    };
  }
}
