package dev.catchwater.ingest.read;

import dev.catchwater.columnar.batch.ColumnBuilder;
import dev.catchwater.ingest.read.cell.Cell;
import dev.catchwater.ingest.read.cell.Tally;
import dev.catchwater.ingest.read.cell.TextCell;
import dev.catchwater.ingest.read.cell.TimeCell;
import dev.catchwater.ingest.read.text.TimePattern;
import dev.catchwater.odf.schema.DataType;
import java.util.Collection;
import java.util.List;

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
    EVENT_TIME,
    /// Event times: whole seconds since 1970, as texts.
    EVENT_SECONDS
  }

  private static final int MILLIS_PER_SECOND = 1_000;

  /// The name a column gets: its own, with `_` in front while the system or another column has it.
  static String free(String key, List<String> reserved, Collection<String> others) {
    String name = key;
    while (reserved.contains(name) || (!name.equals(key) && others.contains(name))) {
      name = "_" + name;
    }
    return name;
  }

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
      case EVENT_SECONDS ->
          new TimeCell.Point(
              type,
              DataType.Timestamp.MILLIS_UTC,
              new ColumnBuilder.Longs(),
              tally,
              MILLIS_PER_SECOND,
              TimePattern.of("epoch-seconds"));
    };
  }
}
