package dev.catchwater.ingest;

import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.ingest.live.Settlement;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.ingest.read.RowReader;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.LockWait;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A push that is committed every so many rows (reliability BAD60): each batch is a push of its
/// own, with its own lock, system time and block, all of it or nothing. The first rows of a batch
/// are waited for without the lock. What was committed stays when a later batch is refused, and the
/// failure says how many rows that were. Used once, by one thread.
final class BatchedPush {
  private final PushRequest request;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final SliceOptions options;
  private final PushLimits limits;
  private final Preprocess preprocess;
  private @Nullable PushReport total;

  BatchedPush(
      PushRequest request,
      InstantSource clock,
      RandomGenerator random,
      SliceOptions options,
      PushLimits limits,
      Preprocess preprocess) {
    this.request = request;
    this.clock = clock;
    this.random = random;
    this.options = options;
    this.limits = limits;
    this.preprocess = preprocess;
  }

  PushReport run() {
    long started = System.nanoTime();
    PushReport report = null;
    for (int input = 0; input < request.inputs().size(); input++) {
      report = push(input);
    }
    if (report == null) {
      throw new IllegalStateException("a push of no input");
    }
    return report.withElapsed(Duration.ofNanos(System.nanoTime() - started));
  }

  private PushReport push(int input) {
    ChainState state = request.dataset().state();
    AddPushSource source = SourceChoice.of(state, request.sourceName());
    if (source.merge() instanceof MergeStrategy.Snapshot) {
      throw CatchwaterException.of(
              ErrorCode.BAD_ARGUMENT,
              "A source that merges by Snapshot cannot be pushed to in batches: each would be taken"
                  + " for the whole state")
          .withHint("push without --batch-rows");
    }
    try (RowReader reader = open(state, source, input)) {
      return push(source, input, new RowCut(reader, request.batchRows(), pairs(state, source)));
    }
  }

  private static @Nullable PairCut pairs(ChainState state, AddPushSource source) {
    boolean isPaired =
        source.merge() instanceof MergeStrategy.ChangelogStream && source.preprocess() == null;
    return isPaired
        ? new PairCut(state.vocabulary().operationType(), source.merge().primaryKey())
        : null;
  }

  private RowReader open(ChainState state, AddPushSource source, int input) {
    try {
      return SourceRows.open(state, source, request, input);
    } catch (CatchwaterException e) {
      throw interrupted(e, input, 0);
    }
  }

  private PushReport push(AddPushSource source, int input, RowCut cut) {
    try {
      PushReport report = null;
      while (cut.begin() || report == null) {
        report = pushBatch(source, input, cut);
      }
      return report;
    } catch (IOException e) {
      throw interrupted(PushIngest.diskFailure(e), input, cut.rowsDone());
    } catch (CatchwaterException e) {
      throw interrupted(e, input, cut.rowsDone());
    }
  }

  private PushReport pushBatch(AddPushSource source, int input, RowCut cut) throws IOException {
    long started = System.nanoTime();
    PushReport before = total;
    LockWait wait = new LockWait(request.lockWait(), request.listener()::waiting);
    PushRequest batch = before == null ? request : request.withListener(new Sum(before));
    try (DatasetWriter writer = request.dataset().openWriter(wait)) {
      if (request.dataset().hasUnsealedRows()) {
        Settlement.settle(writer, clock, random, options);
      }
      return pushBatch(batch, writer, source, input, cut, started);
    }
  }

  private PushReport pushBatch(
      PushRequest batch,
      DatasetWriter writer,
      AddPushSource source,
      int input,
      RowCut cut,
      long started)
      throws IOException {
    PushReport before = total;
    try (PushRun run =
        new PushRun(batch, writer, clock.instant(), random, options, limits, preprocess, null)) {
      run.requireSource(source);
      run.read(input, cut);
      run.prepare();
      run.assign();
      run.merge();
      run.seal(null);
      PushReport report = run.report(run.commit(), System.nanoTime() - started);
      report = before == null ? report : before.plus(report, cut.rowsDone());
      total = report;
      return report;
    }
  }

  private CatchwaterException interrupted(CatchwaterException e, int input, long rowsDone) {
    PushReport done = total;
    if (done == null) {
      return e;
    }
    PushInput at = request.inputs().get(input);
    String message =
        e.plainMessage()
            + "; the batches before it stay: "
            + done.rowsRead()
            + " rows in "
            + done.commitCount()
            + " commits";
    String again =
        "push the rest again, from row "
            + (rowsDone + 1)
            + (at.name() == null ? "" : " of " + at.name())
            + " on";
    // The disk's "nothing was changed" is true of the batch only.
    boolean isDisk = e.code() == ErrorCode.DISK_FULL || e.code() == ErrorCode.STORAGE_FAILED;
    String hint = isDisk ? null : e.hint();
    CatchwaterException failure =
        CatchwaterException.of(e.code(), message)
            .withHint(hint == null ? again : hint + "; then " + again)
            .withDetails(e.details());
    failure = e.place() == null ? failure : failure.withPlace(e.place());
    return e.getCause() == null ? failure : failure.withCause(e.getCause());
  }

  /// Tells totals over all batches.
  private final class Sum implements PushListener {
    private final PushReport before;

    Sum(PushReport before) {
      this.before = before;
    }

    @Override
    public void stage(PushStage stage, int input) {
      request.listener().stage(stage, input);
    }

    @Override
    public void progress(long rows, long bytes) {
      request.listener().progress(before.rowsRead() + rows, before.bytesRead() + bytes);
    }

    @Override
    public void waiting(String holder) {
      request.listener().waiting(holder);
    }
  }
}
