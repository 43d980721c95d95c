package dev.catchwater.columnar.slice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.codec.Codec;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.testkit.Seeded;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

class SliceRoundTripTest {
  static List<RecordBatch> batches(RandomGenerator random, DataSchema schema, int rowCount) {
    RandomRows rows = new RandomRows(random);
    List<RandomRows.Spread> spreads = new ArrayList<>();
    schema.fields().forEach(_ -> spreads.add(rows.spread()));
    List<RecordBatch> batches = new ArrayList<>();
    int done = 0;
    while (done < rowCount) {
      int count = Math.min(rowCount - done, 1 + random.nextInt(30_000));
      batches.add(rows.batch(schema, spreads, count, done));
      done += count;
    }
    return batches;
  }

  static WrittenSlice write(
      MemoryFile file, DataSchema schema, SliceOptions options, List<RecordBatch> batches)
      throws IOException {
    try (SliceWriter writer = SliceWriter.create(file, schema, options)) {
      for (RecordBatch batch : batches) {
        writer.write(batch);
      }
      return writer.finish();
    }
  }

  static List<RecordBatch> read(SliceRows rows) throws IOException {
    List<RecordBatch> batches = new ArrayList<>();
    for (RecordBatch batch = rows.next(); batch != null; batch = rows.next()) {
      batches.add(batch);
    }
    return batches;
  }

  @Seeded(iterations = 60)
  void whatIsWrittenIsReadAgain(RandomGenerator random) throws IOException {
    DataSchema schema = new RandomRows(random).schema();
    Codec[] codecs = Codec.values();
    SliceOptions options =
        new SliceOptions(codecs[random.nextInt(codecs.length)], true, random.nextInt(3));
    int[] sizes = {1, 2, 9, 100, 20_000, 50_001};
    List<RecordBatch> batches = batches(random, schema, sizes[random.nextInt(sizes.length)]);
    MemoryFile file = new MemoryFile();
    WrittenSlice slice = write(file, schema, options, batches);

    List<List<@Nullable Object>> expected = expected(schema, batches);
    assertThat(slice.rowCount()).isEqualTo(expected.size());
    assertThat(slice.size()).isEqualTo(file.size());
    assertThat(slice.physicalHash()).isEqualTo(Multihash.sha3(file.toBytes()));
    try (SliceReader reader = SliceReader.open(file)) {
      assertThat(reader.rowCount()).isEqualTo(expected.size());
      assertThat(Rows.of(read(reader.read(0, Long.MAX_VALUE, null)))).isEqualTo(expected);
      int from = random.nextInt(expected.size());
      int to = from + random.nextInt(expected.size() - from);
      assertThat(Rows.of(read(reader.read(from, to - from, null))))
          .isEqualTo(expected.subList(from, to));
    }
  }

  /// The rows as they are stored: seconds of a day become milliseconds.
  static List<List<@Nullable Object>> expected(DataSchema schema, List<RecordBatch> batches) {
    StoredValues stored = StoredValues.of(schema);
    List<RecordBatch> converted = new ArrayList<>();
    for (RecordBatch batch : batches) {
      List<dev.catchwater.columnar.batch.Column> columns = new ArrayList<>();
      for (int i = 0; i < batch.columns().size(); i++) {
        columns.add(stored.convert(i, batch.column(i)));
      }
      converted.add(new RecordBatch(schema, batch.rowCount(), columns));
    }
    return Rows.of(converted);
  }

  @Seeded(iterations = 2)
  void everyTypeIsReadAgain(RandomGenerator random) throws IOException {
    DataSchema schema = RandomRows.everyType();
    List<RecordBatch> batches = batches(random, schema, 21_000);
    MemoryFile file = new MemoryFile();
    write(file, schema, SliceOptions.defaults(), batches);
    try (SliceReader reader = SliceReader.open(file)) {
      assertThat(Rows.of(read(reader.read(0, Long.MAX_VALUE, null))))
          .isEqualTo(expected(schema, batches));
    }
  }
}
