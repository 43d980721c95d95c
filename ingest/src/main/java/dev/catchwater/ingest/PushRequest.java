package dev.catchwater.ingest;

import dev.catchwater.ingest.read.InputFormat;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.ingest.seal.SourcePositions;
import dev.catchwater.ingest.sieve.SieveLimits;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.Dataset;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is pushed, and how. Immutable.
///
/// @param sourceName the push source, or null for the only one
/// @param eventTime what rows without an event time get, or null for the push's system time
/// @param inputFormat what the bytes are, or null for what the source declares
/// @param inputs one or more; each becomes a block of its own, all of them or none is committed
/// @param isDryRun whether to stop before the commit and only report
/// @param differencesMax how many of the rows that would be stored a dry run reports
/// @param isStrict whether fields that the source does not declare are refused
/// @param allowsEmpty whether a Snapshot push without rows may retract every row
/// @param systemTime the system time of the rows, or null for now
/// @param lockWait how long to wait for another writer
/// @param batchRows after how many rows of an input what was read is committed as a push of its
///   own; 0 for all or nothing. A dry run takes no notice of it
/// @param expectedHead the head that the dataset must have when the push is applied, or null for
///   any; not together with batches, each of which moves the head
/// @param quarantine how many bad rows are set aside instead of refusing the push; null for none.
///   Such a push goes through a [dev.catchwater.ingest.live.LiveDataset], unless it is a dry run
/// @param positions where the rows come from, to be committed with them; null for what nobody asks
///   for. Such a push goes into a slice directly; not together with batches
public record PushRequest(
    Dataset dataset,
    @Nullable String sourceName,
    @Nullable Instant eventTime,
    @Nullable InputFormat inputFormat,
    List<PushInput> inputs,
    boolean isDryRun,
    int differencesMax,
    boolean isStrict,
    boolean allowsEmpty,
    @Nullable Instant systemTime,
    Duration lockWait,
    long batchRows,
    @Nullable Multihash expectedHead,
    @Nullable SieveLimits quarantine,
    @Nullable SourcePositions positions,
    PushListener listener) {
  private static final Duration LOCK_WAIT = Duration.ofSeconds(60);

  public PushRequest {
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("a push of no input");
    }
    if (batchRows < 0) {
      throw new IllegalArgumentException(batchRows + " rows a batch");
    }
    if (batchRows > 0 && expectedHead != null) {
      throw new IllegalArgumentException("batches onto one head");
    }
    if (batchRows > 0 && quarantine != null) {
      throw new IllegalArgumentException("batches with a quarantine");
    }
    if (batchRows > 0 && positions != null) {
      throw new IllegalArgumentException("batches with positions");
    }
    inputs = Collections.unmodifiableList(new ArrayList<>(inputs));
  }

  /// A push into the dataset's only source, everything else as by default.
  public static PushRequest of(Dataset dataset, List<PushInput> inputs) {
    return new PushRequest(
        dataset,
        null,
        null,
        null,
        inputs,
        false,
        0,
        false,
        false,
        null,
        LOCK_WAIT,
        0,
        null,
        null,
        null,
        PushListener.SILENT);
  }

  /// The same with other inputs.
  public PushRequest withInputs(List<PushInput> others) {
    Draft draft = new Draft(this);
    draft.inputs = others;
    return draft.request();
  }

  /// The same into a named source.
  public PushRequest withSourceName(@Nullable String name) {
    Draft draft = new Draft(this);
    draft.sourceName = name;
    return draft.request();
  }

  /// The same with another fallback event time.
  public PushRequest withEventTime(@Nullable Instant time) {
    Draft draft = new Draft(this);
    draft.eventTime = time;
    return draft.request();
  }

  /// The same with the bytes being of another format.
  public PushRequest withInputFormat(@Nullable InputFormat format) {
    Draft draft = new Draft(this);
    draft.inputFormat = format;
    return draft.request();
  }

  /// The same as a dry run or not.
  public PushRequest withDryRun(boolean dryRun) {
    Draft draft = new Draft(this);
    draft.isDryRun = dryRun;
    return draft.request();
  }

  /// The same with undeclared fields refused or not.
  public PushRequest withStrict(boolean strict) {
    Draft draft = new Draft(this);
    draft.isStrict = strict;
    return draft.request();
  }

  /// The same with an empty Snapshot push allowed or not.
  public PushRequest withEmptyAllowed(boolean allows) {
    Draft draft = new Draft(this);
    draft.allowsEmpty = allows;
    return draft.request();
  }

  /// The same at another system time.
  public PushRequest withSystemTime(@Nullable Instant time) {
    Draft draft = new Draft(this);
    draft.systemTime = time;
    return draft.request();
  }

  /// The same with another wait for the lock.
  public PushRequest withLockWait(Duration wait) {
    Draft draft = new Draft(this);
    draft.lockWait = wait;
    return draft.request();
  }

  /// The same committed every so many rows; 0 for all or nothing.
  public PushRequest withBatchRows(long rows) {
    Draft draft = new Draft(this);
    draft.batchRows = rows;
    return draft.request();
  }

  /// The same, applied to a dataset with this head only; null for any.
  public PushRequest withExpectedHead(@Nullable Multihash head) {
    Draft draft = new Draft(this);
    draft.expectedHead = head;
    return draft.request();
  }

  /// Refuses where the dataset must have another head.
  ///
  /// @throws CatchwaterException `HEAD_MOVED`
  public void requireHead(Multihash head) {
    if (expectedHead != null && !expectedHead.equals(head)) {
      throw CatchwaterException.of(
              ErrorCode.HEAD_MOVED, "The head of the dataset is " + head + ", not " + expectedHead)
          .withHint("look at what came since, then push onto the head as it is");
    }
  }

  /// The same with bad rows set aside within limits; null where they refuse the push.
  public PushRequest withQuarantine(@Nullable SieveLimits limits) {
    Draft draft = new Draft(this);
    draft.quarantine = limits;
    return draft.request();
  }

  /// The same with positions that are committed with the rows; null for none.
  public PushRequest withPositions(@Nullable SourcePositions where) {
    Draft draft = new Draft(this);
    draft.positions = where;
    return draft.request();
  }

  /// The same with someone to hear how it goes.
  public PushRequest withListener(PushListener hears) {
    Draft draft = new Draft(this);
    draft.listener = hears;
    return draft.request();
  }

  /// The parts of a request, one of which is about to change.
  private static final class Draft {
    private final PushRequest from;
    private @Nullable String sourceName;
    private @Nullable Instant eventTime;
    private @Nullable InputFormat inputFormat;
    private List<PushInput> inputs;
    private boolean isDryRun;
    private boolean isStrict;
    private boolean allowsEmpty;
    private @Nullable Instant systemTime;
    private Duration lockWait;
    private long batchRows;
    private @Nullable Multihash expectedHead;
    private @Nullable SieveLimits quarantine;
    private @Nullable SourcePositions positions;
    private PushListener listener;

    Draft(PushRequest from) {
      this.from = from;
      sourceName = from.sourceName;
      eventTime = from.eventTime;
      inputFormat = from.inputFormat;
      inputs = from.inputs;
      isDryRun = from.isDryRun;
      isStrict = from.isStrict;
      allowsEmpty = from.allowsEmpty;
      systemTime = from.systemTime;
      lockWait = from.lockWait;
      batchRows = from.batchRows;
      expectedHead = from.expectedHead;
      quarantine = from.quarantine;
      positions = from.positions;
      listener = from.listener;
    }

    PushRequest request() {
      return new PushRequest(
          from.dataset,
          sourceName,
          eventTime,
          inputFormat,
          inputs,
          isDryRun,
          from.differencesMax,
          isStrict,
          allowsEmpty,
          systemTime,
          lockWait,
          batchRows,
          expectedHead,
          quarantine,
          positions,
          listener);
    }
  }
}
