package dev.catchwater.query.transform;

import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.Vocabulary;
import dev.catchwater.query.sql.DuckColumns;
import dev.catchwater.query.sql.SqlText;
import dev.catchwater.query.sql.Steps.StepColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// The statement that tells how a result differs from the one that a derivative holds: rows that
/// are not among the latest any more go, those that are new come; where rows have a key, what came
/// in the place of another is a correction. Immutable.
///
/// @param fresh the columns of the new result without those that the system gives
/// @param past the columns of the derivative, null before it has any
/// @param hasEventTime whether the result has event times of its own
/// @param key columns, none where only whole rows are compared
record ChangeSql(
    DataSchema fresh,
    @Nullable DataSchema past,
    Vocabulary vocabulary,
    boolean hasEventTime,
    List<String> key) {
  /// The table of the new result.
  static final String FRESH = "__cw_fresh";

  /// The table of the derivative's rows.
  static final String PAST = "__cw_past";

  ChangeSql {
    key = List.copyOf(key);
  }

  /// The statement; its columns are those of the result, `__cw_et` where the result has no event
  /// times, and `__cw_op`. Rows that go stand in front of those that come, of each key or of all.
  String sql() {
    List<String> names = new ArrayList<>();
    for (DuckColumnName column : columns()) {
      names.add(column.quoted());
    }
    String all = String.join(", ", names);
    String time = hasEventTime ? "" : ", max(__cw_et) AS __cw_et";
    StringBuilder sql = new StringBuilder("WITH __cw_all AS (\n").append(freshRows());
    if (past != null) {
      sql.append("\nUNION ALL\n").append(pastRows(past));
    }
    sql.append("\n), __cw_sum AS (\nSELECT ")
        .append(all)
        .append(", sum(__cw_n) AS __cw_n")
        .append(time);
    sql.append(" FROM __cw_all GROUP BY ").append(all).append(" HAVING sum(__cw_n) <> 0");
    sql.append(
        "\n), __cw_rows AS (\nSELECT *, unnest(range(CAST(abs(__cw_n) AS BIGINT))) AS __cw_i");
    sql.append(" FROM __cw_sum\n)\nSELECT ").append(all);
    sql.append(hasEventTime ? "" : ", __cw_et").append(", ").append(operation());
    sql.append(" AS __cw_op FROM __cw_rows ORDER BY ");
    for (String column : key) {
      sql.append(SqlText.quoted(column)).append(", ");
    }
    return sql.append("__cw_n > 0, ").append(all).toString();
  }

  private record DuckColumnName(String name, String quoted, String type) {}

  private List<DuckColumnName> columns() {
    List<DuckColumnName> columns = new ArrayList<>();
    for (StepColumn column : DuckColumns.of(fresh)) {
      columns.add(new DuckColumnName(column.name(), SqlText.quoted(column.name()), column.type()));
    }
    return columns;
  }

  private String freshRows() {
    StringJoiner list = new StringJoiner(", ", "SELECT ", "");
    for (DuckColumnName column : columns()) {
      list.add(column.quoted());
    }
    list.add("1 AS __cw_n");
    if (!hasEventTime) {
      list.add("CAST(NULL AS TIMESTAMPTZ) AS __cw_et");
    }
    return list + " FROM " + FRESH;
  }

  private String pastRows(DataSchema known) {
    StringJoiner list = new StringJoiner(", ", "SELECT ", "");
    for (DuckColumnName column : columns()) {
      list.add(has(known, column.name()) ? column.quoted() : "CAST(NULL AS " + column.type() + ")");
    }
    String operation = SqlText.quoted(vocabulary.operationType());
    list.add("CASE WHEN " + operation + " IN (0, 3) THEN -1 ELSE 1 END");
    if (!hasEventTime) {
      list.add(SqlText.quoted(vocabulary.eventTime()));
    }
    return list + " FROM " + PAST;
  }

  private static boolean has(DataSchema schema, String name) {
    for (DataField field : schema.fields()) {
      if (field.name().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
        return true;
      }
    }
    return false;
  }

  private String operation() {
    if (key.isEmpty()) {
      return "CAST(CASE WHEN __cw_n > 0 THEN 0 ELSE 1 END AS INTEGER)";
    }
    StringJoiner columns = new StringJoiner(", ", " OVER (PARTITION BY ", ")");
    for (String column : key) {
      columns.add(SqlText.quoted(column));
    }
    return "CAST(CASE WHEN count(*)"
        + columns
        + " > 1 THEN CASE WHEN __cw_n > 0 THEN 3 ELSE 2 END"
        + " WHEN __cw_n > 0 THEN 0 ELSE 1 END AS INTEGER)";
  }
}
