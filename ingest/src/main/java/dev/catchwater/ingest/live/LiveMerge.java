package dev.catchwater.ingest.live;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.batch.RowSelection;
import dev.catchwater.ingest.PushCounts;
import dev.catchwater.ingest.PushOutcome;
import dev.catchwater.ingest.PushReading;
import dev.catchwater.ingest.PushReport;
import dev.catchwater.ingest.PushRequest;
import dev.catchwater.ingest.index.LiveKeys;
import dev.catchwater.ingest.index.LiveStates;
import dev.catchwater.ingest.merge.AppendMerge;
import dev.catchwater.ingest.merge.ChangelogMerge;
import dev.catchwater.ingest.merge.EventTimeFallback;
import dev.catchwater.ingest.merge.KeyText;
import dev.catchwater.ingest.merge.LedgerMerge;
import dev.catchwater.ingest.merge.RowMerge;
import dev.catchwater.ingest.merge.RowSink;
import dev.catchwater.ingest.merge.RowSource;
import dev.catchwater.ingest.merge.ScratchSpace;
import dev.catchwater.ingest.merge.StateMerge;
import dev.catchwater.ingest.sieve.Cause;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.source.MergeStrategy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which rows of a reading stay, in their order; the same strategies as for a push into a slice,
/// all in memory.
///
/// @param rows event time and data columns, the operation type behind them where not all rows are
///   additions; null where none stays
/// @param conflicts the first rows whose key was known with other content
record LiveMerge(
    @Nullable RecordBatch rows, PushCounts counts, List<PushReport.Conflict> conflicts) {
  /// No row came.
  static final LiveMerge NOTHING = new LiveMerge(null, PushCounts.NONE, List.of());

  // What a push through the journal brings is never spilled.
  private static final long BYTES_MAX = Long.MAX_VALUE;
  private static final ScratchSpace NO_SCRATCH =
      () -> {
        throw new IllegalStateException("a push through the journal is merged in memory");
      };

  /// Thrown where a push takes away more rows than the journal takes: it goes into a slice
  /// directly.
  static final class TooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooLargeException() {
      super("more rows than the journal takes");
    }
  }

  /// What a merge needs beside the rows.
  ///
  /// @param operation the name of the operation type column
  /// @param nextOffset that the first row gets
  /// @param windowRowsMax how many rows are looked up together
  /// @param stateBytesMax how many bytes of rows a Snapshot may store: what a small one retracts
  ///   may be all that there is
  record Tools(
      StoredRows form, String operation, long nextOffset, int windowRowsMax, long stateBytesMax) {
    private static final int STATE_BYTES_A_BODY_BYTE = 8;

    static Tools of(StoredRows form, ChainState state, long nextOffset, LiveTools tools) {
      return new Tools(
          form,
          state.vocabulary().operationType(),
          nextOffset,
          tools.limits().windowRowsMax(),
          STATE_BYTES_A_BODY_BYTE * tools.settings().directBytes());
    }
  }

  /// @param decider of the dataset by the source's key columns
  /// @throws CatchwaterException `BAD_DATA` for a null in a key column of a Ledger, operation types
  ///   of a ChangelogStream that are no pairs, a key that a Snapshot has twice
  /// @throws TooLargeException if a Snapshot takes away more than the journal takes
  static LiveMerge of(
      PushReading reading,
      PushRequest request,
      Instant systemTime,
      HotKeys.Decider decider,
      Tools tools)
      throws IOException {
    if (reading.batches().isEmpty()
        && !(reading.source().merge() instanceof MergeStrategy.Snapshot)) {
      return NOTHING;
    }
    Instant given = request.eventTime();
    EventTimeFallback fallback =
        new EventTimeFallback(reading.rows(), given == null ? systemTime : given);
    List<RecordBatch> kept = new ArrayList<>(1);
    List<PushReport.Conflict> conflicts = new ArrayList<>(0);
    Sink sink = new Sink(kept, tools.nextOffset);
    RowMerge merge;
    if (decider.keys() != null) {
      merge = ledger(reading, request, decider.keys(), fallback, sink, conflicts, tools);
    } else if (decider.states() != null) {
      merge = states(reading, request, decider.states(), fallback, sink, tools);
    } else if (reading.source().merge() instanceof MergeStrategy.ChangelogStream changelog) {
      merge = new ChangelogMerge(fallback, changelog.primaryKey(), sink, NO_SCRATCH, BYTES_MAX);
    } else {
      merge = new AppendMerge(fallback, sink, NO_SCRATCH, BYTES_MAX);
    }
    try (merge) {
      for (RecordBatch batch : reading.batches()) {
        merge.accept(batch);
      }
      reading.faults().raise();
      merge.finish();
      reading.faults().raise();
    } catch (CatchwaterException e) {
      throw PushReading.named(e, request.inputs().getFirst());
    }
    RecordBatch rows =
        kept.isEmpty()
            ? null
            : tools.form.merged(RowSelection.concat(kept.getFirst().schema(), kept));
    return new LiveMerge(rows, merge.counts(), conflicts);
  }

  /// The report of a producer's push that was applied, of which no more is known.
  static PushReport forgotten(PushIdentity identity, Around around) {
    Producer producer = identity.producer();
    String what =
        producer == null
            ? "This push"
            : "Sequence " + producer.sequence() + " of producer " + producer.id();
    return NOTHING.report(null, List.of(what + " was applied before"), around);
  }

  private static RowMerge ledger(
      PushReading reading,
      PushRequest request,
      LiveKeys keys,
      EventTimeFallback fallback,
      Sink sink,
      List<PushReport.Conflict> conflicts,
      Tools tools) {
    String input = request.inputs().getFirst().name();
    List<String> key = reading.source().merge().primaryKey();
    return new LedgerMerge(
        keys,
        fallback,
        sink,
        NO_SCRATCH,
        (row, batch, index) -> {
          if (conflicts.size() < PushReport.CONFLICTS_MAX) {
            conflicts.add(new PushReport.Conflict(input, row, KeyText.of(batch, index, key)));
          }
        },
        reading.faults(),
        BYTES_MAX,
        tools.windowRowsMax);
  }

  private static RowMerge states(
      PushReading reading,
      PushRequest request,
      LiveStates states,
      EventTimeFallback fallback,
      Sink sink,
      Tools tools) {
    boolean isWhole = reading.source().merge() instanceof MergeStrategy.Snapshot;
    return new StateMerge(
        new StateMerge.Rules(isWhole, request.allowsEmpty()),
        states.index(),
        fallback,
        reading.source().merge().primaryKey(),
        tools.operation,
        sink,
        () -> {
          throw new TooLargeException();
        },
        reading.faults(),
        isWhole ? tools.stateBytesMax : BYTES_MAX,
        tools.windowRowsMax);
  }

  /// What a report says beside what the merge did.
  ///
  /// @param head of the slices
  /// @param nextOffset that the first row gets
  /// @param form null before there are columns
  /// @param watermark before the push
  record Around(
      Multihash head,
      long nextOffset,
      @Nullable StoredRows form,
      @Nullable Instant watermark,
      Instant systemTime,
      Duration elapsed) {}

  /// The report of the push; its rows are in no block yet.
  PushReport report(@Nullable PushReading reading, List<String> warnings, Around around) {
    Instant latest = around.watermark;
    PushReport.Offsets offsets = null;
    if (rows != null && around.form != null) {
      Instant mine = around.form.latestEventTime(rows);
      latest = latest == null || mine.isAfter(latest) ? mine : latest;
      long first = around.nextOffset;
      offsets = new PushReport.Offsets(first, first + rows.rowCount() - 1);
    }
    return new PushReport(
        rows == null ? PushOutcome.UP_TO_DATE : PushOutcome.UPDATED,
        false,
        reading == null ? counts : counts.plus(reading.asideCounts()),
        reading == null ? 0 : reading.counts().rows() + reading.refused().size(),
        reading == null ? 0 : reading.counts().bytesRead(),
        offsets,
        null,
        around.head,
        0,
        0,
        latest,
        around.systemTime,
        reading == null ? Map.of() : reading.counts().ignoredFields(),
        reading == null ? 0 : reading.counts().truncatedTimes(),
        conflicts,
        List.of(),
        reading == null || reading.refused().isEmpty() ? List.of() : Cause.shown(reading.refused()),
        warnings,
        around.elapsed);
  }

  private record Sink(List<RecordBatch> kept, long firstOffset) implements RowSink {
    @Override
    public void accept(RecordBatch rows) {
      if (rows.rowCount() > 0) {
        kept.add(rows);
      }
    }

    @Override
    public long nextOffset() {
      long next = firstOffset;
      for (RecordBatch rows : kept) {
        next += rows.rowCount();
      }
      return next;
    }

    @Override
    public RowSource takeBack() {
      List<RecordBatch> all = new ArrayList<>(kept);
      kept.clear();
      return new Given(all);
    }
  }

  private static final class Given implements RowSource {
    private final List<RecordBatch> batches;
    private int next;

    Given(List<RecordBatch> batches) {
      this.batches = batches;
    }

    @Override
    public @Nullable RecordBatch next() {
      return next == batches.size() ? null : batches.get(next++);
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }
}
