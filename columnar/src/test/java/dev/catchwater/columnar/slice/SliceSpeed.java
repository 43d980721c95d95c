package dev.catchwater.columnar.slice;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.codec.Codec;
import dev.catchwater.columnar.hash.LogicalHasher;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.LocalDisk;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Measures writing and reading of the million rows that the design counts in. A program, not a
/// test: `SliceSpeed [rounds] [threads] [codec]`; figures are CPU of the process.
final class SliceSpeed {
  private static final int ROWS = 1_000_000;
  private static final int BATCH = 32_768;

  private SliceSpeed() {}

  public static void main(String[] arguments) throws IOException {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
    int threads = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
    Codec codec = arguments.length > 2 ? Codec.valueOf(arguments[2]) : Codec.ZSTD;
    List<RecordBatch> batches = batches();
    for (int round = 0; round < rounds; round++) {
      measure("write           ", () -> write(batches, new SliceOptions(codec, false, threads)));
      measure("write, read back", () -> write(batches, new SliceOptions(codec, true, threads)));
      measure("logical hash    ", () -> hash(batches));
      measure("read            ", () -> read(batches, codec));
    }
  }

  private interface Work {
    String run() throws IOException;
  }

  private static void measure(String name, Work work) throws IOException {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = system.getProcessCpuTime();
    long wall = System.nanoTime();
    String result = work.run();
    wall = System.nanoTime() - wall;
    cpu = system.getProcessCpuTime() - cpu;
    System.out.println(
        name + " cpu " + cpu / 1_000_000 + " ms, wall " + wall / 1_000_000 + " ms" + result);
  }

  private static String write(List<RecordBatch> batches, SliceOptions options) throws IOException {
    Path path = Files.createTempDirectory("slice").resolve("slice");
    try (DiskFile file = new LocalDisk().create(path);
        SliceWriter writer = SliceWriter.create(file, batches.getFirst().schema(), options)) {
      for (RecordBatch batch : batches) {
        writer.write(batch);
      }
      return ", " + writer.finish().size() + " bytes";
    } finally {
      Files.delete(path);
      Files.delete(path.getParent());
    }
  }

  private static String hash(List<RecordBatch> batches) {
    LogicalHasher hasher = new LogicalHasher(batches.getFirst().schema());
    batches.forEach(hasher::update);
    return ", " + hasher.finish().toString().substring(0, 20);
  }

  private static byte[] written = {};

  private static String read(List<RecordBatch> batches, Codec codec) throws IOException {
    if (written.length == 0) {
      MemoryFile file = new MemoryFile();
      SliceRoundTripTest.write(
          file, batches.getFirst().schema(), new SliceOptions(codec, false, 0), batches);
      written = file.toBytes();
    }
    long rows = 0;
    try (SliceReader reader = SliceReader.open(new MemoryFile(written))) {
      SliceRows all = reader.read(0, Long.MAX_VALUE, null);
      for (RecordBatch batch = all.next(); batch != null; batch = all.next()) {
        rows += batch.rowCount();
      }
    }
    return ", " + rows + " rows";
  }

  static List<RecordBatch> batches() {
    DataType time = DataType.Timestamp.MILLIS_UTC;
    DataSchema schema =
        DataSchema.of(
            List.of(
                DataField.of("offset", Scalar.INT64),
                DataField.of("op", Scalar.INT32),
                DataField.of("system_time", time),
                DataField.of("t", time),
                DataField.of("long", Scalar.FLOAT64.optional()),
                DataField.of("lat", Scalar.FLOAT64.optional()),
                DataField.of("speed", Scalar.FLOAT64.optional()),
                DataField.of("device", Scalar.STRING.optional()),
                DataField.of("status", Scalar.STRING.optional())));
    SplittableRandom random = new SplittableRandom(7);
    List<RecordBatch> batches = new ArrayList<>();
    for (int from = 0; from < ROWS; from += BATCH) {
      int count = Math.min(BATCH, ROWS - from);
      batches.add(new RecordBatch(schema, count, columns(random, from, count)));
    }
    return batches;
  }

  private static List<Column> columns(SplittableRandom random, int from, int count) {
    String[] statuses = {"ok", "idle", "moving", "fault"};
    long[] offsets = new long[count];
    long[] systemTimes = new long[count];
    long[] times = new long[count];
    double[][] numbers = new double[3][count];
    int[] deviceEnds = new int[count + 1];
    int[] statusEnds = new int[count + 1];
    StringBuilder devices = new StringBuilder();
    StringBuilder states = new StringBuilder();
    for (int i = 0; i < count; i++) {
      offsets[i] = (long) from + i;
      systemTimes[i] = 1_706_673_063_618L;
      times[i] = 1_577_836_800_000L + (from + i) * 1_000L + random.nextInt(1_000);
      numbers[0][i] = -180 + random.nextInt(36_000_000) / 100_000.0;
      numbers[1][i] = -90 + random.nextInt(18_000_000) / 100_000.0;
      numbers[2][i] = random.nextInt(3_000) / 100.0;
      devices.append("dev-").append(1_000 + random.nextInt(1_000));
      deviceEnds[i + 1] = devices.length();
      states.append(statuses[random.nextInt(4)]);
      statusEnds[i + 1] = states.length();
    }
    return List.of(
        new Column.Longs(count, offsets, null),
        new Column.Ints(count, new int[count], null),
        new Column.Longs(count, systemTimes, null),
        new Column.Longs(count, times, null),
        new Column.Doubles(count, numbers[0], null),
        new Column.Doubles(count, numbers[1], null),
        new Column.Doubles(count, numbers[2], null),
        new Column.Bytes(
            count, deviceEnds, devices.toString().getBytes(StandardCharsets.US_ASCII), null),
        new Column.Bytes(
            count, statusEnds, states.toString().getBytes(StandardCharsets.US_ASCII), null));
  }
}
