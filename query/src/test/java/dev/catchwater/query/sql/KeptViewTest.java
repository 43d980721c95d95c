package dev.catchwater.query.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.ColumnBuilder;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.slice.SliceReader;
import dev.catchwater.columnar.slice.SliceRows;
import dev.catchwater.disk.LocalDisk;
import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.odf.event.MetadataEvent.DatasetKind;
import dev.catchwater.odf.event.MetadataEvent.SetDataSchema;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.manifest.DatasetSnapshot;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The files of rows that are in no slice, kept from one statement to the next.
class KeptViewTest {
  private static final DataSchema SCHEMA =
      DataSchema.of(
          List.of(
              DataField.of("offset", Scalar.INT64),
              DataField.of("op", Scalar.INT32),
              DataField.of("system_time", DataType.Timestamp.MILLIS_UTC),
              DataField.of("event_time", DataType.Timestamp.MILLIS_UTC)));

  @TempDir Path folder;

  private static RecordBatch rows(long first, int count) {
    List<Column> columns = new ArrayList<>();
    for (DataField field : SCHEMA.fields()) {
      ColumnBuilder builder = ColumnBuilder.of(field.type());
      for (int i = 0; i < count; i++) {
        if (builder instanceof ColumnBuilder.Ints ints) {
          ints.append(0);
        } else if (builder instanceof ColumnBuilder.Longs longs) {
          longs.append(first + i);
        }
      }
      columns.add(builder.build());
    }
    return new RecordBatch(SCHEMA, count, columns);
  }

  private static void requireRows(KeptView.Use use, Dataset dataset, long count)
      throws IOException {
    long next = 0;
    for (Path file : use.view().files()) {
      try (SliceReader reader = SliceReader.open(dataset.disk().openForRead(file))) {
        SliceRows all = reader.read(0, reader.rowCount(), List.of("offset"));
        for (RecordBatch batch = all.next(); batch != null; batch = all.next()) {
          for (long offset : ((Column.Longs) batch.column(0)).values()) {
            assertThat(offset).isEqualTo(next++);
          }
        }
      }
    }
    assertThat(next).isEqualTo(count);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder.resolve(".catchwater/run"))) {
      return all.filter(path -> path.toString().endsWith(".parquet")).toList();
    }
  }

  @Test
  void aUseSeesEveryRowOnceAndItsFilesAreThereUntilItEnds() throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    Workspace workspace = Workspace.init(new LocalDisk(), folder);
    DatasetSnapshot gps =
        new DatasetSnapshot(
            DatasetName.parse("gps"),
            null,
            DatasetKind.ROOT,
            List.of(new SetDataSchema(null, SCHEMA)));
    Dataset dataset =
        workspace.create(List.of(gps), Instant.parse("2024-01-01T00:00:00Z"), random).getFirst();
    KeptViews views = new KeptViews(workspace);
    HotRows hot = new HotRows(dataset.state(), List.of());
    List<KeptView.Use> held = new ArrayList<>();
    List<Long> counts = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      if (random.nextInt(40) == 0) {
        // Another history behind the same block, as after a reset.
        hot = new HotRows(dataset.state(), List.of());
      }
      List<RecordBatch> batches = new ArrayList<>(hot.batches());
      for (int more = random.nextInt(3); more > 0; more--) {
        int count = random.nextInt(10) == 0 ? 1 + random.nextInt(500) : 1;
        long before = new HotRows(hot.state(), batches).nextOffset();
        batches.add(rows(before, count));
      }
      hot = new HotRows(hot.state(), batches);
      KeptView.Use use = views.use(dataset, hot);
      assertThat(use.view().files().size()).isLessThan(16);
      requireRows(use, dataset, hot.rowCount());
      held.add(use);
      counts.add(hot.rowCount());
      if (held.size() > 3) {
        int ended = random.nextInt(held.size());
        requireRows(held.get(ended), dataset, counts.get(ended));
        held.remove(ended).close();
        counts.remove(ended);
      }
    }
    for (KeptView.Use use : held) {
      use.close();
    }
    try (KeptView.Use use = views.use(dataset, hot)) {
      assertThat(files()).hasSameSizeAs(use.view().files());
    }
    views.close();
    assertThat(files()).isEmpty();
  }
}
