package dev.catchwater.storage;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.ColumnBuilder;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.columnar.slice.SliceWriter;
import dev.catchwater.columnar.slice.WrittenSlice;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.DatasetKind;
import dev.catchwater.odf.event.MetadataEvent.SetDataSchema;
import dev.catchwater.odf.event.MetadataEvent.SetTransform;
import dev.catchwater.odf.event.MetadataEvent.TransformInput;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.manifest.DatasetSnapshot;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.odf.source.ReadStep;
import dev.catchwater.odf.source.Transform;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/// What the storage tests share: manifests and pushes of opaque slices.
public final class Fixtures {
  public static final Path HOME = Path.of("/home");
  public static final Instant START = Instant.parse("2024-01-31T03:51:03.618Z");
  public static final DataSchema SCHEMA =
      DataSchema.of(
          List.of(
              DataField.of("offset", Scalar.INT64),
              DataField.of("op", Scalar.INT32),
              DataField.of("system_time", DataType.Timestamp.MILLIS_UTC),
              DataField.of("event_time", DataType.Timestamp.MILLIS_UTC),
              DataField.of("speed", Scalar.FLOAT64)));

  private Fixtures() {}

  public static DatasetSnapshot root(String name) {
    return new DatasetSnapshot(
        DatasetName.parse(name),
        null,
        DatasetKind.ROOT,
        List.of(
            new AddPushSource(
                "default",
                new ReadStep.NdJson(null, null, null, null, null),
                null,
                new MergeStrategy.Append()),
            new SetDataSchema(null, SCHEMA)));
  }

  public static DatasetSnapshot derivative(String name, String... inputs) {
    List<TransformInput> transformInputs = new ArrayList<>();
    for (String input : inputs) {
      transformInputs.add(new TransformInput(input, null));
    }
    return new DatasetSnapshot(
        DatasetName.parse(name),
        null,
        DatasetKind.DERIVATIVE,
        List.<MetadataEvent>of(
            new SetTransform(
                transformInputs,
                new Transform(
                    "duckdb",
                    null,
                    null,
                    List.of(new Transform.SqlQueryStep(null, "select 1")),
                    null))));
  }

  public static Dataset create(Workspace workspace, String name) {
    return workspace
        .create(List.of(root(name)), START, new SplittableRandom(name.hashCode()))
        .getFirst();
  }

  /// Pushes a slice of bytes that only look like one.
  public static List<HashedBlock> push(Dataset dataset, byte[] content, int rows)
      throws IOException {
    try (DatasetWriter writer = dataset.openWriter(LockWait.none())) {
      return push(writer, content, rows);
    }
  }

  public static List<HashedBlock> push(DatasetWriter writer, byte[] content, int rows)
      throws IOException {
    StagedFile staged = writer.stage();
    staged.file().write(content, 0, content.length, 0);
    Multihash physical = Multihash.sha3(content);
    Long last = writer.state().lastOffset();
    long start = last == null ? 0 : last + 1;
    Instant time = writer.systemTime(START.plusMillis(writer.state().blockCount()));
    AddData event =
        new AddData(
            null,
            last,
            new DataSlice(
                Multihash.of(Multihash.ARROW0_SHA3_256, physical.digest()),
                physical,
                start,
                start + rows - 1,
                content.length),
            null,
            time,
            null,
            null);
    return writer.commit(List.of(new NewEvent(time, event)), Map.of(physical, staged));
  }

  /// Pushes real rows, so that all of it can be verified.
  public static List<HashedBlock> pushRows(Dataset dataset, int rows) throws IOException {
    try (DatasetWriter writer = dataset.openWriter(LockWait.none())) {
      return pushRows(writer, rows);
    }
  }

  public static List<HashedBlock> pushRows(DatasetWriter writer, int rows) throws IOException {
    return pushRows(writer, rows, writer.systemTime(START.plusMillis(writer.state().blockCount())));
  }

  /// Pushes real rows of a system time of their own.
  public static List<HashedBlock> pushRows(DatasetWriter writer, int rows, Instant rowTime)
      throws IOException {
    Long last = writer.state().lastOffset();
    long start = last == null ? 0 : last + 1;
    Instant time = writer.systemTime(START.plusMillis(writer.state().blockCount()));
    DataSchema schema = Objects.requireNonNull(writer.state().schema());
    StagedFile staged = writer.stage();
    WrittenSlice written;
    try (SliceWriter slice =
        SliceWriter.create(staged.file(), schema, SliceOptions.defaults().withThreads(0))) {
      slice.write(batch(schema, start, rowTime, rows));
      written = slice.finish();
    }
    DataSlice slice =
        new DataSlice(
            written.logicalHash(), written.physicalHash(), start, start + rows - 1, written.size());
    Instant known = writer.state().watermark();
    Instant watermark = known != null && known.isAfter(time) ? known : time;
    AddData event = new AddData(null, last, slice, null, watermark, null, null);
    return writer.commit(
        List.of(new NewEvent(time, event)), Map.of(written.physicalHash(), staged));
  }

  private static RecordBatch batch(DataSchema schema, long start, Instant time, int rows) {
    long[] offsets = new long[rows];
    int[] operations = new int[rows];
    long[] systemTimes = new long[rows];
    long[] eventTimes = new long[rows];
    double[] speeds = new double[rows];
    for (int row = 0; row < rows; row++) {
      offsets[row] = start + row;
      systemTimes[row] = time.toEpochMilli();
      eventTimes[row] = time.toEpochMilli() - rows + row;
      speeds[row] = (start + row) / 8.0;
    }
    List<Column> columns =
        new ArrayList<>(
            List.of(
                new Column.Longs(rows, offsets, null),
                new Column.Ints(rows, operations, null),
                new Column.Longs(rows, systemTimes, null),
                new Column.Longs(rows, eventTimes, null),
                new Column.Doubles(rows, speeds, null)));
    for (DataField added : schema.fields().subList(columns.size(), schema.fields().size())) {
      ColumnBuilder nulls = ColumnBuilder.of(added.type());
      for (int row = 0; row < rows; row++) {
        nulls.appendNull();
      }
      columns.add(nulls.build());
    }
    return new RecordBatch(schema, rows, columns);
  }
}
