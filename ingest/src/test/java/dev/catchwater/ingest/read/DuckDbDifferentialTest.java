package dev.catchwater.ingest.read;

import static dev.catchwater.ingest.read.Reading.TIMESTAMP;
import static dev.catchwater.ingest.read.Reading.optional;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.testkit.Seeded;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/// Random NDJSON and CSV, value by value as DuckDB reads it.
class DuckDbDifferentialTest {
  private static final int ROWS = 400;
  private static final DataField[] FIELDS = {
    optional("i", Scalar.INT64),
    optional("x", Scalar.FLOAT64),
    optional("s", Scalar.STRING),
    optional("b", Scalar.BOOL),
    optional("t", TIMESTAMP),
    optional("d", Scalar.DATE),
    optional("dec", new DataType.Decimal(18, 4)),
    optional("u", Scalar.UINT16),
    optional("f", Scalar.FLOAT32)
  };
  private static final String COLUMNS =
      "{i: 'BIGINT', x: 'DOUBLE', s: 'VARCHAR', b: 'BOOLEAN', t: 'TIMESTAMP', d: 'DATE',"
          + " dec: 'DECIMAL(18,4)', u: 'USMALLINT', f: 'FLOAT'}";
  private static final String SELECT =
      "select i, x, s, b, epoch_ms(t), d::VARCHAR, dec::VARCHAR, u, f from ";

  @TempDir Path folder = Path.of("");

  @Seeded(iterations = 12)
  void ndJsonIsWhatDuckDbReads(RandomGenerator random) throws IOException, SQLException {
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < ROWS; row++) {
      text.append(object(random)).append(random.nextInt(9) == 0 ? "\r\n" : "\n");
    }
    Path file = folder.resolve("a.ndjson");
    Files.writeString(file, text);
    same(
        ours(Reading.ndJson(FIELDS), file),
        theirs(
            SELECT
                + "read_json('"
                + file
                + "', format = 'newline_delimited', columns = "
                + COLUMNS
                + ")"));
  }

  @Seeded(iterations = 12)
  void csvIsWhatDuckDbReads(RandomGenerator random) throws IOException, SQLException {
    String lineEnd = random.nextBoolean() ? "\n" : "\r\n";
    StringBuilder text = new StringBuilder("i,x,s,b,t,d,dec,u,f").append(lineEnd);
    for (int row = 0; row < ROWS; row++) {
      List<String> values = new ArrayList<>();
      for (DataField field : FIELDS) {
        String value = random.nextInt(6) == 0 ? "" : plain(field.name(), random);
        boolean quoted = random.nextInt(4) == 0 || value.matches("(?s).*[\",\r\n].*");
        values.add(quoted ? "\"" + value.replace("\"", "\"\"") + "\"" : value);
      }
      text.append(String.join(",", values)).append(lineEnd);
    }
    Path file = folder.resolve("a.csv");
    Files.writeString(file, text);
    Reading.CsvOptions options = new Reading.CsvOptions().withHeader(true);
    options.escape = "";
    same(
        ours(Reading.csv(options, FIELDS), file),
        theirs(
            SELECT
                + "read_csv('"
                + file
                + "', header = true, auto_detect = false, delim = ',', quote = '\"',"
                + " escape = '\"', nullstr = '', columns = "
                + COLUMNS
                + ")"));
  }

  @Seeded(iterations = 8)
  void parquetIsWhatDuckDbReads(RandomGenerator random) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < ROWS; row++) {
      text.append(object(random)).append('\n');
    }
    Path lines = folder.resolve("a.ndjson");
    Files.writeString(lines, text);
    Path file = folder.resolve("a.parquet");
    String[] codecs = {"zstd", "snappy", "gzip", "lz4_raw", "uncompressed"};
    Duck.run(
        "COPY (SELECT * FROM read_json('"
            + lines
            + "', format = 'newline_delimited', columns = "
            + COLUMNS
            + ")) TO '"
            + file
            + "' (FORMAT parquet, CODEC '"
            + codecs[random.nextInt(codecs.length)]
            + "', PARQUET_VERSION "
            + (random.nextBoolean() ? "V1" : "V2")
            + ", ROW_GROUP_SIZE "
            + (random.nextBoolean() ? 2_048 : 122_880)
            + ")");
    try {
      same(ours(Reading.parquet(FIELDS), file), theirs(SELECT + "read_parquet('" + file + "')"));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void same(List<List<@Nullable Object>> ours, List<List<@Nullable Object>> theirs) {
    assertThat(ours).hasSameSizeAs(theirs);
    for (int i = 0; i < ours.size(); i++) {
      assertThat(ours.get(i)).as("row %d", i).isEqualTo(theirs.get(i));
    }
  }

  private static String object(RandomGenerator random) {
    List<String> members = new ArrayList<>();
    for (DataField field : FIELDS) {
      switch (random.nextInt(8)) {
        case 0 -> {}
        case 1 -> members.add("\"" + field.name() + "\":null");
        default -> {
          String value = plain(field.name(), random);
          // A number would reach DuckDB's decimal through a double, and not exactly.
          boolean isText = "std".contains(field.name()) || field.name().equals("dec");
          members.add(
              "\""
                  + field.name()
                  + "\""
                  + (random.nextBoolean() ? ": " : " :")
                  + (isText ? json(value, random) : value));
        }
      }
    }
    if (random.nextInt(5) == 0) {
      members.add("\"extra\": {\"a\": [1, \"}\", null]}");
    }
    if (random.nextInt(4) == 0) {
      Collections.shuffle(members, new java.util.Random(random.nextLong()));
    }
    return "{" + String.join(random.nextBoolean() ? ", " : ",", members) + "}";
  }

  private static String json(String text, RandomGenerator random) {
    StringBuilder json = new StringBuilder("\"");
    text.codePoints()
        .forEach(c -> {
          if (c == '"' || c == '\\') {
            json.append('\\').append((char) c);
          } else if (c < 0x20 || random.nextInt(12) == 0) {
            for (char unit : Character.toChars(c)) {
              json.append(String.format("\\u%04x", (int) unit));
            }
          } else {
            json.appendCodePoint(c);
          }
        });
    return json.append('"').toString();
  }

  /// A value of a field, as CSV would write it.
  private static String plain(String field, RandomGenerator random) {
    return switch (field) {
      case "i" -> Long.toString(random.nextLong() >> random.nextInt(64));
      case "x" -> number(random);
      case "f" -> Float.toString((float) (random.nextGaussian() * 1e6));
      case "b" -> random.nextBoolean() ? "true" : "false";
      case "t" ->
          Instant.ofEpochMilli(random.nextLong(-60_000_000_000_000L, 250_000_000_000_000L))
              .toString()
              .replace(random.nextBoolean() ? "Z" : "?", "")
              .replace('T', random.nextBoolean() ? 'T' : ' ');
      case "d" -> LocalDate.ofEpochDay(random.nextLong(-700_000, 2_900_000)).toString();
      case "dec" ->
          BigDecimal.valueOf(random.nextLong(1L << 46), random.nextInt(5)).toPlainString();
      case "u" -> Integer.toString(random.nextInt(65_536));
      default -> text(random);
    };
  }

  private static String number(RandomGenerator random) {
    return switch (random.nextInt(4)) {
      case 0 -> Double.toString(random.nextGaussian() * Math.pow(10, random.nextInt(-30, 30)));
      case 1 -> Long.toString(random.nextLong());
      case 2 -> random.nextInt(1_000) + "." + random.nextInt(1_000_000);
      default -> "-" + random.nextInt(10) + "." + random.nextLong(1L << 62) + "e-5";
    };
  }

  private static String text(RandomGenerator random) {
    int[] alphabet = {'a', 'Z', '0', ' ', '"', ',', '\n', '\\', 'é', '€', 0x1F680, '\'', ';', '{'};
    StringBuilder text = new StringBuilder("x");
    for (int i = random.nextInt(30); i > 0; i--) {
      text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
    }
    return text.toString();
  }

  private static List<List<@Nullable Object>> ours(Reading reading, Path file) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (List<@Nullable Object> row : reading.rows(PushInput.file(file))) {
      List<@Nullable Object> values = new ArrayList<>();
      for (Object value : row) {
        values.add(
            switch (value) {
              case null -> null;
              case Instant at -> at.toEpochMilli();
              case Integer number -> number.longValue();
              case LocalDate day -> day.toString();
              case BigDecimal decimal -> decimal.toPlainString();
              default -> value;
            });
      }
      rows.add(values);
    }
    return rows;
  }

  private static List<List<@Nullable Object>> theirs(String sql) throws SQLException {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("set threads = 1");
      try (ResultSet result = statement.executeQuery(sql)) {
        while (result.next()) {
          List<@Nullable Object> values = new ArrayList<>();
          for (int i = 1; i <= FIELDS.length; i++) {
            Object value = result.getObject(i);
            values.add(value instanceof Integer number ? Long.valueOf(number) : value);
          }
          rows.add(values);
        }
      }
    }
    return rows;
  }
}
