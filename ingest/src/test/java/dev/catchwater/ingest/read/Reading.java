package dev.catchwater.ingest.read;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.source.ReadStep;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/// What the tests of this package share: sources in few words, rows as lists of texts.
final class Reading {
  static final DataType TIMESTAMP = DataType.Timestamp.MILLIS_UTC;

  private final ReadStep step;
  private @Nullable InputFormat asked;
  private ReadOptions options = ReadOptions.DEFAULT;
  private @Nullable String name = "data.json";
  ReadCounts counts = new ReadCounts(0, java.util.Map.of(), 0, 0, 0);
  DataSchema schema = DataSchema.of(List.of());

  private Reading(ReadStep step) {
    this.step = step;
  }

  static Reading of(ReadStep step) {
    return new Reading(step);
  }

  static Reading ndJson(DataField... fields) {
    return new Reading(new ReadStep.NdJson(null, null, null, null, DataSchema.of(List.of(fields))));
  }

  static Reading inferredNdJson() {
    return new Reading(new ReadStep.NdJson(null, null, null, null, null));
  }

  static Reading json(@Nullable String subPath, DataField... fields) {
    DataSchema schema = fields.length == 0 ? null : DataSchema.of(List.of(fields));
    return new Reading(new ReadStep.Json(subPath, null, null, null, null, schema));
  }

  static Reading csv(boolean header, DataField... fields) {
    return csv(new CsvOptions().withHeader(header), fields);
  }

  static Reading csv(CsvOptions options, DataField... fields) {
    DataSchema schema = fields.length == 0 ? null : DataSchema.of(List.of(fields));
    Reading reading =
        new Reading(
            new ReadStep.Csv(
                null,
                options.separator,
                options.encoding,
                options.quote,
                options.escape,
                options.header,
                options.inferSchema,
                options.nullValue,
                options.dateFormat,
                options.timestampFormat,
                schema));
    reading.name = "data.csv";
    return reading;
  }

  static Reading parquet(DataField... fields) {
    DataSchema schema = fields.length == 0 ? null : DataSchema.of(List.of(fields));
    Reading reading = new Reading(new ReadStep.Parquet(null, schema));
    reading.name = "data.parquet";
    return reading;
  }

  static Reading shapefile(@Nullable String subPath, DataField... fields) {
    DataSchema schema = fields.length == 0 ? null : DataSchema.of(List.of(fields));
    Reading reading = new Reading(new ReadStep.EsriShapefile(null, subPath, schema));
    reading.name = "data.zip";
    return reading;
  }

  /// The options of a CSV source.
  static final class CsvOptions {
    @Nullable String separator;
    @Nullable String encoding;
    @Nullable String quote;
    @Nullable String escape;
    @Nullable Boolean header;
    @Nullable Boolean inferSchema;
    @Nullable String nullValue;
    @Nullable String dateFormat;
    @Nullable String timestampFormat;

    CsvOptions withHeader(boolean value) {
      header = value;
      return this;
    }
  }

  Reading as(InputFormat format) {
    asked = format;
    return this;
  }

  Reading with(ReadOptions value) {
    options = value;
    return this;
  }

  Reading named(@Nullable String value) {
    name = value;
    return this;
  }

  static DataField required(String name, DataType type) {
    return DataField.of(name, type);
  }

  static DataField optional(String name, DataType type) {
    return DataField.of(name, type.optional());
  }

  /// All rows, a value as the text that tests compare.
  List<List<@Nullable Object>> rows(String text) {
    return rows(text.getBytes(StandardCharsets.UTF_8));
  }

  List<List<@Nullable Object>> rows(byte[] bytes) {
    return rows(PushInput.bytes(name, bytes));
  }

  List<List<@Nullable Object>> rows(PushInput input) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    try (RowReader reader = RowReaders.open(step, asked, input, options)) {
      schema = reader.schema();
      RecordBatch batch = reader.next();
      while (batch != null) {
        for (int row = 0; row < batch.rowCount(); row++) {
          List<@Nullable Object> values = new ArrayList<>();
          for (int i = 0; i < batch.columns().size(); i++) {
            values.add(
                value(batch.schema().fields().get(i).type().required(), batch.column(i), row));
          }
          rows.add(values);
        }
        batch = reader.next();
      }
      counts = reader.counts();
    }
    return rows;
  }

  /// The failure of a text that must be refused.
  CatchwaterException failure(String text) {
    return failure(text.getBytes(StandardCharsets.UTF_8));
  }

  CatchwaterException failure(byte[] bytes) {
    return Assertions.catchThrowableOfType(CatchwaterException.class, () -> rows(bytes));
  }

  String message(String text) {
    return String.valueOf(failure(text).getMessage());
  }

  /// The one value of the one row.
  @Nullable Object value(String text) {
    List<List<@Nullable Object>> rows = rows(text);
    Assertions.assertThat(rows).hasSize(1);
    return rows.getFirst().getFirst();
  }

  static List<@Nullable Object> row(@Nullable Object... values) {
    return Arrays.asList(values);
  }

  /// A value of a column as an object: times as java.time, bytes as hex, lists as lists.
  static @Nullable Object value(DataType type, Column column, int row) {
    if (column.isNull(row)) {
      return null;
    }
    return switch (column) {
      case Column.Bools bools -> bools.values()[row] != 0;
      case Column.Ints ints -> intValue(type, ints.values()[row]);
      case Column.Longs longs -> longValue(type, longs.values()[row]);
      case Column.Floats floats -> floats.values()[row];
      case Column.Doubles doubles -> doubles.values()[row];
      case Column.Bytes bytes -> bytesValue(type, bytes, row);
      case Column.Lists lists -> {
        DataType item = ((DataType.ListOf) type).itemType().required();
        List<@Nullable Object> items = new ArrayList<>();
        for (int i = lists.offsets()[row]; i < lists.offsets()[row + 1]; i++) {
          items.add(value(item, lists.items(), i));
        }
        yield items;
      }
      case Column.Structs structs -> {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < structs.children().size(); i++) {
          DataType child = ((DataType.Struct) type).fields().get(i).type().required();
          values.add(value(child, structs.children().get(i), row));
        }
        yield values;
      }
      case Column.Nulls _ -> null;
    };
  }

  private static Object intValue(DataType type, int value) {
    if (type == Scalar.DATE) {
      return LocalDate.ofEpochDay(value);
    }
    if (type == Scalar.FLOAT16) {
      return Float.float16ToFloat((short) value);
    }
    if (type == Scalar.UINT32) {
      return Integer.toUnsignedLong(value);
    }
    if (type instanceof DataType.Time time) {
      return switch (time.unit()) {
        case SECOND -> LocalTime.ofSecondOfDay(value);
        default -> LocalTime.ofNanoOfDay(value * 1_000_000L);
      };
    }
    return value;
  }

  private static Object longValue(DataType type, long value) {
    return switch (type) {
      case DataType.Timestamp timestamp ->
          switch (timestamp.unit()) {
            case SECOND -> Instant.ofEpochSecond(value);
            case MILLISECOND -> Instant.ofEpochMilli(value);
            case MICROSECOND ->
                Instant.ofEpochSecond(
                    Math.floorDiv(value, 1_000_000), Math.floorMod(value, 1_000_000L) * 1_000);
            case NANOSECOND -> Instant.ofEpochSecond(0, value);
          };
      case DataType.Time time ->
          LocalTime.ofNanoOfDay(
              time.unit() == dev.catchwater.odf.schema.TimeUnit.MICROSECOND
                  ? value * 1_000
                  : value);
      case DataType.Decimal decimal -> BigDecimal.valueOf(value, decimal.scale());
      case Scalar.UINT64 -> new BigInteger(Long.toUnsignedString(value));
      default -> value;
    };
  }

  private static Object bytesValue(DataType type, Column.Bytes bytes, int row) {
    byte[] value = Arrays.copyOfRange(bytes.data(), bytes.offsets()[row], bytes.offsets()[row + 1]);
    return switch (type) {
      case DataType.Decimal decimal -> new BigDecimal(new BigInteger(value), decimal.scale());
      case DataType.Binary _ -> HexFormat.of().formatHex(value);
      default -> new String(value, StandardCharsets.UTF_8);
    };
  }
}
