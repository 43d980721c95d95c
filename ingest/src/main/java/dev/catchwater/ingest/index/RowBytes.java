package dev.catchwater.ingest.index;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.ColumnBuilder;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Single rows as bytes and back, column by column: one byte that is 0 for a null, then the value:
/// 1, 4 or 8 bytes, little-endian; texts and bytes behind their length; lists behind the number of
/// their items, each as a value of its own; structs as their children. Used by one thread.
final class RowBytes {
  private final DataSchema schema;
  private final List<ColumnBuilder> builders;
  private int rowCount;
  private long byteCount;

  RowBytes(DataSchema schema) {
    this.schema = schema;
    builders = new ArrayList<>(schema.fields().size());
    for (DataField field : schema.fields()) {
      builders.add(ColumnBuilder.of(field.type()));
    }
  }

  /// Appends the columns of the schema, the first ones of the batch.
  void write(RecordBatch rows, int row, RowBuffer out) {
    for (int i = 0; i < schema.fields().size(); i++) {
      write(rows.column(i), row, out);
    }
  }

  private static void write(Column column, int row, RowBuffer out) {
    if (column instanceof Column.Nulls || column.isNull(row)) {
      out.putByte(0);
      return;
    }
    out.putByte(1);
    switch (column) {
      case Column.Bools c -> out.putByte(c.values()[row]);
      case Column.Ints c -> out.putInt(c.values()[row]);
      case Column.Longs c -> out.putLong(c.values()[row]);
      case Column.Floats c -> out.putInt(Float.floatToRawIntBits(c.values()[row]));
      case Column.Doubles c -> out.putLong(Double.doubleToRawLongBits(c.values()[row]));
      case Column.Bytes c -> {
        int start = c.offsets()[row];
        int length = c.offsets()[row + 1] - start;
        out.putInt(length);
        out.putBytes(c.data(), start, length);
      }
      case Column.Lists c -> {
        int end = c.offsets()[row + 1];
        out.putInt(end - c.offsets()[row]);
        for (int i = c.offsets()[row]; i < end; i++) {
          write(c.items(), i, out);
        }
      }
      case Column.Structs c -> {
        for (Column child : c.children()) {
          write(child, row, out);
        }
      }
      case Column.Nulls _ -> throw new IllegalStateException("written above");
    }
  }

  /// Takes a row back from its bytes.
  ///
  /// @throws DamagedIndexException if they are not one row of the schema
  void read(byte[] bytes, int start, int size) {
    ByteBuffer in = ByteBuffer.wrap(bytes, start, size).order(ByteOrder.LITTLE_ENDIAN);
    try {
      for (ColumnBuilder builder : builders) {
        read(builder, in);
      }
    } catch (java.nio.BufferUnderflowException e) {
      throw new DamagedIndexException("a row that ends early: " + e);
    }
    if (in.hasRemaining()) {
      throw new DamagedIndexException("a row that is too long");
    }
    rowCount++;
    byteCount += size;
  }

  /// Bytes of the rows read since the last batch.
  long byteCount() {
    return byteCount;
  }

  /// The rows read so far.
  RecordBatch batch() {
    List<Column> columns = new ArrayList<>(builders.size());
    for (ColumnBuilder builder : builders) {
      columns.add(builder.build());
    }
    RecordBatch batch = new RecordBatch(schema, rowCount, columns);
    rowCount = 0;
    byteCount = 0;
    return batch;
  }

  private static void read(ColumnBuilder builder, ByteBuffer in) {
    if (in.get() == 0) {
      builder.appendNull();
      return;
    }
    switch (builder) {
      case ColumnBuilder.Bools b -> b.append(in.get() != 0);
      case ColumnBuilder.Ints b -> b.append(in.getInt());
      case ColumnBuilder.Longs b -> b.append(in.getLong());
      case ColumnBuilder.Floats b -> b.append(Float.intBitsToFloat(in.getInt()));
      case ColumnBuilder.Doubles b -> b.append(Double.longBitsToDouble(in.getLong()));
      case ColumnBuilder.Bytes b -> {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
          throw new DamagedIndexException("a text of " + length + " bytes");
        }
        b.append(in.array(), in.arrayOffset() + in.position(), length);
        in.position(in.position() + length);
      }
      case ColumnBuilder.Lists b -> {
        int count = in.getInt();
        if (count < 0 || count > in.remaining()) {
          throw new DamagedIndexException("a list of " + count + " items");
        }
        for (int i = 0; i < count; i++) {
          read(b.items(), in);
        }
        b.endList();
      }
      case ColumnBuilder.Structs b -> {
        for (ColumnBuilder child : b.children()) {
          read(child, in);
        }
        b.endStruct();
      }
      case ColumnBuilder.Nulls _ -> throw new DamagedIndexException("a value of no type");
    }
  }
}
