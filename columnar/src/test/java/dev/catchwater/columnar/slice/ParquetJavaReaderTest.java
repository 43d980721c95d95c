package dev.catchwater.columnar.slice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.codec.Codec;
import dev.catchwater.columnar.parquet.ParquetSchema;
import dev.catchwater.columnar.parquet.SchemaNode;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.testkit.Seeded;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.format.BoundaryOrder;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.OffsetIndex;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.RowGroup;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// parquet-java reads every kind of slice we write: values, footer, page index.
@NullUnmarked // every field of a Thrift struct is nullable
class ParquetJavaReaderTest {
  private static @Nullable Object value(Group group, int field, SchemaNode node) {
    if (group.getFieldRepetitionCount(field) == 0) {
      return null;
    }
    if (node instanceof SchemaNode.ListNode list) {
      Group outer = group.getGroup(field, 0);
      List<@Nullable Object> items = new ArrayList<>();
      for (int i = 0; i < outer.getFieldRepetitionCount(0); i++) {
        items.add(value(outer.getGroup(0, i), 0, list.item()));
      }
      return items;
    }
    if (node instanceof SchemaNode.StructNode struct) {
      Group inner = group.getGroup(field, 0);
      List<@Nullable Object> children = new ArrayList<>();
      for (int i = 0; i < struct.children().size(); i++) {
        children.add(value(inner, i, struct.children().get(i)));
      }
      return children;
    }
    SchemaNode.Leaf leaf = (SchemaNode.Leaf) node;
    DataType type = leaf.requiredType();
    return switch (leaf.physical()) {
      case BOOLEAN -> group.getBoolean(field, 0);
      case INT32 -> {
        int value = group.getInteger(field, 0);
        yield type instanceof DataType.Decimal ? (Object) (long) value : (Object) value;
      }
      case INT64 -> group.getLong(field, 0);
      case FLOAT -> Float.floatToRawIntBits(group.getFloat(field, 0));
      case DOUBLE -> Double.doubleToRawLongBits(group.getDouble(field, 0));
      case INT96 -> throw new IllegalStateException("never written");
      case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> {
        byte[] bytes = group.getBinary(field, 0).getBytes();
        yield type == Scalar.FLOAT16
            ? (Object) (int) (short) ((bytes[0] & 0xff) | bytes[1] << 8)
            : Arrays.toString(bytes);
      }
    };
  }

  private static List<List<@Nullable Object>> rows(ParquetJavaFile file, DataSchema schema)
      throws IOException {
    List<SchemaNode> columns = ParquetSchema.of(schema).columns();
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (Group group : file.rows()) {
      List<@Nullable Object> row = new ArrayList<>();
      for (int i = 0; i < columns.size(); i++) {
        row.add(value(group, i, columns.get(i)));
      }
      rows.add(row);
    }
    return rows;
  }

  @Seeded(iterations = 24)
  void parquetJavaReadsWhatWasWritten(RandomGenerator random) throws IOException {
    List<Codec> codecs = List.of(Codec.values());
    boolean small = random.nextInt(4) > 0;
    DataSchema schema =
        small && random.nextBoolean() ? RandomRows.everyType() : new RandomRows(random).schema();
    int rowCount = small ? 1 + random.nextInt(400) : 20_000 + random.nextInt(25_000);
    List<RecordBatch> batches = SliceRoundTripTest.batches(random, schema, rowCount);
    MemoryFile file = new MemoryFile();
    Codec codec = codecs.get(random.nextInt(codecs.size()));
    SliceRoundTripTest.write(file, schema, new SliceOptions(codec, false, 0), batches);
    ParquetJavaFile read = new ParquetJavaFile(file.toBytes());
    assertThat(rows(read, schema)).isEqualTo(SliceRoundTripTest.expected(schema, batches));
    for (RowGroup group : read.footer().getRow_groups()) {
      for (ColumnChunk chunk : group.getColumns()) {
        checkIndexes(read, chunk, group.getNum_rows());
      }
    }
  }

  private static void checkIndexes(ParquetJavaFile file, ColumnChunk chunk, long rowCount)
      throws IOException {
    OffsetIndex offsets = file.offsetIndex(chunk);
    long values = 0;
    long row = -1;
    for (var location : offsets.getPage_locations()) {
      var header = file.pageHeader(location.getOffset());
      assertThat(header.getType()).isEqualTo(PageType.DATA_PAGE);
      values += header.getData_page_header().getNum_values();
      assertThat(location.getFirst_row_index()).isGreaterThan(row).isLessThan(rowCount);
      row = location.getFirst_row_index();
    }
    assertThat(values).isEqualTo(chunk.getMeta_data().getNum_values());
    if (chunk.isSetColumn_index_offset()) {
      ColumnIndex index = file.columnIndex(chunk);
      assertThat(index.getNull_pages()).hasSize(offsets.getPage_locationsSize());
      long nulls = index.getNull_counts().stream().mapToLong(Long::longValue).sum();
      assertThat(nulls).isEqualTo(chunk.getMeta_data().getStatistics().getNull_count());
    }
  }

  @Test
  void theFooterTellsTheOrderOfTheOffsetsAndTheirBounds() throws IOException {
    DataSchema schema =
        DataSchema.of(
            List.of(
                DataField.of("offset", Scalar.INT64),
                DataField.of("text", Scalar.STRING.optional())));
    RandomRows rows = new RandomRows(new java.util.SplittableRandom(3));
    List<RandomRows.Spread> spreads =
        List.of(new RandomRows.Spread(1, 0), new RandomRows.Spread(1_000_000, 1));
    MemoryFile file = new MemoryFile();
    SliceRoundTripTest.write(
        file, schema, SliceOptions.defaults(), List.of(rows.batch(schema, spreads, 50_000, 7_000)));
    ParquetJavaFile read = new ParquetJavaFile(file.toBytes());
    RowGroup group = read.footer().getRow_groups().getFirst();
    assertThat(group.getSorting_columns().getFirst().getColumn_idx()).isZero();
    assertThat(group.getSorting_columns().getFirst().isDescending()).isFalse();
    ColumnIndex offsets = read.columnIndex(group.getColumns().getFirst());
    assertThat(offsets.getBoundary_order()).isEqualTo(BoundaryOrder.ASCENDING);
    assertThat(offsets.getMin_values().get(1).getLong(0)).isEqualTo(Long.reverseBytes(27_000));
    assertThat(offsets.getMax_values().get(1).getLong(0)).isEqualTo(Long.reverseBytes(46_999));
    ColumnIndex texts = read.columnIndex(group.getColumns().get(1));
    for (var max : texts.getMax_values()) {
      assertThat(max.remaining()).isLessThanOrEqualTo(64);
      assertThat(StandardCharsets.UTF_8.decode(max.duplicate()).toString())
          .doesNotContain("\ufffd");
    }
  }
}
