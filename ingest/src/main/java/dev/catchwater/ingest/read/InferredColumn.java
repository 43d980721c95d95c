package dev.catchwater.ingest.read;

import dev.catchwater.columnar.batch.ColumnBuilder;
import dev.catchwater.ingest.read.cell.Cell;
import dev.catchwater.ingest.read.cell.Tally;
import dev.catchwater.ingest.read.cell.TextCell;
import dev.catchwater.ingest.read.cell.TimeCell;
import dev.catchwater.ingest.read.text.TimePattern;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
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

  /// The column as the dataset has it, if it has it: what was stored stays what it is, whatever the
  /// rows at hand look like, and a value that does not fit is refused with its place. Nulls are
  /// taken here; whether the column may have any is judged later, for all sources alike.
  InferredColumn in(ReadOptions options) {
    DataSchema known = options.known();
    int at = known == null ? -1 : known.indexOf(name);
    if (known == null || at < 0) {
      return this;
    }
    DataType stored = known.fields().get(at).type().required();
    if (stored.equals(type.required()) || !isReadable(stored)) {
      return this;
    }
    Kind read = Kind.PLAIN;
    if (stored == Scalar.STRING) {
      // What was an object or a list in other rows was stored as JSON text.
      read = Kind.JSON;
    } else if (name.equals(options.eventTimeColumn())
        && stored.equals(DataType.Timestamp.MILLIS_UTC)) {
      if (type.required() != Scalar.DATE) {
        return this; // no time at all, as in a first push
      }
      read = Kind.EVENT_TIME;
    }
    return new InferredColumn(key, name, stored.optional(), read);
  }

  /// Adds the columns of the dataset that no row looked at had: one of those behind them may.
  ///
  /// @param seen the names in the data
  static void addUnseen(
      List<InferredColumn> columns, Collection<String> seen, ReadOptions options) {
    DataSchema known = options.known();
    if (known == null) {
      return;
    }
    for (DataField field : known.fields()) {
      DataType type = field.type();
      boolean isSystems = options.reservedColumns().contains(field.name());
      boolean isWanted = type.isOptional() && isReadable(type.required());
      if (isWanted && !isSystems && !seen.contains(field.name())) {
        InferredColumn unseen =
            new InferredColumn(field.name(), field.name(), Scalar.NULL.optional(), Kind.PLAIN);
        columns.add(unseen.in(options));
      }
    }
  }

  /// Whether there are texts for the values of a type; others fit nothing, and that is told later.
  private static boolean isReadable(DataType type) {
    if (type instanceof DataType.ListOf list) {
      return isReadable(list.itemType().required());
    }
    if (type instanceof DataType.Struct struct) {
      for (DataField field : struct.fields()) {
        if (!isReadable(field.type().required())) {
          return false;
        }
      }
      return true;
    }
    return !(type instanceof DataType.MapOf) && !(type instanceof DataType.Duration);
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
