package dev.catchwater.query.shape;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.batch.RowSelection;
import dev.catchwater.columnar.slice.SliceReader;
import dev.catchwater.columnar.slice.SliceRows;
import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.HashedBlock;
import dev.catchwater.storage.Slices;
import dev.catchwater.storage.Workspace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Datasets as statements see them, and what was found in their payloads: each payload of a slice
/// is looked at once, what was found is kept beside the dataset; those in no slice once a process.
/// Thread-safe.
public final class ShapedViews {
  private static final int DATASETS_MAX = 256;

  private final Shapes shapes;
  private final Map<DatasetId, Known> known = new LinkedHashMap<>(16, 0.75f, true);

  /// What of a dataset was looked at.
  private static final class Known {
    private @Nullable Multihash head;
    private PayloadFields inSlices = PayloadFields.NONE;
    private @Nullable ChainState followed;
    private long nextHot;
    private PayloadFields hot = PayloadFields.NONE;
  }

  /// Nothing is known yet.
  public ShapedViews(Shapes shapes) {
    this.shapes = shapes;
  }

  /// What a name means that is no dataset's.
  ///
  /// @param right as in [Shapes#find]
  public Optional<Shapes.Named> find(
      Workspace workspace, String name, Predicate<DatasetName> right) {
    return shapes.find(workspace, name, right);
  }

  /// What a dataset is.
  public Shape shape(Dataset dataset, HotRows rows) {
    return shapes.of(dataset, rows.state());
  }

  /// The fields of the payloads that a dataset had at a moment. Where another statement sees it at
  /// a later one meanwhile they may be those of that moment.
  public PayloadFields fields(Dataset dataset, HotRows rows) throws IOException {
    DataSchema schema = rows.schema();
    if (schema == null || schema.indexOf(Shape.PAYLOAD) < 0) {
      return PayloadFields.NONE;
    }
    Known mine;
    synchronized (known) {
      mine = known.computeIfAbsent(dataset.id(), _ -> new Known());
      if (known.size() > DATASETS_MAX) {
        known.remove(known.keySet().iterator().next());
      }
    }
    synchronized (mine) {
      return inSlices(mine, dataset, rows.state()).and(hot(mine, rows));
    }
  }

  private static PayloadFields inSlices(Known known, Dataset dataset, ChainState state)
      throws IOException {
    Multihash head = state.head();
    FieldFile file = new FieldFile(dataset);
    if (known.head == null) {
      FieldFile.Kept kept = file.load();
      if (kept != null) {
        known.head = kept.head();
        known.inSlices = kept.fields();
      }
    }
    if (head.equals(known.head)) {
      return known.inSlices;
    }
    List<DataSlice> newer = new ArrayList<>();
    boolean isKnown = false;
    long firstKept = Slices.firstKept(dataset.blocksFrom(head));
    for (HashedBlock block : dataset.blocksFrom(head)) {
      isKnown = block.hash().equals(known.head);
      if (isKnown) {
        break;
      }
      DataSlice slice = Slices.of(block.block().event());
      if (slice != null && slice.offsetEnd() >= firstKept) {
        newer.addFirst(slice);
      }
    }
    PayloadScan scan = new PayloadScan();
    for (DataSlice slice : newer) {
      read(dataset, slice, scan);
    }
    PayloadFields found = isKnown ? known.inSlices.and(scan.fields()) : scan.fields();
    boolean isBehind = !isKnown && !head.equals(dataset.head());
    if (!isBehind) {
      known.head = head;
      known.inSlices = found;
      file.store(new FieldFile.Kept(head, found));
    }
    return found;
  }

  private static void read(Dataset dataset, DataSlice slice, PayloadScan scan) throws IOException {
    try (SliceReader reader = SliceReader.open(dataset.openSlice(slice))) {
      if (reader.schema().indexOf(Shape.PAYLOAD) < 0) {
        return;
      }
      SliceRows rows = reader.read(0, reader.rowCount(), List.of(Shape.PAYLOAD));
      for (RecordBatch batch = rows.next(); batch != null; batch = rows.next()) {
        scan.add(batch);
      }
    }
  }

  // Rows behind a chain are only ever added as long as they speak of the same state.
  private static PayloadFields hot(Known known, HotRows rows) {
    if (known.followed != rows.state()) {
      known.followed = rows.state();
      known.nextHot = rows.firstOffset();
      known.hot = PayloadFields.NONE;
    }
    long next = rows.nextOffset();
    if (known.nextHot < next) {
      PayloadScan scan = new PayloadScan();
      long end = next;
      List<RecordBatch> newer = new ArrayList<>();
      for (RecordBatch batch : rows.batches().reversed()) {
        int count = (int) Math.min(batch.rowCount(), end - known.nextHot);
        if (count <= 0) {
          break;
        }
        boolean isWhole = count == batch.rowCount();
        newer.addFirst(
            isWhole ? batch : RowSelection.slice(batch, batch.rowCount() - count, count));
        end -= batch.rowCount();
      }
      newer.forEach(scan::add);
      known.hot = known.hot.and(scan.fields());
      known.nextHot = next;
    }
    return known.hot;
  }
}
