package dev.catchwater.ingest;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.columnar.slice.SliceReader;
import dev.catchwater.columnar.slice.SliceRows;
import dev.catchwater.disk.Disk;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.read.InputFormat;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.manifest.Manifests;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.LockWait;
import dev.catchwater.storage.Workspace;
import dev.catchwater.testkit.PowerCut;
import dev.catchwater.testkit.SimDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/// A workspace on a disk in memory with one dataset in it, and pushes into it as short texts.
final class PushFixture {
  static final Instant SYSTEM_TIME = Instant.parse("2050-01-01T12:00:00Z");

  // Who opens a dataset again draws other names for the files of its indexes.
  private static final AtomicLong REOPENED = new AtomicLong(1_000_000);

  private final Disk disk;
  private final Dataset dataset;
  private final PushLimits limits;
  private final SplittableRandom random;
  private Instant now = SYSTEM_TIME;

  private PushFixture(Disk disk, Dataset dataset, PushLimits limits, SplittableRandom random) {
    this.random = random;
    this.disk = disk;
    this.dataset = dataset;
    this.limits = limits;
  }

  /// Lets go of a workspace whose disk has no power, or which the test goes on without: its threads
  /// would hold the whole disk.
  static void abandon(LiveWorkspace live) {
    try {
      live.close();
    } catch (PowerCut | CatchwaterException e) {
      // Nothing can be done on a disk without power.
    }
  }

  static PushFixture of(String manifest) {
    return of(manifest, new PushLimits(1 << 20, 1_000));
  }

  static PushFixture of(String manifest, PushLimits limits) {
    return of(manifest, limits, 1);
  }

  /// @param seed of the dataset's identity
  static PushFixture of(String manifest, PushLimits limits, long seed) {
    return of(new SimDisk(SimDisk.Mode.EXT4, 1), manifest, limits, seed);
  }

  /// The dataset that an earlier fixture left on a disk.
  static PushFixture reopened(Disk disk, PushLimits limits) {
    Workspace workspace = Workspace.find(disk, Path.of("/work"), null);
    return new PushFixture(
        disk, workspace.require("d"), limits, new SplittableRandom(REOPENED.incrementAndGet()));
  }

  static PushFixture of(Disk disk, String manifest, PushLimits limits, long seed) {
    Path root = Path.of("/work");
    try {
      disk.createDirectories(root);
      disk.syncDirectory(Path.of("/"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Workspace workspace = Workspace.init(disk, root);
    byte[] yaml = manifest.getBytes(StandardCharsets.UTF_8);
    Dataset made =
        workspace
            .create(
                Manifests.readSnapshots("test.yaml", yaml),
                SYSTEM_TIME.minusSeconds(60),
                new SplittableRandom(seed))
            .getFirst();
    return new PushFixture(disk, made, limits, new SplittableRandom(7));
  }

  /// A root dataset `d` with one source.
  ///
  /// @param read the flow mapping of the read step
  /// @param merge the flow mapping of the merge strategy
  static String manifest(String read, String merge, String... moreEvents) {
    StringBuilder text =
        new StringBuilder(
            """
            kind: DatasetSnapshot
            version: 1
            content:
              name: d
              kind: Root
              metadata:
                - kind: AddPushSource
                  sourceName: default
            """);
    text.append("      read: ").append(read).append('\n');
    text.append("      merge: ").append(merge).append('\n');
    for (String event : moreEvents) {
      text.append("    - ").append(event).append('\n');
    }
    return text.toString();
  }

  /// The same with steps, which [PlainSteps] does not look at.
  static String withSteps(String manifest) {
    return manifest.replace(
        "      merge: ",
        "      preprocess: {kind: Sql, engine: datafusion, query: \"SELECT * FROM input\"}\n"
            + "      merge: ");
  }

  Disk disk() {
    return disk;
  }

  Dataset dataset() {
    return dataset;
  }

  /// From now on pushes happen at this system time.
  PushFixture at(String time) {
    now = Instant.parse(time);
    return this;
  }

  PushRequest request(String... inputs) {
    List<PushInput> all = new ArrayList<>();
    for (int i = 0; i < inputs.length; i++) {
      String name = inputs.length == 1 ? null : "file-" + (i + 1);
      all.add(PushInput.bytes(name, inputs[i].getBytes(StandardCharsets.UTF_8)));
    }
    return PushRequest.of(dataset, all);
  }

  PushReport push(PushRequest request) {
    SliceOptions options = SliceOptions.defaults().withThreads(0);
    PlainSteps steps = new PlainSteps(disk);
    return new PushIngest(() -> now, random, options, limits, steps).push(request);
  }

  PushReport push(String... inputs) {
    return push(request(inputs));
  }

  PushReport push(InputFormat format, String input) {
    return push(request(input).withInputFormat(format));
  }

  void commit(MetadataEvent event) {
    try (DatasetWriter writer = dataset.openWriter(LockWait.none())) {
      writer.add(writer.systemTime(now), event);
      writer.commit();
    }
  }

  /// The fields of the dataset: `city: String!, population: Int64?`.
  String schema() {
    var schema = dataset.state().schema();
    if (schema == null) {
      return "none";
    }
    List<String> fields = new ArrayList<>();
    for (DataField field : schema.fields()) {
      DataType type = field.type();
      fields.add(field.name() + ": " + type.required().odfName() + (type.isOptional() ? "?" : "!"));
    }
    return String.join(", ", fields);
  }

  String watermark() {
    return String.valueOf(dataset.state().watermark());
  }

  /// All rows by offset: `3 0|2021-01-01T00:00:00Z|C 4000`, nulls as `∅`.
  List<String> rows() {
    List<DataSlice> slices = new ArrayList<>();
    dataset.slicesFromEnd().forEach(slices::add);
    List<String> rows = new ArrayList<>();
    for (DataSlice slice : slices.reversed()) {
      rows.addAll(rows(slice));
    }
    return rows;
  }

  /// The rows of the last slice.
  List<String> lastRows() {
    var slices = dataset.slicesFromEnd().iterator();
    return slices.hasNext() ? rows(slices.next()) : List.of();
  }

  private List<String> rows(DataSlice slice) {
    return rows(dataset, slice);
  }

  /// The rows of a slice.
  static List<String> rows(Dataset dataset, DataSlice slice) {
    List<String> texts = new ArrayList<>();
    try (SliceReader reader = SliceReader.open(dataset.openSlice(slice))) {
      SliceRows rows = reader.read(0, reader.rowCount(), null);
      for (RecordBatch batch = rows.next(); batch != null; batch = rows.next()) {
        for (int i = 0; i < batch.rowCount(); i++) {
          texts.add(text(batch, i));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return texts;
  }

  /// A row as [#rows()] shows it.
  static String text(RecordBatch batch, int row) {
    List<String> data = new ArrayList<>();
    for (int c = 4; c < batch.columns().size(); c++) {
      data.add(value(batch, c, row));
    }
    return value(batch, 0, row)
        + ' '
        + value(batch, 1, row)
        + '|'
        + value(batch, 3, row)
        + '|'
        + String.join(" ", data);
  }

  static String value(RecordBatch batch, int column, int row) {
    Column values = batch.column(column);
    DataType type = batch.schema().fields().get(column).type().required();
    if (values.isNull(row)) {
      return "∅";
    }
    return switch (values) {
      case Column.Bools c -> String.valueOf(c.values()[row] != 0);
      case Column.Ints c ->
          type == Scalar.DATE
              ? LocalDate.ofEpochDay(c.values()[row]).toString()
              : String.valueOf(c.values()[row]);
      case Column.Longs c ->
          type instanceof DataType.Timestamp
              ? Instant.ofEpochMilli(c.values()[row]).toString()
              : String.valueOf(c.values()[row]);
      case Column.Floats c -> String.valueOf(c.values()[row]);
      case Column.Doubles c -> String.valueOf(c.values()[row]);
      case Column.Bytes c ->
          new String(
              c.data(),
              c.offsets()[row],
              c.offsets()[row + 1] - c.offsets()[row],
              StandardCharsets.UTF_8);
      case Column.Lists _, Column.Structs _, Column.Nulls _ -> "?";
    };
  }
}
