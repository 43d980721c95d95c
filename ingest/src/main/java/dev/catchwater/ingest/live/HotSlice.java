package dev.catchwater.ingest.live;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.columnar.slice.SliceWriter;
import dev.catchwater.columnar.slice.WrittenSlice;
import dev.catchwater.ingest.live.receipt.Receipts;
import dev.catchwater.ingest.live.record.PushMemory;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.ExtraAttributes;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.StagedFile;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Hot rows become a slice. Each row keeps the system time of its push; the block has that of the
/// last one.
final class HotSlice {
  private HotSlice() {}

  /// What goes into the next slice.
  ///
  /// @param rows all rows that are in none
  /// @param sequence of the last record of them
  /// @param receipts of the pushes that brought them
  record Cut(
      List<RecordBatch> rows,
      long sequence,
      PushMemory.Mark mark,
      Receipts.Mark receipts,
      Instant systemTime,
      @Nullable Instant watermark) {}

  /// Writes and commits the rows of a cut; drops what it wrote where that fails.
  ///
  /// @param extra of the block, or null
  /// @return the chain with them
  /// @throws dev.catchwater.odf.error.CatchwaterException if the disk refused
  static ChainState commit(
      DatasetWriter writer,
      DataSchema stored,
      SliceOptions options,
      Cut cut,
      @Nullable ExtraAttributes extra)
      throws IOException {
    boolean isDone = false;
    StagedFile file = writer.stage();
    try (SliceWriter slice = SliceWriter.create(file.file(), stored, options)) {
      for (RecordBatch batch : cut.rows()) {
        slice.write(batch);
      }
      WrittenSlice written = slice.finish();
      writer.adopt(file, written.physicalHash());
      ChainState state = writer.state();
      Long last = state.lastOffset();
      long first = last == null ? 0 : last + 1;
      DataSlice data =
          new DataSlice(
              written.logicalHash(),
              written.physicalHash(),
              first,
              first + written.rowCount() - 1,
              written.size());
      writer.add(
          writer.systemTime(cut.systemTime()),
          new AddData(
              state.lastCheckpoint(),
              last,
              data,
              null,
              cut.watermark(),
              state.lastSourceState(),
              extra));
      writer.requireLock();
      writer.commit();
      isDone = true;
      return writer.state();
    } finally {
      if (!isDone) {
        writer.rollBack();
      }
    }
  }
}
