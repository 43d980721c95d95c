package dev.catchwater.query.transform;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.query.sql.SqlText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// The statement that finds a primary key which two rows of a result have. Its one row, if there is
/// any, has the values of the first such key as texts. Immutable.
///
/// @param key columns
/// @param isWithPast whether the rows of [ChangeSql#PAST] are part of the result, beside those of
///   [ChangeSql#FRESH]; each of these has a key of its own
record KeySql(List<String> key, boolean isWithPast) {
  KeySql {
    key = List.copyOf(key);
  }

  String sql() {
    StringJoiner texts = new StringJoiner(", ", "SELECT ", " FROM (\n");
    StringJoiner groups = new StringJoiner(", ");
    for (int k = 0; k < key.size(); k++) {
      texts.add("CAST(k" + k + " AS VARCHAR) AS k" + k);
      groups.add("q.k" + k);
    }
    StringBuilder sql = new StringBuilder(texts + columns("f", ChangeSql.FRESH));
    if (isWithPast) {
      sql.append("\nUNION ALL\n").append(columns("p", ChangeSql.PAST));
      sql.append(" SEMI JOIN ").append(ChangeSql.FRESH).append(" AS f ON ").append(sameKeys());
    }
    sql.append("\n) AS q GROUP BY ").append(groups).append(" HAVING count(*) > 1");
    return sql.append(" ORDER BY ALL LIMIT 1").toString();
  }

  private String columns(String alias, String table) {
    StringJoiner list = new StringJoiner(", ", "SELECT ", " FROM " + table + " AS " + alias);
    for (int k = 0; k < key.size(); k++) {
      list.add(alias + "." + SqlText.quoted(key.get(k)) + " AS k" + k);
    }
    return list.toString();
  }

  private String sameKeys() {
    StringJoiner same = new StringJoiner(" AND ");
    for (String column : key) {
      String name = SqlText.quoted(column);
      same.add("f." + name + " IS NOT DISTINCT FROM p." + name);
    }
    return same.toString();
  }

  /// A key that was found, for people: `user = ann`.
  static String text(List<String> key, @Nullable RecordBatch found) {
    StringJoiner text = new StringJoiner(", ");
    for (int k = 0; k < key.size(); k++) {
      text.add(key.get(k) + " = " + value(found, k));
    }
    return text.toString();
  }

  private static String value(@Nullable RecordBatch found, int column) {
    if (found == null || !(found.column(column) instanceof Column.Bytes texts) || texts.isNull(0)) {
      return "null";
    }
    int from = texts.offsets()[0];
    return new String(texts.data(), from, texts.offsets()[1] - from, StandardCharsets.UTF_8);
  }
}
