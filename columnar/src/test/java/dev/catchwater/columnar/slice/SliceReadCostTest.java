package dev.catchwater.columnar.slice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.codec.Codec;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.Scalar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SliceReadCostTest {
  private static final DataSchema SCHEMA =
      DataSchema.of(
          List.of(
              DataField.of("offset", Scalar.INT64),
              DataField.of("value", Scalar.FLOAT64),
              DataField.of("name", Scalar.STRING)));

  private static RecordBatch batch(long from, int count, int nameSize) {
    SplittableRandom random = new SplittableRandom(from);
    long[] offsets = new long[count];
    double[] values = new double[count];
    int[] ends = new int[count + 1];
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < count; i++) {
      offsets[i] = from + i;
      values[i] = random.nextDouble();
      names.append("n").append(random.nextInt(1_000_000)).repeat("x", nameSize);
      ends[i + 1] = names.length();
    }
    byte[] text = names.toString().getBytes(StandardCharsets.US_ASCII);
    return new RecordBatch(
        SCHEMA,
        count,
        List.of(
            new Column.Longs(count, offsets, null),
            new Column.Doubles(count, values, null),
            new Column.Bytes(count, ends, text, null)));
  }

  @Test
  void theLastRowsOfALongSliceCostAPageOfEachColumnAndTheFooter() throws IOException {
    MemoryFile file = new MemoryFile();
    try (SliceWriter writer = SliceWriter.create(file, SCHEMA, SliceOptions.defaults())) {
      for (int i = 0; i < 25; i++) {
        writer.write(batch(i * 50_000L, 50_000, 0));
      }
      assertThat(writer.finish().rowCount()).isEqualTo(1_250_000);
    }
    assertThat(file.size()).isGreaterThan(12_000_000);
    MemoryFile again = new MemoryFile(file.toBytes());
    try (SliceReader reader = SliceReader.open(again)) {
      RecordBatch last = Objects.requireNonNull(reader.read(1_249_990, 10, null).next());
      assertThat(((Column.Longs) last.column(0)).values()[9]).isEqualTo(1_249_999);
      assertThat(again.bytesRead()).isLessThan(600_000);
      long before = again.bytesRead();
      assertThat(reader.read(1_048_570, 12, List.of("offset")).next()).isNotNull();
      assertThat(again.bytesRead() - before).isLessThan(60_000);
      assertThatThrownBy(() -> reader.read(0, 1, List.of("nobody")))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void pagesOfWideRowsStaySmall() throws IOException {
    MemoryFile file = new MemoryFile();
    RecordBatch wide = batch(0, 2_000, 5_000);
    SliceRoundTripTest.write(file, SCHEMA, new SliceOptions(Codec.ZSTD, true, 1), List.of(wide));
    try (SliceReader reader = SliceReader.open(file)) {
      List<RecordBatch> read = SliceRoundTripTest.read(reader.read(0, 2_000, null));
      assertThat(read).hasSizeGreaterThan(8);
      assertThat(Rows.of(read)).isEqualTo(Rows.of(List.of(wide)));
    }
  }

  @Test
  void aNullInARequiredColumnIsRefusedAndTheWriterCloses() throws IOException {
    for (int threads = 0; threads < 3; threads++) {
      int rows = 20_000;
      RecordBatch good = batch(0, rows, 0);
      RecordBatch bad =
          new RecordBatch(
              SCHEMA,
              rows,
              List.of(
                  good.column(0),
                  new Column.Doubles(rows, new double[rows], new long[(rows + 63) / 64]),
                  good.column(2)));
      MemoryFile file = new MemoryFile();
      try (SliceWriter writer =
          SliceWriter.create(file, SCHEMA, new SliceOptions(Codec.NONE, true, threads))) {
        writer.write(good);
        assertThatThrownBy(
                () -> {
                  writer.write(bad);
                  writer.finish();
                })
            .isInstanceOf(CatchwaterException.class)
            .extracting("code")
            .isEqualTo(ErrorCode.SCHEMA_MISMATCH);
      }
    }
  }
}
