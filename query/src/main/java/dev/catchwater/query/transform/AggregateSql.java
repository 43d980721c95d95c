package dev.catchwater.query.transform;

import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.query.sql.DuckColumns;
import dev.catchwater.query.sql.Steps.StepColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;

/// The statement of a run that lets groups go on: what new rows say of their groups is put together
/// with what is known of these, and both the old row and the new one of a group that changed come
/// out. One row of each group that was touched is its state from now on.
///
/// The columns of its result: `op`, of the row as in slices, or [#SAME]; `et`, the latest event
/// time of the group; `k0`, `k1`, … the keys; `s0`, `t1`, … what is known of aggregates; `o0`,
/// `o1`, … the items of the query's list. Immutable.
final class AggregateSql {
  /// The table of states.
  static final String STATE = "__cw_state";

  /// The operation of a row whose group changed in nothing that the query shows.
  static final int SAME = 9;

  private final TransformQuery query;
  private final QueryShape shape;
  private final GroupKeys keys;
  private final List<StepColumn> columns;

  /// @param described the columns of the query's result
  AggregateSql(TransformQuery query, DataSchema described) {
    this.query = query;
    this.shape = Objects.requireNonNull(query.shape());
    this.keys = Objects.requireNonNull(query.keys());
    this.columns = DuckColumns.of(described);
  }

  /// Whether the state of every aggregate can go on, with the types that they have.
  static boolean fits(QueryShape shape, DataSchema described) {
    if (described.fields().size() != shape.items().size()) {
      return false;
    }
    for (int i = 0; i < shape.items().size(); i++) {
      DataField field = described.fields().get(i);
      if (!fits(shape.items().get(i).function(), field.type().required())) {
        return false;
      }
    }
    return true;
  }

  private static boolean fits(@org.jspecify.annotations.Nullable String function, DataType type) {
    return switch (function == null ? "" : function) {
      case "avg", "mean" -> type == Scalar.FLOAT64;
      case "sum" ->
          type == Scalar.FLOAT64 || type == Scalar.INT64 || type instanceof DataType.Decimal;
      case "min", "max" -> !(type instanceof DataType.ListOf) && !(type instanceof DataType.Struct);
      default -> true;
    };
  }

  /// The statement.
  ///
  /// @param hasState whether there are states of groups
  String sql(boolean hasState) {
    StringBuilder sql =
        new StringBuilder(query.before().isEmpty() ? "WITH " : query.before() + ",");
    sql.append("__cw_fresh AS (\n").append(fresh()).append("\n)");
    if (hasState) {
      sql.append(",\n__cw_before AS (\n").append(before()).append("\n)");
    }
    sql.append(",\n__cw_both AS (\n").append(both(hasState)).append("\n)");
    sql.append(",\n__cw_rows AS (\n").append(rows(hasState)).append("\n)");
    sql.append("\nSELECT * FROM __cw_rows ORDER BY ");
    for (int k = 0; k < keys.keys().size(); k++) {
      sql.append("k").append(k).append(", ");
    }
    return sql.append("op").toString();
  }

  private String fresh() {
    StringJoiner list = new StringJoiner(",\n  ", "SELECT ", "\n");
    for (int k = 0; k < keys.keys().size(); k++) {
      list.add("(" + keys.keys().get(k) + "\n) AS k" + k);
    }
    for (int i = 0; i < shape.items().size(); i++) {
      QueryShape.Item item = shape.items().get(i);
      String argument = "(" + item.argument() + ")";
      switch (item.function() == null ? "" : item.function()) {
        case "" -> {}
        case "avg", "mean" -> {
          list.add("sum" + argument + " AS s" + i);
          list.add("count" + argument + " AS t" + i);
        }
        default -> list.add(item.function() + argument + " AS s" + i);
      }
    }
    String time = query.eventTime();
    list.add((time == null ? "CAST(NULL AS TIMESTAMPTZ)" : "max(" + time + ")") + " AS et");
    StringBuilder sql = new StringBuilder(list + "FROM " + shape.from() + "\n");
    if (shape.where() != null) {
      sql.append("WHERE ").append(shape.where()).append("\n");
    }
    StringJoiner groups = new StringJoiner(", ");
    for (int k = 0; k < keys.keys().size(); k++) {
      groups.add(Integer.toString(k + 1));
    }
    return sql.append(groups.length() == 0 ? "" : "GROUP BY " + groups).toString();
  }

  private String sameKeys(String left, String right) {
    StringJoiner same = new StringJoiner(" AND ");
    for (int k = 0; k < keys.keys().size(); k++) {
      same.add(left + ".k" + k + " IS NOT DISTINCT FROM " + right + ".k" + k);
    }
    return same.length() == 0 ? "true" : same.toString();
  }

  private String before() {
    return "SELECT s.* FROM "
        + STATE
        + " AS s SEMI JOIN __cw_fresh AS f ON "
        + sameKeys("s", "f")
        + " QUALIFY "
        + newest(keys.keys().size(), "s.");
  }

  /// A condition that leaves of each group the state that was written last.
  static String newest(int keys, String prefix) {
    StringJoiner groups = new StringJoiner(", ");
    for (int k = 0; k < keys; k++) {
      groups.add(prefix + "k" + k);
    }
    String partition = groups.length() == 0 ? "" : "PARTITION BY " + groups + " ";
    return "row_number() OVER (" + partition + "ORDER BY " + prefix + "seq DESC) = 1";
  }

  private String both(boolean hasState) {
    StringJoiner list = new StringJoiner(",\n  ", "SELECT ", "\n");
    for (int k = 0; k < keys.keys().size(); k++) {
      list.add("f.k" + k);
    }
    list.add(hasState ? "b.op IS NOT NULL AS was" : "false AS was");
    for (String part : parts()) {
      list.add((hasState ? merged(part) : "f." + part) + " AS n" + part);
      if (hasState) {
        list.add("b." + part + " AS b" + part);
      }
    }
    String from = "FROM __cw_fresh AS f";
    return list + from + (hasState ? " LEFT JOIN __cw_before AS b ON " + sameKeys("f", "b") : "");
  }

  /// The columns of states but for the keys.
  private List<String> parts() {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < shape.items().size(); i++) {
      String function = shape.items().get(i).function();
      if (function != null) {
        parts.add("s" + i);
        if (isAverage(function)) {
          parts.add("t" + i);
        }
      }
    }
    parts.add("et");
    return parts;
  }

  private static boolean isAverage(String function) {
    return function.equals("avg") || function.equals("mean");
  }

  private String merged(String part) {
    String old = "b." + part;
    String add = "f." + part;
    if (part.equals("et")) {
      return greatest(old, add);
    }
    String function = shape.items().get(Integer.parseInt(part.substring(1))).function();
    boolean isCount = part.charAt(0) == 't';
    return switch (isCount || function == null ? "count" : function) {
      case "count", "sum", "avg", "mean" -> either(old, add, old + " + " + add);
      case "min" -> either(old, add, "least(" + old + ", " + add + ")");
      case "max" -> greatest(old, add);
      default -> either(old, add, "list_concat(" + old + ", " + add + ")");
    };
  }

  private static String greatest(String a, String b) {
    return either(a, b, "greatest(" + a + ", " + b + ")");
  }

  private static String either(String a, String b, String both) {
    return "CASE WHEN "
        + a
        + " IS NULL THEN "
        + b
        + " WHEN "
        + b
        + " IS NULL THEN "
        + a
        + " ELSE "
        + both
        + " END";
  }

  private String rows(boolean hasState) {
    String now = row("n", hasState ? operation() : "0") + " FROM __cw_both";
    return hasState
        ? now + "\nUNION ALL\n" + row("b", "2") + " FROM __cw_both WHERE was AND " + changed()
        : now;
  }

  private String operation() {
    return "CASE WHEN NOT was THEN 0 WHEN " + changed() + " THEN 3 ELSE " + SAME + " END";
  }

  private String changed() {
    StringJoiner changed = new StringJoiner(" OR ", "(", ")");
    changed.add("false");
    for (int i = 0; i < shape.items().size(); i++) {
      if (shape.items().get(i).function() != null) {
        changed.add(output(i, "n") + " IS DISTINCT FROM " + output(i, "b"));
      }
    }
    return changed.toString();
  }

  private String row(String from, String operation) {
    StringJoiner list = new StringJoiner(",\n  ", "SELECT ", "\n");
    list.add("CAST(" + operation + " AS INTEGER) AS op");
    for (int k = 0; k < keys.keys().size(); k++) {
      list.add("k" + k);
    }
    for (String part : parts()) {
      list.add(from + part + " AS " + part);
    }
    for (int i = 0; i < shape.items().size(); i++) {
      list.add(output(i, from) + " AS o" + i);
    }
    return list.toString();
  }

  /// The value that the query shows.
  private String output(int item, String from) {
    int key = keys.keyOf().get(item);
    String function = shape.items().get(item).function();
    String part = from + "s" + item;
    String value = part;
    if (function == null) {
      value = "k" + key;
    } else if (isAverage(function)) {
      String count = from + "t" + item;
      value = "CASE WHEN " + count + " > 0 THEN CAST(" + part + " AS DOUBLE) / " + count + " END";
    }
    return "CAST(" + value + " AS " + columns.get(item).type() + ")";
  }
}
