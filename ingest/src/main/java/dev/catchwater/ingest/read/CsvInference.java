package dev.catchwater.ingest.read;

import dev.catchwater.ingest.read.cell.BadValue;
import dev.catchwater.ingest.read.cell.Cell;
import dev.catchwater.ingest.read.text.TimeText;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The columns of a CSV that no schema describes: Strings, or with `inferSchema` what the first
/// 1,000 records look like: Bool, Int64, Float64, Date, Timestamp; other mixtures, numbers with
/// leading zeros and whole numbers beyond Int64 are Strings. Everything is optional.
final class CsvInference {
  private static final int BOOL = 1;
  private static final int WHOLE = 2;
  private static final int FRACTION = 4;
  private static final int DATE = 8;
  private static final int TIME = 16;
  private static final int TEXT = 32;

  private CsvInference() {}

  /// The columns behind a header.
  ///
  /// @param isTyped whether to look at the records
  static List<InferredColumn> columns(
      CsvHeader header,
      CsvDialect dialect,
      ByteWindow window,
      boolean isTyped,
      ReadOptions options) {
    List<String> names = header.names();
    int[] seen = isTyped ? look(header, dialect, window) : new int[names.size()];
    List<InferredColumn> columns = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String key = names.get(i);
      DataType type = type(seen[i]);
      InferredColumn.Kind kind = InferredColumn.Kind.PLAIN;
      if (key.equals(options.eventTimeColumn())) {
        if (type == Scalar.INT64) {
          kind = InferredColumn.Kind.EVENT_SECONDS;
        } else if (type == Scalar.STRING) {
          kind = InferredColumn.Kind.EVENT_TIME;
        }
      }
      DataType stored = kind == InferredColumn.Kind.PLAIN ? type : DataType.Timestamp.MILLIS_UTC;
      String name = InferredColumn.free(key, options.reservedColumns(), names);
      columns.add(new InferredColumn(key, name, stored.optional(), kind).in(options));
    }
    return columns;
  }

  private static int[] look(CsvHeader header, CsvDialect dialect, ByteWindow window) {
    int[] seen = new int[header.names().size()];
    CsvFields fields = new CsvFields(dialect);
    int p = header.end();
    for (int row = 0; row < JsonInference.ROWS_MAX && p < window.limit; ) {
      int end = fields.recordEnd(window.buffer, p, window.limit);
      if (end >= window.limit && !window.isAtEnd) {
        break;
      }
      if (end > p) {
        record(fields, dialect, window.buffer, p, end, seen);
        row++;
      }
      p = end + 1;
    }
    return seen;
  }

  private static void record(
      CsvFields fields, CsvDialect dialect, byte[] b, int start, int end, int[] seen) {
    int p = start;
    try {
      for (int column = 0; column < seen.length && p <= end; column++) {
        p = fields.next(b, p) + 1;
        seen[column] |= kind(fields, dialect);
      }
    } catch (BadValue _) {
      // The reader refuses this record with its place.
    }
  }

  private static int kind(CsvFields fields, CsvDialect dialect) {
    byte[] b = fields.text;
    int from = fields.from;
    int to = fields.to;
    byte[] nullValue = dialect.nullValue();
    String text = new String(b, from, to - from, StandardCharsets.UTF_8);
    boolean isNull =
        nullValue == null
            ? text.isEmpty()
            : !fields.isQuoted && text.equals(new String(nullValue, StandardCharsets.UTF_8));
    if (isNull) {
      return 0;
    }
    if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
      return BOOL;
    }
    if (Cell.isNumber(b, from, to)) {
      return number(text);
    }
    if (to - from >= 10 && b[from + 4] == '-' && new TimeText().parse(b, from, to)) {
      return to - from == 10 ? DATE : TIME;
    }
    return TEXT;
  }

  private static int number(String text) {
    String digits = text.startsWith("-") ? text.substring(1) : text;
    if (digits.length() > 1 && digits.charAt(0) == '0' && digits.charAt(1) != '.') {
      return TEXT;
    }
    if (digits.indexOf('.') >= 0 || digits.indexOf('e') >= 0 || digits.indexOf('E') >= 0) {
      return FRACTION;
    }
    try {
      Long.parseLong(text);
      return WHOLE;
    } catch (NumberFormatException _) {
      return TEXT;
    }
  }

  private static DataType type(int seen) {
    return switch (seen) {
      case BOOL -> Scalar.BOOL;
      case WHOLE -> Scalar.INT64;
      case FRACTION, WHOLE | FRACTION -> Scalar.FLOAT64;
      case DATE -> Scalar.DATE;
      case TIME, DATE | TIME -> DataType.Timestamp.MILLIS_UTC;
      default -> Scalar.STRING;
    };
  }
}
