package dev.catchwater.columnar.slice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.codec.Codec;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.TimeUnit;
import dev.catchwater.testkit.Seeded;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// DuckDB reads the same values from our slices, finds them by their statistics, and sees the same
/// bounds in the footer as it computes from the rows.
class DuckDbReaderTest {
  private static final List<DataField> FIELDS = fields();

  private static List<DataField> fields() {
    List<DataField> fields = new ArrayList<>();
    fields.add(DataField.of("offset", Scalar.INT64));
    List<DataType> types =
        List.of(
            Scalar.BOOL,
            Scalar.INT8,
            Scalar.INT16,
            Scalar.INT32,
            Scalar.INT64,
            Scalar.UINT8,
            Scalar.UINT32,
            Scalar.FLOAT32,
            Scalar.FLOAT64,
            Scalar.STRING,
            Scalar.DATE,
            new DataType.Decimal(9, 3),
            new DataType.Decimal(18, 6),
            new DataType.Decimal(38, 12),
            DataType.Timestamp.MILLIS_UTC,
            new DataType.Timestamp(TimeUnit.MICROSECOND, "UTC"));
    for (int i = 0; i < types.size(); i++) {
      fields.add(DataField.of("r" + i, types.get(i)));
      fields.add(DataField.of("o" + i, types.get(i).optional()));
    }
    return fields;
  }

  /// What brings a column to the integers, bits and bytes that a batch holds.
  private static String expression(DataField field) {
    String name = '"' + field.name() + '"';
    DataType type = field.type().required();
    if (type instanceof DataType.Timestamp(TimeUnit unit, String _)) {
      return (unit == TimeUnit.MILLISECOND ? "epoch_ms(" : "epoch_us(") + name + ")";
    }
    if (type == Scalar.DATE) {
      return "date_diff('day', date '1970-01-01', " + name + ")";
    }
    return type == Scalar.STRING ? "encode(" + name + ")" : name;
  }

  private static @Nullable Object value(ResultSet rows, int at, DataType type) throws Exception {
    Object value = rows.getObject(at);
    if (value == null) {
      return null;
    }
    if (type == Scalar.STRING) {
      return Arrays.toString(rows.getBytes(at));
    }
    if (value instanceof Double real) {
      return Double.doubleToRawLongBits(real);
    }
    if (value instanceof Float real) {
      return Float.floatToRawIntBits(real);
    }
    if (value instanceof BigDecimal decimal) {
      return decimal.unscaledValue().toString();
    }
    return value instanceof Number number ? Long.toString(number.longValue()) : value;
  }

  private static @Nullable Object expected(@Nullable Object value, DataType type) {
    if (type instanceof DataType.Decimal(int precision, int _) && precision > 18 && value != null) {
      String[] parts = value.toString().replaceAll("[\\[\\] ]", "").split(",", -1);
      byte[] bytes = new byte[parts.length];
      for (int i = 0; i < parts.length; i++) {
        bytes[i] = Byte.parseByte(parts[i]);
      }
      return new java.math.BigInteger(bytes).toString();
    }
    if (type == Scalar.UINT32 && value instanceof Integer bits) {
      return Integer.toUnsignedString(bits);
    }
    boolean real = type == Scalar.FLOAT32 || type == Scalar.FLOAT64;
    return value instanceof Number && !real ? value.toString() : value;
  }

  @Seeded(iterations = 4)
  void duckDbReadsTheSameValuesAndBounds(RandomGenerator random) throws Exception {
    DataSchema schema = DataSchema.of(FIELDS);
    List<Codec> codecs = List.of(Codec.values());
    Codec codec = codecs.get(random.nextInt(codecs.size()));
    int rowCount = random.nextInt(2) == 0 ? 1 + random.nextInt(50) : 20_000 + random.nextInt(900);
    List<RecordBatch> batches = SliceRoundTripTest.batches(random, schema, rowCount);
    MemoryFile file = new MemoryFile();
    SliceRoundTripTest.write(file, schema, new SliceOptions(codec, true, 0), batches);
    Path path = Files.createTempFile("slice", ".parquet");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      Files.write(path, file.toBytes());
      compareValues(statement, path, Rows.of(batches));
      compareBounds(statement, path);
      long last = rowCount - 1L;
      try (ResultSet found =
          statement.executeQuery(
              "select count(*) from '" + path + "' where \"offset\" = " + last)) {
        assertThat(found.next()).isTrue();
        assertThat(found.getLong(1)).isEqualTo(1);
      }
    } finally {
      Files.delete(path);
    }
  }

  private static void compareValues(
      Statement statement, Path path, List<List<@Nullable Object>> written) throws Exception {
    StringBuilder columns = new StringBuilder();
    for (DataField field : FIELDS) {
      columns.append(columns.isEmpty() ? "" : ", ").append(expression(field));
    }
    try (ResultSet rows = statement.executeQuery("select " + columns + " from '" + path + "'")) {
      for (List<@Nullable Object> row : written) {
        assertThat(rows.next()).isTrue();
        for (int i = 0; i < FIELDS.size(); i++) {
          DataType type = FIELDS.get(i).type().required();
          assertThat(value(rows, i + 1, type))
              .as(FIELDS.get(i).name())
              .isEqualTo(expected(row.get(i), type));
        }
      }
      assertThat(rows.next()).isFalse();
    }
  }

  private static void compareBounds(Statement statement, Path path) throws Exception {
    for (DataField field : FIELDS) {
      DataType type = field.type().required();
      if (type == Scalar.FLOAT32 || type == Scalar.FLOAT64 || type == Scalar.STRING) {
        continue;
      }
      String name = '"' + field.name() + '"';
      String query =
          """
          with m as (select stats_min_value lo, stats_max_value hi, stats_null_count n
              from parquet_metadata('%2$s') where path_in_schema = '%3$s'),
            r as (select min(%1$s) lo, max(%1$s) hi, count(*) - count(%1$s) n from '%2$s')
          select r.n = m.n and (r.lo is null and m.lo is null
              or (r.lo = try_cast(m.lo as %4$s) and r.hi = try_cast(m.hi as %4$s))),
            m.lo || ' ' || m.hi || ' ' || m.n || ' against ' || r.lo || ' ' || r.hi || ' ' || r.n
          from m, r
          """
              .formatted(name, path, field.name(), sqlType(type));
      try (ResultSet same = statement.executeQuery(query)) {
        assertThat(same.next()).isTrue();
        assertThat(same.getBoolean(1))
            .as(field.name() + " " + type + ": " + same.getString(2))
            .isTrue();
      }
    }
  }

  private static String sqlType(DataType type) {
    if (type instanceof DataType.Timestamp) {
      return "timestamptz";
    }
    if (type instanceof DataType.Decimal(int precision, int scale)) {
      return "decimal(" + precision + "," + scale + ")";
    }
    return type == Scalar.DATE ? "date" : type == Scalar.BOOL ? "boolean" : "bigint";
  }
}
