package dev.catchwater.query.quarantine;

import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.quarantine.QuarantineDataset;
import dev.catchwater.ingest.quarantine.RowState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.storage.Dataset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The quarantine of one dataset, for people: what is in it, and what becomes of it. Thread-safe.
public final class QuarantineDesk {
  private final Dataset dataset;
  private final Function<Dataset, HotRows> rows;

  private QuarantineDesk(Dataset dataset, Function<Dataset, HotRows> rows) {
    this.dataset = dataset;
    this.rows = rows;
  }

  /// The desk of a process that keeps no dataset open.
  public static QuarantineDesk of(Dataset dataset) {
    return new QuarantineDesk(dataset, HotRows::of);
  }

  /// The desk of a process that does.
  public static QuarantineDesk of(Dataset dataset, LiveWorkspace live) {
    return new QuarantineDesk(dataset, any -> live.dataset(any).hotRows());
  }

  /// Rows of a list, and where the next begin.
  ///
  /// @param next the id to go on after, null at the end
  public record Page(List<QuarantinedRow> rows, @Nullable String next) {
    public Page {
      rows = List.copyOf(rows);
    }
  }

  private Optional<QuarantineScan> scan() {
    return QuarantineDataset.find(dataset)
        .map(found -> new QuarantineScan(found, rows.apply(found)));
  }

  /// Rows in the order they arrived.
  ///
  /// @param after only those behind the row with this id, null from the first one on
  public Page list(RowFilter filter, @Nullable String after, int limit) {
    List<QuarantinedRow> found = new ArrayList<>();
    boolean[] isBehind = {after == null};
    scan()
        .ifPresent(scan ->
            scan.each(row -> {
              if (isBehind[0] && filter.has(row)) {
                found.add(row);
              }
              isBehind[0] |= row.id().equals(after);
              return found.size() <= limit;
            }));
    boolean hasMore = found.size() > limit;
    List<QuarantinedRow> page = hasMore ? found.subList(0, limit) : found;
    return new Page(page, hasMore && limit > 0 ? page.getLast().id() : null);
  }

  /// The rows by cause, the most frequent first.
  public List<CauseGroup> groups(RowFilter filter) {
    Map<QuarantinedRow.Reason, CauseGroup> groups = new LinkedHashMap<>();
    scan()
        .ifPresent(scan ->
            scan.each(row -> {
              if (filter.has(row)) {
                groups.merge(key(row.why()), CauseGroup.of(row), (known, _) -> known.plus(row));
              }
              return true;
            }));
    List<CauseGroup> all = new ArrayList<>(groups.values());
    all.sort((one, other) -> Long.compare(other.count(), one.count()));
    return all;
  }

  private static QuarantinedRow.Reason key(QuarantinedRow.Reason why) {
    return new QuarantinedRow.Reason(why.code(), why.field(), "", null, why.cause());
  }

  /// How many rows stand how.
  public Map<RowState, Long> counts() {
    Map<RowState, Long> counts = new LinkedHashMap<>();
    for (RowState state : RowState.values()) {
      counts.put(state, 0L);
    }
    scan()
        .ifPresent(scan ->
            scan.each(row -> {
              counts.merge(row.state(), 1L, Long::sum);
              return true;
            }));
    return counts;
  }

  /// One row.
  ///
  /// @throws CatchwaterException `OBJECT_NOT_FOUND`
  public QuarantinedRow require(String id) {
    List<QuarantinedRow> found = list(RowFilter.of(id), null, 1).rows();
    if (found.isEmpty()) {
      throw CatchwaterException.of(
              ErrorCode.OBJECT_NOT_FOUND, "No row " + id + " is in quarantine of " + dataset.name())
          .withHint("the list has the ids");
    }
    return found.getFirst();
  }
}
