package dev.catchwater.query.quarantine;

import dev.catchwater.ingest.PushCounts;
import dev.catchwater.ingest.PushReport;
import dev.catchwater.ingest.PushRequest;
import dev.catchwater.ingest.live.LiveDataset;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.live.PushIdentity;
import dev.catchwater.ingest.quarantine.QuarantineDataset;
import dev.catchwater.ingest.quarantine.RowChange;
import dev.catchwater.ingest.quarantine.RowState;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.ingest.sieve.Cause;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.ErrorKind;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.query.quarantine.QuarantinedRow.End;
import dev.catchwater.query.quarantine.QuarantinedRow.Reason;
import dev.catchwater.storage.Dataset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Pushes rows of a quarantine again, each exactly once, and notes what became of them.
///
/// A row is a push of its own with an idempotency key that is made from its id. Whoever replays a
/// row again, also after a crash between the push and the note, finds the report of that key, and
/// only the note is made. Thread-safe.
public final class Replay {
  private static final String KEY = "quarantine:";
  private static final int NOTED_AT_ONCE = 100;
  private static final int ROWS_AT_ONCE = 5_000;

  private final LiveWorkspace live;
  private final Dataset dataset;
  private final QuarantineDesk desk;

  /// Of the quarantine of a dataset.
  public Replay(LiveWorkspace live, Dataset dataset) {
    this.live = live;
    this.dataset = dataset;
    desk = QuarantineDesk.of(dataset, live);
  }

  /// Counts and first rows of a replay under way.
  private static final class Sum {
    private final List<QuarantinedRow> shown = new ArrayList<>();
    private final List<RowChange> changes = new ArrayList<>();
    private long replayed;
    private long failed;
    private long settled;
    private long dropped;

    void add(QuarantinedRow row) {
      if (shown.size() < ReplayReport.SHOWN_MAX) {
        shown.add(row);
      }
    }

    ReplayReport report() {
      return new ReplayReport(shown, replayed, failed, settled, dropped);
    }
  }

  /// Pushes rows again.
  ///
  /// @param filter which ones; those that are not open are left as they are
  /// @throws CatchwaterException where the disk refused, or the dataset takes no pushes: rows that
  ///   were taken before are noted, or will be by the next replay
  public ReplayReport replay(RowFilter filter) {
    Sum sum = new Sum();
    String after = null;
    do {
      QuarantineDesk.Page page = desk.list(filter, after, ROWS_AT_ONCE);
      run(page.rows(), null, sum);
      after = page.next();
    } while (after != null);
    return sum.report();
  }

  /// Pushes something in the place of a row.
  ///
  /// @param fixed the row as it should have been, in the format that it came in
  /// @throws CatchwaterException `OBJECT_NOT_FOUND`, or as [#replay(RowFilter)]
  public ReplayReport replay(String id, byte @Nullable [] fixed) {
    Sum sum = new Sum();
    run(List.of(desk.require(id)), fixed, sum);
    return sum.report();
  }

  private void run(List<QuarantinedRow> rows, byte @Nullable [] fixed, Sum sum) {
    Dataset quarantine = QuarantineDataset.find(dataset).orElse(null);
    if (quarantine == null) {
      return;
    }
    try {
      for (QuarantinedRow row : rows) {
        if (row.state() == RowState.OPEN) {
          replay(row, fixed, sum);
        } else {
          sum.settled++;
          sum.add(row);
        }
        if (sum.changes.size() >= NOTED_AT_ONCE) {
          write(quarantine, sum);
        }
      }
    } finally {
      write(quarantine, sum);
    }
  }

  private void write(Dataset quarantine, Sum sum) {
    live.quarantine().change(quarantine, sum.changes);
    sum.changes.clear();
  }

  private void replay(QuarantinedRow row, byte @Nullable [] fixed, Sum sum) {
    try {
      PushReport report = applied(row);
      boolean isNew = report == null;
      if (report == null) {
        report = push(row, fixed);
      }
      String text = isNew && fixed != null ? new String(fixed, StandardCharsets.UTF_8) : null;
      note(row, taken(row, report, text), sum);
      sum.replayed++;
    } catch (CatchwaterException e) {
      if (!isOfTheRow(e)) {
        throw e;
      }
      note(row, refused(row, e), sum);
      sum.failed++;
    }
  }

  private @Nullable PushReport applied(QuarantinedRow row) {
    return live.dataset(dataset).applied(row.origin().source(), KEY + row.id());
  }

  private PushReport push(QuarantinedRow row, byte @Nullable [] fixed) {
    AddPushSource source = dataset.state().pushSources().get(row.origin().source());
    if (source == null) {
      throw CatchwaterException.of(
          ErrorCode.SOURCE_NOT_FOUND, "Source '" + row.origin().source() + "' not found");
    }
    if (source.merge() instanceof MergeStrategy.Snapshot) {
      throw CatchwaterException.of(
          ErrorCode.BAD_ARGUMENT,
          "The source merges by Snapshot now: one row would retract all others");
    }
    RowBody body = RowBody.of(row, source.read(), fixed);
    String given = row.origin().eventTime();
    PushRequest request =
        PushRequest.of(dataset, List.of(PushInput.bytes(null, body.bytes())))
            .withSourceName(source.sourceName())
            .withInputFormat(body.format())
            .withEventTime(given == null ? row.arrivedAt() : Instant.parse(given));
    PushIdentity identity = new PushIdentity(KEY + row.id(), null, Multihash.sha3(body.bytes()));
    LiveDataset open = live.dataset(dataset);
    try {
      return open.push(request, identity, false).report();
    } catch (CatchwaterException e) {
      // Somebody else pushed something in its place in this moment.
      PushReport other = e.code() == ErrorCode.IDEMPOTENCY_MISMATCH ? applied(row) : null;
      if (other == null) {
        throw e;
      }
      return other;
    }
  }

  private static boolean isOfTheRow(CatchwaterException e) {
    return e.code().kind() == ErrorKind.INVALID || e.code() == ErrorCode.SOURCE_NOT_FOUND;
  }

  private void note(QuarantinedRow row, QuarantinedRow after, Sum sum) {
    sum.add(after);
    End end = after.end();
    boolean isRefused = end == null;
    Reason why = after.why();
    if (isRefused && row.why().message().equals(why.message())) {
      return; // nothing new
    }
    sum.changes.add(
        new RowChange(
            row.id(),
            after.changes(),
            after.state(),
            end == null ? null : end.outcome(),
            end == null ? null : end.firstOffset(),
            end == null ? null : end.lastOffset(),
            isRefused ? why.code() : null,
            isRefused ? why.field() : null,
            isRefused ? why.message() : null,
            end == null ? null : end.text()));
  }

  private static QuarantinedRow taken(
      QuarantinedRow row, PushReport report, @Nullable String text) {
    PushReport.Offsets offsets = report.offsets();
    End end =
        new End(
            outcome(report.counts()),
            offsets == null ? null : offsets.start(),
            offsets == null ? null : offsets.end(),
            text);
    return row.with(RowState.REPLAYED, row.changes() + 1, row.why(), end);
  }

  private static QuarantinedRow refused(QuarantinedRow row, CatchwaterException e) {
    String field = e.place() == null ? null : e.place().field();
    String message = e.plainMessage();
    Reason why = new Reason(e.code().slug(), field, message, e.hint(), Cause.shape(message));
    return row.with(RowState.OPEN, row.changes() + 1, why, null);
  }

  private static String outcome(PushCounts counts) {
    if (counts.added() > 0) {
      return "added";
    } else if (counts.corrected() > 0) {
      return "corrected";
    } else if (counts.retracted() > 0) {
      return "retracted";
    } else if (counts.duplicate() > 0) {
      return "duplicate";
    }
    return counts.conflicting() > 0 ? "conflicting" : "ignored";
  }

  /// Decides that rows are not wanted. They stay in the history of the quarantine.
  ///
  /// @param filter which ones; those that are not open are left as they are
  /// @return as they stand now, as many as were meant
  public ReplayReport drop(RowFilter filter) {
    Sum sum = new Sum();
    Dataset quarantine = QuarantineDataset.find(dataset).orElse(null);
    if (quarantine == null) {
      return sum.report();
    }
    String after = null;
    do {
      QuarantineDesk.Page page = desk.list(filter, after, ROWS_AT_ONCE);
      for (QuarantinedRow row : page.rows()) {
        drop(row, sum);
      }
      write(quarantine, sum);
      after = page.next();
    } while (after != null);
    return sum.report();
  }

  private void drop(QuarantinedRow row, Sum sum) {
    PushReport report = row.state() == RowState.OPEN ? applied(row) : null;
    if (report != null) {
      note(row, taken(row, report, null), sum);
      sum.settled++;
    } else if (row.state() == RowState.OPEN) {
      QuarantinedRow after = row.with(RowState.DROPPED, row.changes() + 1, row.why(), null);
      sum.add(after);
      sum.changes.add(
          new RowChange(
              row.id(), after.changes(), after.state(), null, null, null, null, null, null, null));
      sum.dropped++;
    } else {
      sum.settled++;
      sum.add(row);
    }
  }
}
