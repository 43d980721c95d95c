package dev.catchwater.storage.compact;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.columnar.slice.SliceReader;
import dev.catchwater.columnar.slice.SliceRows;
import dev.catchwater.columnar.slice.SliceWriter;
import dev.catchwater.columnar.slice.WrittenSlice;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.StagedFile;
import dev.catchwater.storage.verify.Verifier;
import java.io.IOException;
import java.util.List;

/// Writes the rows of neighbouring slices into one. Memory is that of one batch.
///
/// @param schema of all of them
record SliceMerge(DatasetWriter writer, DataSchema schema, SliceOptions options) {

  /// Whether a slice's file has the columns that its chain declares. A file that cannot be read has
  /// them, so that it is found out when it is read.
  static boolean hasColumns(DatasetWriter writer, DataSlice slice, DataSchema schema)
      throws IOException {
    try (SliceReader reader = SliceReader.open(writer.dataset().openSlice(slice))) {
      return Verifier.difference(schema, reader.schema()) == null;
    } catch (CatchwaterException e) {
      return true;
    }
  }

  DataSlice run(List<DataSlice> slices) throws IOException {
    StagedFile file = writer.stage();
    WrittenSlice written;
    try (SliceWriter merged = SliceWriter.create(file.file(), schema, options)) {
      for (DataSlice slice : slices) {
        copy(slice, merged);
      }
      written = merged.finish();
    }
    long start = slices.getFirst().offsetStart();
    long end = slices.getLast().offsetEnd();
    if (written.rowCount() != end - start + 1) {
      throw CatchwaterException.at(
          ErrorCode.CORRUPT,
          Place.of(writer.dataset().slicePath(slices.getFirst()).toString()),
          "The slices " + start + " to " + end + " have " + written.rowCount() + " rows");
    }
    writer.adopt(file, written.physicalHash());
    return new DataSlice(written.logicalHash(), written.physicalHash(), start, end, written.size());
  }

  private void copy(DataSlice slice, SliceWriter merged) throws IOException {
    List<CatchwaterException> problems =
        Verifier.checkBytes(writer.dataset().disk(), writer.dataset().slicePath(slice), slice);
    if (!problems.isEmpty()) {
      throw problems.getFirst();
    }
    try (SliceReader reader = SliceReader.open(writer.dataset().openSlice(slice))) {
      SliceRows rows = reader.read(0, reader.rowCount(), null);
      for (RecordBatch batch = rows.next(); batch != null; batch = rows.next()) {
        merged.write(new RecordBatch(schema, batch.rowCount(), batch.columns()));
      }
    }
  }
}
