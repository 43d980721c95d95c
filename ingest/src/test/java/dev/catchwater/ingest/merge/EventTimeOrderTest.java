package dev.catchwater.ingest.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.testkit.Seeded;
import dev.catchwater.testkit.SimDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EventTimeOrderTest {
  private static final DataSchema SCHEMA =
      DataSchema.of(
          List.of(
              DataField.of("event_time", DataType.Timestamp.MILLIS_UTC),
              DataField.of("name", Scalar.STRING.optional())));

  private record Row(long time, int arrival) {}

  @Seeded(iterations = 300)
  void B12_theOrderIsByEventTimeAndThenByArrivalHoweverLittleFitsInMemory(RandomGenerator random)
      throws IOException {
    SimDisk disk = new SimDisk(SimDisk.Mode.EXT4, 1);
    disk.createDirectories(Path.of("/scratch"));
    int[] files = {0};
    CollectingSink sink = new CollectingSink();
    List<Row> rows = new ArrayList<>();
    long spread = 1L << random.nextInt(1, 63);
    long bytesMax = 1L << random.nextInt(8, 20);
    try (EventTimeOrder order =
        new EventTimeOrder(
            SCHEMA, sink, () -> disk.create(Path.of("/scratch/" + files[0]++)), bytesMax)) {
      int orderedBatches = random.nextInt(3);
      for (int b = 0; b < random.nextInt(30); b++) {
        int count = random.nextInt(1, 80);
        long[] times = new long[count];
        for (int i = 0; i < count; i++) {
          times[i] = b < orderedBatches ? rows.size() - spread : random.nextLong(-spread, spread);
          rows.add(new Row(times[i], rows.size()));
        }
        order.accept(batch(times, rows.size() - count));
      }
      order.finish();
    }
    rows.sort(Comparator.comparingLong(Row::time));
    assertThat(sink.rows).isEqualTo(named(rows));
    assertThat(disk.openFiles()).isZero();
  }

  @Test
  void rowsInOrderPassStraightThrough() throws IOException {
    CollectingSink sink = new CollectingSink();
    try (EventTimeOrder order =
        new EventTimeOrder(SCHEMA, sink, EventTimeOrderTest::noScratch, 1)) {
      for (int b = 0; b < 100; b++) {
        order.accept(batch(new long[] {b, b, b + 1}, 3 * b));
        assertThat(sink.rows).hasSize(3 * b + 3);
      }
      order.finish();
    }
    assertThat(sink.takenBack).isZero();
  }

  @Test
  void moreRunsThanCanBeMergedAtOnceAreMergedInSteps() throws IOException {
    SimDisk disk = new SimDisk(SimDisk.Mode.EXT4, 1);
    disk.createDirectories(Path.of("/scratch"));
    int[] files = {0};
    CollectingSink sink = new CollectingSink();
    try (EventTimeOrder order =
        new EventTimeOrder(SCHEMA, sink, () -> disk.create(Path.of("/scratch/" + files[0]++)), 1)) {
      for (int b = 0; b < 300; b++) {
        order.accept(batch(new long[] {300 - b, 0}, 2 * b));
      }
      order.finish();
    }
    List<Row> expected = new ArrayList<>();
    for (int b = 0; b < 300; b++) {
      expected.add(new Row(300 - b, 2 * b));
      expected.add(new Row(0, 2 * b + 1));
    }
    expected.sort(Comparator.comparingLong(Row::time));
    assertThat(sink.rows).isEqualTo(named(expected));
  }

  private static List<Row> named(List<Row> rows) {
    return rows.stream()
        .map(row -> row.arrival() % 7 == 0 ? new Row(row.time(), -1) : row)
        .toList();
  }

  private static dev.catchwater.disk.DiskFile noScratch() {
    throw new AssertionError("ordered rows need no scratch file");
  }

  /// A row's name is its arrival, every seventh has none.
  private static RecordBatch batch(long[] times, int firstArrival) {
    int count = times.length;
    int[] offsets = new int[count + 1];
    StringBuilder names = new StringBuilder();
    long[] validity = new long[(count + 63) / 64];
    for (int i = 0; i < count; i++) {
      if ((firstArrival + i) % 7 != 0) {
        names.append(firstArrival + i);
        validity[i / 64] |= 1L << i;
      }
      offsets[i + 1] = names.length();
    }
    byte[] data = names.toString().getBytes(StandardCharsets.UTF_8);
    return new RecordBatch(
        SCHEMA,
        count,
        List.of(
            new Column.Longs(count, times, null),
            new Column.Bytes(count, offsets, data, validity)));
  }

  private static final class CollectingSink implements RowSink {
    private final List<RecordBatch> batches = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();
    private int takenBack;

    @Override
    public void accept(RecordBatch batch) {
      batches.add(batch);
      Column.Longs times = (Column.Longs) batch.column(0);
      Column.Bytes names = (Column.Bytes) batch.column(1);
      for (int i = 0; i < batch.rowCount(); i++) {
        int start = names.offsets()[i];
        String name =
            new String(names.data(), start, names.offsets()[i + 1] - start, StandardCharsets.UTF_8);
        rows.add(new Row(times.values()[i], names.isNull(i) ? -1 : Integer.parseInt(name)));
      }
    }

    @Override
    public long nextOffset() {
      return rows.size();
    }

    @Override
    public RowSource takeBack() {
      takenBack++;
      Iterator<RecordBatch> taken = List.copyOf(batches).iterator();
      batches.clear();
      rows.clear();
      return new RowSource() {
        @Override
        public @Nullable RecordBatch next() {
          return taken.hasNext() ? taken.next() : null;
        }

        @Override
        public void close() {}
      };
    }
  }
}
