package dev.catchwater.query.format;

import dev.catchwater.odf.schema.DataSchema;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/// The forms rows are printed in; names as after `-o` (kamu's, behaviour page §1.6).
public enum RowFormat {
  /// A box drawing; the only one that is kept in memory until its end.
  TABLE("table"),
  /// One line a row under a header, `\n` between, none at the end.
  CSV("csv"),
  /// An array of objects on one line.
  JSON("json"),
  /// An object a line, `\n` between, none at the end.
  NDJSON("ndjson"),
  /// An object of arrays, one a column; kept in memory until its end, as text.
  JSON_SOA("json-soa"),
  /// An array of arrays.
  JSON_AOA("json-aoa");

  private final String optionName;

  RowFormat(String optionName) {
    this.optionName = optionName;
  }

  /// The name after `-o`.
  public String optionName() {
    return optionName;
  }

  /// CSV in which texts that a spreadsheet would run as formulas have a `'` in front; otherwise as
  /// [#CSV].
  public static RowWriter excelSafeCsv(OutputStream out, @Nullable DataSchema schema) {
    return new CsvRows(new TextSink(out), schema, true);
  }

  /// A writer onto a stream, which it never closes.
  ///
  /// @param schema null where a dataset has no schema yet, so that no batch will come
  public RowWriter open(OutputStream out, @Nullable DataSchema schema, TableStyle style) {
    TextSink sink = new TextSink(out);
    return switch (this) {
      case TABLE -> new TableRows(sink, schema, style);
      case CSV -> new CsvRows(sink, schema);
      case JSON -> new JsonRows(sink, schema, JsonRows.Shape.OBJECTS);
      case NDJSON -> new JsonRows(sink, schema, JsonRows.Shape.LINES);
      case JSON_AOA -> new JsonRows(sink, schema, JsonRows.Shape.ARRAYS);
      case JSON_SOA -> new JsonColumns(sink, schema);
    };
  }
}
