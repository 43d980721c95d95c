package dev.catchwater.query.format;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.ColumnBuilder;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Batches from plain values, and their text.
public final class Rows {
  private final List<DataField> fields = new ArrayList<>();
  private final List<Column> columns = new ArrayList<>();

  /// A column of optional values.
  public Rows column(String name, DataType type, @Nullable Object... values) {
    ColumnBuilder builder = ColumnBuilder.of(type);
    for (Object value : values) {
      append(builder, value);
    }
    return column(name, type, builder.build());
  }

  /// A column that is built already.
  public Rows column(String name, DataType type, Column column) {
    fields.add(DataField.of(name, type.optional()));
    columns.add(column);
    return this;
  }

  private static void append(ColumnBuilder builder, @Nullable Object value) {
    if (value == null) {
      builder.appendNull();
      return;
    }
    switch (builder) {
      case ColumnBuilder.Bools bools -> bools.append((Boolean) value);
      case ColumnBuilder.Ints ints -> ints.append(((Number) value).intValue());
      case ColumnBuilder.Longs longs -> longs.append(((Number) value).longValue());
      case ColumnBuilder.Floats floats -> floats.append((Float) value);
      case ColumnBuilder.Doubles doubles -> doubles.append((Double) value);
      case ColumnBuilder.Bytes bytes -> bytes.append(bytes(value));
      case ColumnBuilder.Lists lists -> {
        for (Object item : (List<?>) value) {
          append(lists.items(), item);
        }
        lists.endList();
      }
      case ColumnBuilder.Structs structs -> {
        for (int i = 0; i < structs.children().size(); i++) {
          append(structs.children().get(i), ((List<?>) value).get(i));
        }
        structs.endStruct();
      }
      case ColumnBuilder.Nulls _ -> throw new IllegalArgumentException("a value of type Null");
    }
  }

  private static byte[] bytes(Object value) {
    return switch (value) {
      case byte[] bytes -> bytes;
      case BigInteger number -> number.toByteArray();
      default -> value.toString().getBytes(StandardCharsets.UTF_8);
    };
  }

  public RecordBatch batch() {
    int rowCount = columns.isEmpty() ? 0 : columns.getFirst().rowCount();
    return new RecordBatch(DataSchema.of(fields), rowCount, columns);
  }

  String as(RowFormat format) {
    return as(format, new TableStyle(false, false, -1));
  }

  String as(RowFormat format, TableStyle style) {
    RecordBatch batch = batch();
    return text(format, batch.schema(), style, batch);
  }

  public static String text(
      RowFormat format, @Nullable DataSchema schema, TableStyle style, RecordBatch... batches) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    RowWriter writer = format.open(out, schema, style);
    for (RecordBatch batch : batches) {
      writer.write(batch);
    }
    writer.finish();
    return out.toString(StandardCharsets.UTF_8);
  }

  /// One text column.
  public static Rows ofTexts(String name, @Nullable Object... values) {
    return new Rows().column(name, Scalar.STRING, values);
  }
}
