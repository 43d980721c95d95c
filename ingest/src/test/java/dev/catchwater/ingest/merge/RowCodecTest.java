package dev.catchwater.ingest.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.ColumnBuilder;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.testkit.Seeded;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

class RowCodecTest {
  private static final DataSchema SCHEMA =
      DataSchema.of(
          List.of(
              DataField.of("bool", Scalar.BOOL.optional()),
              DataField.of("int", Scalar.INT32.optional()),
              DataField.of("long", Scalar.INT64.optional()),
              DataField.of("float", Scalar.FLOAT32.optional()),
              DataField.of("double", Scalar.FLOAT64.optional()),
              DataField.of("text", Scalar.STRING.optional()),
              DataField.of("tags", new DataType.ListOf(Scalar.STRING.optional(), null).optional()),
              DataField.of(
                  "point",
                  new DataType.Struct(
                          List.of(
                              DataField.of("x", Scalar.INT64.optional()),
                              DataField.of("y", Scalar.FLOAT64.optional())))
                      .optional()),
              DataField.of("nothing", Scalar.NULL)));

  @Seeded(iterations = 50)
  void whatIsWrittenIsReadAndPickedAlike(RandomGenerator random) {
    RecordBatch one = batch(random, random.nextInt(1, 200));
    RecordBatch other = batch(random, random.nextInt(1, 200));
    RowCodec codec = new RowCodec();
    codec.encode(one, 3);
    ByteBuffer encoded = codec.encode(other, 5);
    byte[] bytes = Arrays.copyOfRange(codec.bytes(), 5, encoded.position());
    RecordBatch decoded = RowCodec.decode(SCHEMA, other.rowCount(), bytes, bytes.length);

    int count = random.nextInt(300);
    int[] sources = new int[count];
    int[] rows = new int[count];
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sources[i] = random.nextInt(2);
      rows[i] = random.nextInt(sources[i] == 0 ? one.rowCount() : other.rowCount());
      expected.add(text(sources[i] == 0 ? one : other, rows[i]));
    }
    RecordBatch picked = RowGather.gather(SCHEMA, List.of(one, decoded), sources, rows, count);
    List<String> found = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      found.add(text(picked, i));
    }
    assertThat(found).isEqualTo(expected);
  }

  private static RecordBatch batch(RandomGenerator random, int rowCount) {
    List<Column> columns = new ArrayList<>();
    int nullPercent = random.nextInt(3) * 30;
    for (DataField field : SCHEMA.fields()) {
      ColumnBuilder builder = ColumnBuilder.of(field.type());
      for (int i = 0; i < rowCount; i++) {
        append(builder, random, nullPercent);
      }
      columns.add(builder.build());
    }
    return new RecordBatch(SCHEMA, rowCount, columns);
  }

  private static void append(ColumnBuilder builder, RandomGenerator random, int nullPercent) {
    if (random.nextInt(100) < nullPercent) {
      builder.appendNull();
      return;
    }
    switch (builder) {
      case ColumnBuilder.Bools b -> b.append(random.nextBoolean());
      case ColumnBuilder.Ints b -> b.append(random.nextInt());
      case ColumnBuilder.Longs b -> b.append(random.nextLong());
      case ColumnBuilder.Floats b -> b.append(random.nextFloat());
      case ColumnBuilder.Doubles b -> b.append(random.nextDouble());
      case ColumnBuilder.Bytes b -> b.append(new byte[random.nextInt(12)]);
      case ColumnBuilder.Lists b -> {
        for (int i = random.nextInt(4); i > 0; i--) {
          append(b.items(), random, nullPercent);
        }
        b.endList();
      }
      case ColumnBuilder.Structs b -> {
        for (ColumnBuilder child : b.children()) {
          append(child, random, nullPercent);
        }
        b.endStruct();
      }
      case ColumnBuilder.Nulls b -> b.appendNull();
    }
  }

  private static String text(RecordBatch rows, int row) {
    StringBuilder text = new StringBuilder();
    for (Column column : rows.columns()) {
      text.append(text(column, row)).append(' ');
    }
    return text.toString();
  }

  private static String text(Column column, int row) {
    if (column.isNull(row)) {
      return "null";
    }
    return switch (column) {
      case Column.Bools c -> "" + c.values()[row];
      case Column.Ints c -> "" + c.values()[row];
      case Column.Longs c -> "" + c.values()[row];
      case Column.Floats c -> "" + c.values()[row];
      case Column.Doubles c -> "" + c.values()[row];
      case Column.Bytes c ->
          Arrays.toString(Arrays.copyOfRange(c.data(), c.offsets()[row], c.offsets()[row + 1]));
      case Column.Lists c -> {
        StringBuilder items = new StringBuilder("[");
        for (int i = c.offsets()[row]; i < c.offsets()[row + 1]; i++) {
          items.append(text(c.items(), i)).append(',');
        }
        yield items.append(']').toString();
      }
      case Column.Structs c -> {
        StringBuilder children = new StringBuilder("{");
        for (Column child : c.children()) {
          children.append(text(child, row)).append(',');
        }
        yield children.append('}').toString();
      }
      case Column.Nulls _ -> "null";
    };
  }
}
