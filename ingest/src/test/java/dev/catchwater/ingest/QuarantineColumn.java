package dev.catchwater.ingest;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.slice.SliceReader;
import dev.catchwater.columnar.slice.SliceRows;
import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the quarantine of a dataset says, hot and cold rows together.
record QuarantineColumn(Dataset of) {

  /// A column of all rows, by offset; nulls as `∅`.
  List<String> values(String name) {
    Optional<Dataset> found =
        of.workspace()
            .find(dev.catchwater.odf.identity.DatasetName.parse(of.name() + ".quarantine"));
    List<String> values = new ArrayList<>();
    if (found.isEmpty()) {
      return values;
    }
    HotRows hot = HotRows.of(found.get());
    List<DataSlice> slices = new ArrayList<>();
    found.get().slicesFrom(hot.state().head()).forEach(slices::add);
    for (DataSlice slice : slices.reversed()) {
      try (SliceReader reader = SliceReader.open(found.get().openSlice(slice))) {
        SliceRows rows = reader.read(0, reader.rowCount(), null);
        for (RecordBatch batch = rows.next(); batch != null; batch = rows.next()) {
          add(values, batch, name);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    for (RecordBatch batch : hot.batches()) {
      add(values, batch, name);
    }
    return values;
  }

  private static void add(List<String> values, RecordBatch batch, String name) {
    for (int row = 0; row < batch.rowCount(); row++) {
      values.add(PushFixture.value(batch, batch.schema().indexOf(name), row));
    }
  }
}
