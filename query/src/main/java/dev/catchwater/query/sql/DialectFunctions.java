package dev.catchwater.query.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Functions that kamu's SQL has and DuckDB has not, or has with another meaning, as macros. Only
/// those that a statement names are made. `docs/reference/sql.md` lists them.
final class DialectFunctions {
  private static final String PATH =
      "'$' || CASE WHEN typeof(k) IN ('VARCHAR', 'STRING_LITERAL') THEN '.\"' || CAST(k AS VARCHAR)"
          + " || '\"' ELSE '[' || CAST(k AS VARCHAR) || ']' END";
  private static final String PATH_2 = PATH + " || " + PATH.substring(7).replace("(k", "(k2");

  /// The only one that is an aggregate; of StreamSQL.
  private static final String COLLECT = "collect";

  private static final Map<String, String> MACROS =
      Map.ofEntries(
          Map.entry("to_timestamp_seconds", "(t) AS " + time("t", "make_timestamp(t * 1000000)")),
          Map.entry("to_timestamp_millis", "(t) AS " + time("t", "make_timestamp(t * 1000)")),
          Map.entry("to_timestamp_micros", "(t) AS " + time("t", "make_timestamp(t)")),
          Map.entry("to_timestamp_nanos", "(t) AS " + time("t", "make_timestamp(t // 1000)")),
          Map.entry("from_unixtime", "(t) AS make_timestamp(CAST(t AS BIGINT) * 1000000)"),
          Map.entry("to_unixtime", "(t) AS CAST(epoch(CAST(t AS TIMESTAMPTZ)) AS BIGINT)"),
          Map.entry("to_date", "(t) AS CAST(t AS DATE), (t, f) AS CAST(strptime(t, f) AS DATE)"),
          Map.entry("to_char", "(t, f) AS strftime(t, f)"),
          Map.entry("date_format", "(t, f) AS strftime(t, f)"),
          Map.entry("date_bin", "(width, t) AS time_bucket(width, t)"),
          Map.entry(COLLECT, "(x) AS list(x)"),
          Map.entry("nvl", "(a, b) AS coalesce(a, b)"),
          Map.entry("nvl2", "(a, b, c) AS CASE WHEN a IS NOT NULL THEN b ELSE c END"),
          Map.entry("btrim", "(s) AS trim(s), (s, c) AS trim(s, c)"),
          Map.entry("regexp_like", "(s, r) AS regexp_matches(s, r)"),
          Map.entry("regexp_match", "(s, r) AS regexp_extract_all(s, r)"),
          Map.entry("make_array", "(a) AS [a], (a, b) AS [a, b], (a, b, c) AS [a, b, c]"),
          Map.entry("json_get_str", json("json_extract_string", "")),
          Map.entry("json_as_text", json("json_extract_string", "")),
          Map.entry("json_get_json", json("json_extract", "VARCHAR")),
          Map.entry("json_get", json("json_extract_string", "")),
          Map.entry("json_get_int", json("json_extract", "BIGINT")),
          Map.entry("json_get_float", json("json_extract", "DOUBLE")),
          Map.entry("json_get_bool", json("json_extract", "BOOLEAN")),
          Map.entry(
              "json_length",
              "(j) AS json_array_length(j), (j, k) AS json_array_length(j, " + PATH + ")"));

  private DialectFunctions() {}

  /// Whether a name, in lower case, is one of them.
  static boolean has(String name) {
    return MACROS.containsKey(name);
  }

  /// Whether a name is that of one which computes its value from one row alone.
  static boolean isOfRows(String name) {
    return has(name) && !name.equals(COLLECT);
  }

  /// The statements that make those among the names.
  static List<String> definitions(Set<String> names) {
    List<String> definitions = new ArrayList<>();
    for (String name : names) {
      String macro = MACROS.get(name);
      if (macro != null) {
        definitions.add("CREATE MACRO " + name + macro);
      }
    }
    return definitions;
  }

  private static String time(String argument, String ofNumber) {
    String number = ofNumber.replace("(" + argument, "(TRY_CAST(" + argument + " AS BIGINT)");
    return "CASE WHEN typeof("
        + argument
        + ") IN ('VARCHAR', 'STRING_LITERAL', 'DATE') OR typeof("
        + argument
        + ") LIKE 'TIMESTAMP%' THEN CAST("
        + argument
        + " AS TIMESTAMP) ELSE "
        + number
        + " END";
  }

  private static String json(String function, String type) {
    String one = function + "(j, " + PATH + ")";
    String two = function + "(j, " + PATH_2 + ")";
    return type.isEmpty()
        ? "(j, k) AS " + one + ", (j, k, k2) AS " + two
        : "(j, k) AS TRY_CAST("
            + one
            + " AS "
            + type
            + "), (j, k, k2) AS TRY_CAST("
            + two
            + " AS "
            + type
            + ")";
  }
}
