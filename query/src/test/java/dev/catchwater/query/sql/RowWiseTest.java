package dev.catchwater.query.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which statements are taken for looking at one row at a time.
class RowWiseTest {
  @TempDir Path folder;
  private SqlDatabase database;

  @BeforeEach
  void open() {
    database =
        SqlDatabase.open(new SqlLimits(1 << 28, 1 << 28, 1), folder, SqlDatabase.Dialect.DUCKDB);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void whatComputesFromTheValuesOfARowIsRowWise() {
    for (String sql :
        List.of(
            "FROM input",
            "SELECT a, b * 3.6 AS c, upper(d) || 'x' FROM input i WHERE i.a > 1 AND d LIKE 'x%'",
            "SELECT * EXCLUDE (a) REPLACE (b + 1 AS b), COLUMNS('x.*') FROM input AS i(a, b)",
            "SELECT CAST(a AS INT), TRY_CAST(a AS DATE), a::VARCHAR, TRY(a), a[1], a[1:2] FROM input",
            "SELECT CASE WHEN a > 1 THEN 2 END, a IN (1, 2), a BETWEEN 1 AND 2, NOT a FROM input",
            "SELECT coalesce(a, 1), a IS NULL, nullif(a, 1), [1, a], {'k': a}, s.f FROM input",
            "SELECT list_transform(l, x -> x + 1), list_sum(l), d COLLATE nocase FROM input",
            "SELECT to_timestamp_seconds(a), json_get_str(j, 'k'), date_bin(w, t) FROM input",
            "SELECT extract(year FROM t), t AT TIME ZONE 'UTC', t + INTERVAL 3 DAY FROM input")) {
      assertThat(isRowWise(sql)).as(sql).isTrue();
    }
  }

  @Test
  void whatLooksFurtherIsNot() {
    for (String sql :
        List.of(
            "SELECT count(*) FROM input",
            "SELECT a FROM input GROUP BY a",
            "SELECT a FROM input GROUP BY ALL",
            "SELECT sum(a) OVER () FROM input",
            "SELECT a FROM input QUALIFY row_number() OVER () = 1",
            "SELECT a FROM input HAVING a > 1",
            "SELECT DISTINCT a FROM input",
            "SELECT a FROM input ORDER BY a",
            "SELECT a FROM input LIMIT 1",
            "SELECT a FROM input TABLESAMPLE 10%",
            "SELECT a FROM input UNION ALL SELECT a FROM input",
            "SELECT a FROM input WHERE a IN (SELECT a FROM input)",
            "SELECT (SELECT max(a) FROM input) FROM input",
            "SELECT a FROM input, input AS other",
            "SELECT a FROM input JOIN input AS other USING (a)",
            "WITH t AS (SELECT a FROM input) SELECT a FROM t",
            "SELECT a FROM (SELECT a FROM input)",
            "SELECT 1",
            "SELECT * FROM range(3)",
            "SELECT unnest(l) FROM input",
            "SELECT now() FROM input",
            "SELECT current_timestamp FROM input",
            "SELECT CURRENT_DATE FROM input",
            "SELECT \"localtime\" FROM input",
            "SELECT age(t) FROM input",
            "SELECT random() FROM input",
            "SELECT uuid() FROM input",
            "SELECT string_agg(d, ',') FROM input",
            "SELECT json_group_array(a) FROM input",
            "SELECT wavg(a, b) FROM input",
            "SELECT max(a) FILTER (WHERE a > 1) FROM input",
            "SELECT error(d) FROM input",
            "SELECT a FROM input WHERE EXISTS (FROM input)")) {
      assertThat(isRowWise(sql)).as(sql).isFalse();
    }
  }

  @Test
  void theFunctionsOfARowAreThoseThatTheEngineCallsSo() throws SQLException {
    Set<String> scalar = names("function_type = 'scalar' AND stability = 'CONSISTENT'");
    Set<String> other =
        names(
            "function_type = 'aggregate' OR (function_type = 'scalar' AND stability <> 'CONSISTENT')");
    // Macros are texts: none may name what is no function of a row.
    Set<String> macros =
        names(
            "function_type = 'macro' AND NOT regexp_matches(macro_definition,"
                + " '\\b(sum|avg|count|string_agg|unnest|now|current_\\w+|random)\\(')");
    Set<String> unknown = new HashSet<>(SqlGate.readNames("row-functions.txt"));
    assertThat(unknown).hasSizeGreaterThan(400).doesNotContainAnyElementsOf(other);
    assertThat(SqlGate.functions()).containsAll(unknown);
    unknown.removeAll(scalar);
    unknown.removeAll(macros);
    assertThat(unknown).isEmpty();
  }

  private Set<String> names(String condition) throws SQLException {
    return new HashSet<>(
        database.texts("SELECT DISTINCT function_name FROM duckdb_functions() WHERE " + condition));
  }

  private boolean isRowWise(String sql) {
    SqlText text = SqlText.split("query", sql).getFirst();
    return RowWise.is(database.parse(text));
  }
}
