package dev.catchwater.ingest;

import dev.catchwater.ingest.index.StateIndex;
import dev.catchwater.ingest.merge.ChangelogMerge;
import dev.catchwater.ingest.merge.EventTimeFallback;
import dev.catchwater.ingest.merge.RowMerge;
import dev.catchwater.ingest.merge.RowSink;
import dev.catchwater.ingest.merge.ScratchSpace;
import dev.catchwater.ingest.merge.StateMerge;
import dev.catchwater.ingest.read.RowFaults;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.storage.DatasetWriter;
import java.io.IOException;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The merges of Snapshot, UpsertStream and ChangelogStream sources. Apart from [PushRun], so that
/// a push into another source loads none of this.
final class KeyedMerges {
  private final DatasetWriter writer;
  private final MergeStrategy strategy;
  private final PushLimits limits;
  private final boolean allowsEmpty;
  private @Nullable StateIndex index;

  KeyedMerges(
      DatasetWriter writer, MergeStrategy strategy, PushLimits limits, boolean allowsEmpty) {
    this.writer = writer;
    this.strategy = strategy;
    this.limits = limits;
    this.allowsEmpty = allowsEmpty;
  }

  /// The index that the push uses; null before the first merge and for a ChangelogStream.
  @Nullable StateIndex index() {
    return index;
  }

  /// The merge of the next input.
  ///
  /// @param head before the push
  /// @param hasData whether there were rows before the push
  RowMerge merge(
      EventTimeFallback fallback,
      RowSink sink,
      ScratchSpace scratch,
      RowFaults faults,
      Multihash head,
      boolean hasData,
      RandomGenerator random)
      throws IOException {
    List<String> key = strategy.primaryKey();
    if (strategy instanceof MergeStrategy.ChangelogStream) {
      return new ChangelogMerge(fallback, key, sink, scratch, limits.rowBytesMax());
    }
    String operation = writer.state().vocabulary().operationType();
    boolean isWhole = strategy instanceof MergeStrategy.Snapshot;
    StateIndex open = index;
    if (open == null) {
      open =
          StateIndex.open(
              writer.dataset(),
              isWhole ? fallback.schema() : withoutLast(fallback.schema()),
              operation,
              key,
              strategy instanceof MergeStrategy.Snapshot snapshot
                  ? snapshot.compareColumns()
                  : null,
              head,
              hasData,
              random,
              limits.rowBytesMax() / 2);
      index = open;
    }
    return new StateMerge(
        new StateMerge.Rules(isWhole, allowsEmpty),
        open,
        fallback,
        key,
        operation,
        sink,
        scratch,
        faults,
        limits.rowBytesMax(),
        limits.windowRowsMax());
  }

  private static DataSchema withoutLast(DataSchema schema) {
    List<DataField> fields = schema.fields();
    return DataSchema.of(fields.subList(0, fields.size() - 1));
  }
}
