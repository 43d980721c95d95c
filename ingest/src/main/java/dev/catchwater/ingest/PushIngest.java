package dev.catchwater.ingest;

import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.disk.NoRoom;
import dev.catchwater.ingest.live.Settlement;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.ingest.sieve.ReadAgainException;
import dev.catchwater.ingest.sieve.RefusedRow;
import dev.catchwater.ingest.sieve.Sieve;
import dev.catchwater.ingest.sieve.SieveLimits;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent.SetDataSchema;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.ExtraAttributes;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.HashedBlock;
import dev.catchwater.storage.LockWait;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The way of a push: bytes are read, prepared, merged with what the dataset holds, given offsets
/// and times, sealed into a slice and committed. Everything that takes data in calls [#push].
///
/// A push is all or nothing: until the commit nothing of the dataset has changed, after it
/// everything is durable. A push in batches ([PushRequest#batchRows()]) is that for each batch.
/// Thread-safe; pushes to one dataset wait for each other. Input that somebody still writes is
/// waited for before the dataset is locked, up to a mebibyte of it.
public final class PushIngest {
  /// The name of the push source of a table that does not change: it takes one push and no other.
  public static final String IMMUTABLE_SOURCE = "immutable-table";

  private final InstantSource clock;
  private final RandomGenerator random;
  private final SliceOptions options;
  private final PushLimits limits;
  private final Preprocess preprocess;

  /// Pushes to sources without preprocess; those with one are refused.
  ///
  /// @param random seeds new key indexes; must not be predictable
  public PushIngest(
      InstantSource clock, RandomGenerator random, SliceOptions options, PushLimits limits) {
    this(clock, random, options, limits, Preprocess.NONE);
  }

  /// Pushes to all sources.
  ///
  /// @param random seeds new key indexes; must not be predictable
  /// @param preprocess runs the SQL steps of sources that have them
  public PushIngest(
      InstantSource clock,
      RandomGenerator random,
      SliceOptions options,
      PushLimits limits,
      Preprocess preprocess) {
    this.clock = clock;
    this.random = random;
    this.options = options;
    this.limits = limits;
    this.preprocess = preprocess;
  }

  /// Pushes all inputs, each as a block of its own, or none of them.
  ///
  /// @throws CatchwaterException what is wrong with the request, the rows or the disk; the dataset
  ///   is unchanged, unless the code is `COMMIT_UNKNOWN`
  public PushReport push(PushRequest request) {
    if (request.quarantine() != null && !request.isDryRun()) {
      throw new IllegalArgumentException("nobody keeps the rows that are set aside");
    }
    try {
      if (request.batchRows() > 0 && !request.isDryRun()) {
        try (Preprocess.Session session = preprocess.session()) {
          return new BatchedPush(request, clock, random, options, limits, session).run();
        }
      }
      return pushWhole(EarlyRead.of(request));
    } catch (IOException e) {
      throw diskFailure(e);
    }
  }

  private PushReport pushWhole(PushRequest request) throws IOException {
    long started = System.nanoTime();
    LockWait wait = new LockWait(request.lockWait(), request.listener()::waiting);
    try (DatasetWriter writer = request.dataset().openWriter(wait)) {
      request.requireHead(writer.state().head());
      if (request.dataset().hasUnsealedRows()) {
        Settlement.settle(writer, clock, random, options);
      }
      return pushWhole(request.withExpectedHead(null), writer, started, null);
    }
  }

  /// Hears of a push that is about to be committed.
  public interface CommitListener {
    /// What the last block of the push is to have as its `extra`.
    ///
    /// @param counts of the whole push
    /// @param offsets of the whole push
    @Nullable ExtraAttributes extra(
        PushCounts counts, PushReport.@Nullable Offsets offsets, Instant systemTime)
        throws IOException;

    /// All that is left is the commit; the writer has what it will consist of.
    ///
    /// @param report of the push; its block is the one that will be the head, null where there is
    ///   nothing to commit
    /// @param refused the rows that were set aside; who hears of them keeps them
    void committing(PushReport report, List<RefusedRow> refused);
  }

  /// Pushes all inputs on a writer that the caller holds and keeps: with the same effect as
  /// [#push(PushRequest)] of a request without batches. Where the push fails, everything that was
  /// added to the writer and not committed is dropped.
  ///
  /// @throws CatchwaterException as [#push(PushRequest)]
  public PushReport push(PushRequest request, DatasetWriter writer) {
    return push(request, writer, null);
  }

  /// The same, telling of the commit. What the listener throws ends the push.
  public PushReport push(
      PushRequest request, DatasetWriter writer, @Nullable CommitListener listener) {
    boolean isDone = false;
    try {
      PushReport report = pushWhole(request, writer, System.nanoTime(), listener);
      isDone = true;
      return report;
    } catch (IOException e) {
      throw diskFailure(e);
    } finally {
      if (!isDone || request.isDryRun()) {
        writer.rollBack();
      }
    }
  }

  private PushReport pushWhole(
      PushRequest request, DatasetWriter writer, long started, @Nullable CommitListener listener)
      throws IOException {
    request.requireHead(writer.state().head());
    Sieve sieve = sieve(request);
    while (true) {
      try {
        return pushOnce(request, writer, started, listener, sieve);
      } catch (ReadAgainException e) {
        writer.rollBack();
      }
    }
  }

  private static @Nullable Sieve sieve(PushRequest request) {
    SieveLimits limits = request.quarantine();
    return limits == null ? null : new Sieve(limits);
  }

  private PushReport pushOnce(
      PushRequest request,
      DatasetWriter writer,
      long started,
      @Nullable CommitListener listener,
      @Nullable Sieve sieve)
      throws IOException {
    if (sieve != null) {
      sieve.restart();
    }
    try (PushRun run = run(request, writer, clock.instant(), sieve)) {
      for (int input = 0; input < request.inputs().size(); input++) {
        run.read(input);
        run.prepare();
        run.assign();
        run.merge();
        run.seal(input + 1 == request.inputs().size() ? listener : null);
      }
      if (listener != null) {
        listener.committing(run.expected(System.nanoTime() - started), run.refused());
      }
      List<HashedBlock> blocks = run.commit();
      return run.report(blocks, System.nanoTime() - started);
    }
  }

  private PushRun run(
      PushRequest request, DatasetWriter writer, Instant now, @Nullable Sieve sieve) {
    return new PushRun(request, writer, now, random, options, limits, preprocess, sieve);
  }

  /// Commits the columns that a first push with one input would give its dataset, if it would be
  /// taken and store rows; none of its rows. What the push would be refused for is thrown, and
  /// nothing is committed then. The writer is the caller's, as in [#push(PushRequest,
  /// DatasetWriter)].
  ///
  /// @return whether the dataset has columns now
  /// @throws CatchwaterException as [#push(PushRequest)]
  public boolean declare(PushRequest request, DatasetWriter writer) {
    Instant asked = request.systemTime();
    Instant now = asked == null ? clock.instant() : asked;
    Sieve sieve = sieve(request);
    try {
      DataSchema columns = null;
      boolean isRead = false;
      while (!isRead) {
        try {
          columns = columns(request, writer, now, sieve);
          isRead = true;
        } catch (ReadAgainException e) {
          // Without the rows that the merge refused.
        } finally {
          writer.rollBack();
        }
      }
      if (columns == null) {
        return false;
      }
      writer.add(writer.systemTime(now), new SetDataSchema(null, columns));
      writer.commit();
      return true;
    } catch (IOException e) {
      throw diskFailure(e);
    } finally {
      writer.rollBack();
    }
  }

  private @Nullable DataSchema columns(
      PushRequest request, DatasetWriter writer, Instant now, @Nullable Sieve sieve)
      throws IOException {
    if (sieve != null) {
      sieve.restart();
    }
    try (PushRun run = run(request, writer, now, sieve)) {
      run.read(0);
      run.prepare();
      run.assign();
      run.merge();
      run.seal(null);
      return writer.state().lastOffset() == null ? null : writer.state().schema();
    }
  }

  /// The same request with an input that somebody still writes taken into memory, if it ends within
  /// so many bytes. Waits for it.
  ///
  /// @throws CatchwaterException `STORAGE_FAILED` if the input cannot be read
  public static PushRequest readAhead(PushRequest request, int bytesMax) {
    return EarlyRead.of(request, bytesMax);
  }

  /// What a push failed with that could not be written.
  public static CatchwaterException diskFailure(IOException e) {
    String reason = String.valueOf(e.getMessage());
    boolean isFull = NoRoom.isReasonOf(e);
    return CatchwaterException.of(
            isFull ? ErrorCode.DISK_FULL : ErrorCode.STORAGE_FAILED,
            "The push could not be written: " + reason)
        .withHint("nothing was changed")
        .withCause(e);
  }
}
