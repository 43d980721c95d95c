package dev.catchwater.flight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every type, with and without values, as HTTP answers it.
@SuppressWarnings("try") // a client's close may be interrupted
class FlightTypesTest {
  /// A name, an expression, and the value as HTTP's JSON has it.
  private static final List<List<String>> VALUES =
      List.of(
          List.of("flag", "true"),
          List.of("i8", "CAST(-128 AS TINYINT)"),
          List.of("u8", "CAST(255 AS UTINYINT)"),
          List.of("i16", "CAST(-32768 AS SMALLINT)"),
          List.of("u16", "CAST(65535 AS USMALLINT)"),
          List.of("i32", "CAST(-2147483648 AS INTEGER)"),
          List.of("u32", "CAST(4294967295 AS UINTEGER)"),
          List.of("i64", "CAST(-9223372036854775808 AS BIGINT)"),
          List.of("u64", "CAST(18446744073709551615 AS UBIGINT)"),
          List.of("f32", "CAST(1.5 AS FLOAT)"),
          List.of("f64", "CAST(0.1 AS DOUBLE)"),
          List.of("text", "'héé ''😀'"),
          List.of("empty", "''"),
          List.of("bytes", "CAST('\\x00\\xFF' AS BLOB)"),
          List.of("small", "CAST(-1.23 AS DECIMAL(9, 2))"),
          List.of("large", "CAST('-12345678901234567890.123' AS DECIMAL(38, 3))"),
          List.of("day", "DATE '2020-02-29'"),
          List.of("clock", "TIME '12:34:56.123456'"),
          List.of("moment", "TIMESTAMPTZ '2020-01-01 00:00:00.123Z'"),
          List.of("list", "[1, NULL, 3]"),
          List.of("lists", "[[1], [], NULL]"),
          List.of("pair", "{'a': 1, 'b': 'x'}"),
          List.of("pairs", "[{'a': 1}, {'a': 2}]"));

  private static final String WIDE =
      """
      kind: DatasetSnapshot
      version: 1
      content:
        name: wide
        kind: Root
        metadata:
          - kind: AddPushSource
            sourceName: default
            read:
              kind: NdJson
              schema:
                - t TIMESTAMP
                - flag BOOLEAN
                - i INT
                - u INT UNSIGNED
                - l BIGINT
                - f FLOAT
                - d DOUBLE
                - s STRING
                - day DATE
                - small DECIMAL(10, 2)
                - large DECIMAL(38, 4)
                - list ARRAY<BIGINT>
            merge:
              kind: Append
          - kind: SetVocab
            eventTimeColumn: t
      """;

  @TempDir Path folder;

  private static String statement() {
    StringBuilder values = new StringBuilder();
    StringBuilder nulls = new StringBuilder();
    for (List<String> value : VALUES) {
      String comma = values.isEmpty() ? "" : ", ";
      values
          .append(comma)
          .append(value.getLast())
          .append(" AS \"")
          .append(value.getFirst())
          .append('"');
      nulls.append(comma).append("NULL");
    }
    return "SELECT * FROM (SELECT 1 AS n, "
        + values
        + " UNION ALL SELECT 2, "
        + nulls
        + " UNION ALL SELECT 3, "
        + values
        + ") ORDER BY n";
  }

  /// Rows as HTTP's JSON would have them.
  private static List<Map<String, String>> rows(FlightSqlClient client, String sql)
      throws Exception {
    List<Map<String, String>> rows = new ArrayList<>();
    FlightAsks.eachRow(
        client,
        client.execute(sql),
        (batch, i) -> {
          Map<String, String> row = new LinkedHashMap<>();
          for (FieldVector vector : batch.getFieldVectors()) {
            row.put(vector.getName(), text(vector, i));
          }
          rows.add(row);
        });
    return rows;
  }

  private static String text(FieldVector vector, int row) {
    if (vector.isNull(row)) {
      return "null";
    }
    return switch (vector) {
      case UInt1Vector v -> Integer.toString(v.get(row) & 0xff);
      case UInt2Vector v -> Integer.toString(v.get(row));
      case UInt4Vector v -> Integer.toUnsignedString(v.get(row));
      case UInt8Vector v -> Long.toUnsignedString(v.get(row));
      case VarBinaryVector v -> HexFormat.of().formatHex(v.get(row));
      case DateDayVector v -> LocalDate.ofEpochDay(v.get(row)).toString();
      case TimeMicroVector v -> LocalTime.ofNanoOfDay(v.get(row) * 1_000).toString();
      case TimeStampMicroTZVector v -> Instant.EPOCH.plusNanos(v.get(row) * 1_000).toString();
      default -> String.valueOf(vector.getObject(row));
    };
  }

  private static List<Map<String, String>> rows(String answer) {
    List<Map<String, String>> rows = new ArrayList<>();
    if (JsonTree.read(answer) instanceof Tree.Fields whole
        && whole.fields().get("output") instanceof Tree.Fields output
        && output.fields().get("data") instanceof Tree.Items items) {
      for (Tree item : items.items()) {
        Map<String, String> row = new LinkedHashMap<>();
        if (item instanceof Tree.Fields fields) {
          fields.fields().forEach((name, value) -> row.put(name, text(value)));
        }
        rows.add(row);
      }
      return rows;
    }
    throw new IllegalStateException(answer);
  }

  private static String text(Tree tree) {
    if (tree instanceof Tree.Text text) {
      return text.value();
    }
    if (tree instanceof Tree.Literal literal) {
      return literal.spelling();
    }
    StringBuilder json = new StringBuilder();
    JsonTree.write(json, tree);
    return json.toString();
  }

  @Test
  void everyTypeHasTheValueThatHttpAnswers() throws Exception {
    try (FlightServed served = FlightServed.of(folder, WIDE);
        FlightSqlClient client = served.client()) {
      List<Map<String, String>> found = rows(client, statement());
      List<Map<String, String>> wanted = rows(served.query(statement()));
      assertThat(found).hasSize(3);
      assertThat(found).isEqualTo(wanted);
      assertThat(found.get(0)).containsEntry("u64", "18446744073709551615");
      assertThat(found.get(1).get("list")).isEqualTo("null");
    }
  }

  @Test
  void theColumnsOfAWideTableAreThoseOfItsRows() throws Exception {
    try (FlightServed served = FlightServed.of(folder, WIDE);
        FlightSqlClient client = served.client()) {
      served.push(
          "wide",
          "{\"t\":\"2020-01-01T00:00:00Z\",\"flag\":true,\"i\":-1,\"u\":4294967295,\"l\":1,"
              + "\"f\":1.5,\"d\":0.1,\"s\":\"a\",\"day\":\"2020-02-29\","
              + "\"small\":\"1.23\",\"large\":\"12345678901234567890.1234\",\"list\":[1,2]}\n");
      assertThat(FlightAsks.columnsOf(client, "wide").getFields())
          .extracting(Field::getName)
          .contains("list", "large");
      String all = "SELECT * FROM wide ORDER BY \"offset\"";
      assertThat(rows(client, all)).hasSize(1).isEqualTo(rows(served.query(all)));
    }
  }
}
