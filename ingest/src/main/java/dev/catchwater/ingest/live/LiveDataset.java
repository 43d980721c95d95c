package dev.catchwater.ingest.live;

import dev.catchwater.ingest.PushIngest;
import dev.catchwater.ingest.PushPlans;
import dev.catchwater.ingest.PushReading;
import dev.catchwater.ingest.PushReport;
import dev.catchwater.ingest.PushRequest;
import dev.catchwater.ingest.live.clock.ClockGuard;
import dev.catchwater.ingest.live.memory.ReadBudget;
import dev.catchwater.ingest.live.receipt.ReceiptStatus;
import dev.catchwater.ingest.quarantine.QuarantineRule;
import dev.catchwater.ingest.quarantine.QuarantineSink;
import dev.catchwater.ingest.quarantine.RepeatedInputs;
import dev.catchwater.ingest.sieve.ReadAgainException;
import dev.catchwater.ingest.sieve.Sieve;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.LockWait;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One dataset that is kept open for pushes, by many threads at once. When [#push] returns, the
/// rows are durable and their offsets final; every read that begins afterwards sees them. How it
/// works, lock by lock and crash by crash: `docs/internals/live.md`.
public final class LiveDataset {
  private static final int READS_MAX = 3;
  private static final int ROW_BYTES_A_BODY_BYTE = 4;

  private final LiveTools tools;
  private final QuarantineSink sink;
  private final ClockGuard guard;
  private final SealSchedule schedule;
  private final HeldDataset slot;
  private final PushPlans plans = new PushPlans();
  private final Arrivals arrivals = new Arrivals();
  private final Set<String> running = ConcurrentHashMap.newKeySet();

  /// @param sink where rows go that pushes set aside
  /// @param relief seals something where all datasets together hold too much in memory
  LiveDataset(
      Dataset dataset,
      LiveTools tools,
      QuarantineSink sink,
      ClockGuard guard,
      Executor background,
      Runnable relief) {
    this.tools = tools;
    this.sink = sink;
    this.guard = guard;
    slot = new HeldDataset(dataset, tools, sink);
    schedule = new SealSchedule(tools, background, slot, relief);
  }

  /// Work of the one writer of a dataset.
  @FunctionalInterface
  public interface WriterWork<T> {
    /// Does it; the writer is not to be closed.
    T run(DatasetWriter writer) throws IOException;
  }

  /// Pushes and waits until the result is durable. A push that was applied before, by its key or
  /// its producer's sequence, gets its first report again.
  ///
  /// @param waitCommitted whether to wait until the rows are in a slice that the head leads to
  /// @throws CatchwaterException what is wrong with the request, the rows or the disk. The dataset
  ///   is unchanged, unless the code is `COMMIT_UNKNOWN`. `PUSH_IN_PROGRESS` while another push
  ///   with the same key is under way, `IDEMPOTENCY_MISMATCH` if the key was another push's,
  ///   `SEQUENCE_GAP` and `PRODUCER_FENCED` of a producer, `CLOCK_SUSPECT` after a jump of the
  ///   clock
  public LiveReport push(PushRequest request, PushIdentity identity, boolean waitCommitted) {
    if (request.batchRows() > 0 && !request.isDryRun()) {
      return pushInBatches(request, identity);
    }
    return begin(request, identity, waitCommitted).get();
  }

  /// Begins a push: when this returns the rows have their place behind those of every push that
  /// began before, and what was wrong with them was thrown. What is returned waits until the result
  /// is durable, and tells it as [#push] does; it is to be called once, by any thread, whatever
  /// happens meanwhile. So one client may have many pushes on their way, in their order.
  public Supplier<LiveReport> begin(
      PushRequest request, PushIdentity identity, boolean waitCommitted) {
    long started = tools.nanos().getAsLong();
    guard.require();
    PushRequest read =
        PushIngest.readAhead(request, Math.toIntExact(tools.settings().directBytes()));
    AddPushSource source = PushReading.sourceOf(slot.opened(wait(read)).facts().state(), read);
    QuarantineRule.require(read, source);
    String claim = claim(source, identity);
    Supplier<LiveReport> begun = null;
    try (RepeatedInputs inputs = RepeatedInputs.of(read)) {
      PushRequest whole = inputs.request();
      begun = push(whole, source, Wanted.of(identity, whole), waitCommitted, started);
    } finally {
      if (begun == null) {
        release(claim);
      }
    }
    Supplier<LiveReport> inOrder = begun;
    boolean isCommitted = waitCommitted && !request.isDryRun(); // what was read is let go of
    return () -> {
      try {
        LiveReport report = inOrder.get();
        arrivals.tell();
        schedule.makeRoom(slot.now());
        return isCommitted ? slot.committed(report) : report;
      } finally {
        release(claim);
      }
    };
  }

  private void release(@Nullable String claim) {
    if (claim != null) {
      running.remove(claim);
    }
  }

  /// Takes in what comes from another dataset, under whose locks the caller may be: never waits for
  /// one of another dataset than this.
  ///
  /// @param isMuch whether the rows go into a slice directly
  void takeIn(PushRequest request, boolean isMuch) {
    PushIdentity nobody = PushIdentity.of(Multihash.sha3(new byte[0]));
    AddPushSource source =
        PushReading.sourceOf(slot.opened(wait(request)).facts().state(), request);
    Wanted wanted = Wanted.of(nobody, request);
    if (isMuch) {
      LiveReport _ = pushDirectly(request, wanted);
    } else {
      LiveReport _ = push(request, source, wanted, false, tools.nanos().getAsLong()).get();
    }
    arrivals.tell();
  }

  /// The report of the push into a source that had an idempotency key, whatever it pushed; null
  /// where none had it, or it is forgotten.
  public @Nullable PushReport applied(String source, String key) {
    return slot.opened(LockWait.standard()).memory().applied(source, key);
  }

  /// Tells of rows that this process pushed, in the moment they are durable.
  public Arrivals arrivals() {
    return arrivals;
  }

  private @Nullable String claim(AddPushSource source, PushIdentity identity) {
    String key = identity.idempotencyKey();
    if (key == null) {
      return null;
    }
    String claim = source.sourceName() + '\0' + key;
    if (!running.add(claim)) {
      throw CatchwaterException.of(
              ErrorCode.PUSH_IN_PROGRESS, "A push with this idempotency key is under way")
          .withHint("wait a moment and send it again: the answer will be the same");
    }
    return claim;
  }

  private Supplier<LiveReport> push(
      PushRequest whole, AddPushSource source, Wanted wanted, boolean waitCommitted, long started) {
    PushRequest request = whole;
    AddPushSource used = source;
    Sieve sieve = request.quarantine() == null ? null : new Sieve(request.quarantine());
    for (int i = 0; i < READS_MAX; i++) {
      OpenDataset held = slot.opened(wait(request));
      OpenDataset.Facts facts = held.facts();
      used = PushReading.sourceOf(facts.state(), request);
      // Who waits for a block has it in one commit with the columns.
      boolean isFirst =
          !waitCommitted && JournalRule.isFirst(facts.state(), used, request, tools.settings());
      if (!isFirst && !JournalRule.takes(facts.state(), request, tools.settings())) {
        break;
      }
      LiveReport replay = replayed(held, used, wanted);
      if (replay != null) {
        return () -> replay;
      }
      if (isFirst) {
        if (!declared(request)) {
          break;
        }
        request = request.withExpectedHead(null);
        continue;
      }
      OpenDataset.Accepted accepted;
      try (ReadBudget.Share _ = tools.reading().take(bytesAtOnce(used, request))) {
        PushReading reading =
            PushReading.of(
                facts.state(),
                used,
                request,
                plans,
                tools.steps(),
                ROW_BYTES_A_BODY_BYTE * tools.settings().directBytes(),
                sieve);
        if (reading == null) {
          break;
        }
        if (!reading.refused().isEmpty() && !request.isDryRun()) {
          sink.prepare(dataset());
        }
        accepted = accept(held, facts, reading, request, wanted, started);
      } catch (LiveMerge.TooLargeException e) {
        break;
      } catch (ReadAgainException e) {
        i--; // the dataset is as it was; the sieve knows when to give up
        continue;
      }
      if (accepted != null) {
        AddPushSource through = used;
        return () -> durable(held, through, wanted, accepted, false);
      }
    }
    LiveReport direct = pushDirectly(request, wanted);
    return () -> direct;
  }

  /// What is read at once; SQL steps may take long, and there are never many at work.
  private static long bytesAtOnce(AddPushSource source, PushRequest request) {
    return source.preprocess() == null ? request.inputs().getFirst().size() : 0;
  }

  /// Gives the dataset the columns that its first push brings, so that its rows can go through the
  /// journal; false where the push has to go into a slice all the same.
  private boolean declared(PushRequest request) {
    slot.sealing.lock();
    slot.pushing.lock();
    try {
      OpenDataset held = slot.openNow(wait(request));
      request.requireHead(held.facts().state().head());
      try {
        return held.facts().state().schema() != null || held.declare(request);
      } catch (CatchwaterException e) {
        throw HeldDataset.isOfTheDisk(e) ? slot.failed(held, e, false) : e;
      }
    } finally {
      slot.pushing.unlock();
      slot.sealing.unlock();
    }
  }

  private @Nullable LiveReport replayed(OpenDataset held, AddPushSource source, Wanted wanted) {
    if (wanted.fingerprint() == null) {
      return null;
    }
    OpenDataset.Accepted found;
    slot.pushing.lock();
    try {
      found =
          slot.now() == held ? held.find(source, wanted.identity(), wanted.fingerprint()) : null;
    } finally {
      slot.pushing.unlock();
    }
    return found == null ? null : durable(held, source, wanted, found, true);
  }

  /// Null where the dataset changed since the rows were read.
  private OpenDataset.@Nullable Accepted accept(
      OpenDataset held,
      OpenDataset.Facts facts,
      PushReading reading,
      PushRequest request,
      Wanted wanted,
      long started) {
    CatchwaterException failure;
    slot.pushing.lock();
    try {
      if (slot.now() != held || held.facts().generation() != facts.generation()) {
        return null;
      }
      if (wanted.fingerprint() != null
          && held.find(reading.source(), wanted.identity(), wanted.fingerprint()) != null) {
        return null; // another push of the same producer was faster: look again
      }
      request.requireHead(held.facts().state().head());
      return held.accept(reading, request, wanted.identity(), wanted.fingerprint(), started);
    } catch (IOException e) {
      failure = PushIngest.diskFailure(e);
    } catch (CatchwaterException e) {
      if (e.code() == ErrorCode.HEAD_MOVED || !HeldDataset.isOfTheDisk(e)) {
        throw e;
      }
      failure = e;
    } finally {
      slot.pushing.unlock();
    }
    throw slot.failed(held, failure, false);
  }

  private LiveReport durable(
      OpenDataset held,
      AddPushSource source,
      Wanted wanted,
      OpenDataset.Accepted accepted,
      boolean isReplayed) {
    try {
      held.journal().awaitDurable(accepted.sequence());
    } catch (CatchwaterException e) {
      throw slot.failed(held, e, true);
    }
    if (!isReplayed && accepted.report().counts().quarantined() > 0) {
      held.refused().moveOne(accepted.sequence());
    }
    return reported(held, source, wanted, accepted, isReplayed);
  }

  private LiveReport reported(
      OpenDataset held,
      AddPushSource source,
      Wanted wanted,
      OpenDataset.Accepted accepted,
      boolean isReplayed) {
    return new LiveReport(
        accepted.report(),
        isReplayed,
        source.sourceName(),
        wanted.identity().bodyHash(),
        accepted.recordSequence(),
        slot.receipt(held, accepted.receipt()));
  }

  private LiveReport pushDirectly(PushRequest request, Wanted wanted) {
    slot.sealing.lock();
    try {
      // The head as the client knows it: what this push itself seals does not count.
      Multihash head = slot.head();
      slot.sealOpen();
      slot.pushing.lock();
      try {
        OpenDataset held = slot.openNow(wait(request));
        AddPushSource source = PushReading.sourceOf(held.facts().state(), request);
        OpenDataset.Accepted found =
            wanted.fingerprint() == null
                ? null
                : held.find(source, wanted.identity(), wanted.fingerprint());
        if (found != null) {
          return durable(held, source, wanted, found, true);
        }
        request.requireHead(head);
        slot.sealOpen();
        held = slot.openNow(wait(request));
        return pushDirectly(held, request.withExpectedHead(null), source, wanted);
      } finally {
        slot.pushing.unlock();
      }
    } finally {
      slot.sealing.unlock();
    }
  }

  private LiveReport pushDirectly(
      OpenDataset held, PushRequest request, AddPushSource source, Wanted wanted) {
    try {
      OpenDataset.Accepted accepted =
          held.pushDirectly(request, source, wanted.identity(), wanted.fingerprint());
      return reported(held, source, wanted, accepted, false);
    } catch (CatchwaterException e) {
      throw HeldDataset.isOfTheDisk(e) ? slot.failed(held, e, false) : e;
    }
  }

  /// Each batch is a push of its own, and whoever writes the input decides how long it takes: the
  /// dataset is not kept from others meanwhile.
  private LiveReport pushInBatches(PushRequest request, PushIdentity identity) {
    guard.require();
    String source =
        PushReading.sourceOf(slot.opened(wait(request)).facts().state(), request).sourceName();
    slot.stepAside();
    PushReport report = tools.ingest().push(request);
    arrivals.tell();
    return new LiveReport(report, false, source, identity.bodyHash(), 0, null);
  }

  /// The last rows of the keys of a source.
  public KeyedRows keyedRows() {
    return new KeyedRows(slot);
  }

  /// What the chain says now. Asks no disk where the dataset is open, and does not look at rows.
  ///
  /// @throws CatchwaterException where the chain cannot be read
  public ChainState state() {
    return slot.state();
  }

  /// Every durable row as of now.
  ///
  /// @throws CatchwaterException where chain or journal cannot be read
  public HotRows hotRows() {
    return slot.hotRows();
  }

  /// A receipt as it stands now; null for an id that none has. Opens the dataset.
  public @Nullable ReceiptStatus receipt(String id) {
    OpenDataset held = slot.opened(LockWait.standard());
    return held.receipts().current(id, dataset(), held.view().nextOffset());
  }

  /// How the dataset does.
  public LiveStatus status() {
    return slot.status();
  }

  /// Puts every acknowledged row into a slice and commits it, also those that a process before this
  /// one acknowledged. Pushes go on meanwhile.
  ///
  /// @throws CatchwaterException if the disk refused; the rows stay in the journal
  public void seal() {
    slot.seal();
  }

  /// Lets the caller work with the dataset's writer: everything acknowledged is sealed before, and
  /// nobody pushes meanwhile. What the work added and did not commit is dropped.
  public <T> T exclusively(WriterWork<T> work, LockWait wait) {
    return slot.exclusively(work, wait);
  }

  /// The dataset on the disk, by the name it was last asked for.
  public Dataset dataset() {
    return slot.dataset();
  }

  /// Whether the lock of its writer is held, so that nobody renames or deletes it.
  boolean isOpen() {
    return slot.now() != null;
  }

  /// Notes another name of the dataset, which it can only get while it is not open.
  void knownAs(Dataset other) {
    slot.knownAs(other);
  }

  /// Seals and gives the writer's lock back.
  void stepAside() {
    slot.stepAside();
  }

  /// Lets go of everything without sealing.
  void abandon() {
    slot.abandon();
  }

  /// Where a producer stands in a source; null for one that never pushed. Its instances before this
  /// epoch are shut out, durably, when this returns.
  ///
  /// @param sourceName null for the only source
  /// @throws CatchwaterException `PRODUCER_FENCED` where a later instance pushed
  public @Nullable Producer takeOver(@Nullable String sourceName, String id, long epoch) {
    return slot.takeOver(sourceName, new Producer(id, epoch, 0));
  }

  /// Seals what an earlier process left.
  void recover() {
    schedule.now();
  }

  /// Bytes of records that are in no slice.
  long hotBytes() {
    OpenDataset held = slot.now();
    return held == null ? 0 : held.journal().bytes();
  }

  /// Seals now, unless that failed a moment ago.
  void relieve() {
    schedule.relieve();
  }

  /// Seals what is due by age.
  void tick() {
    schedule.tick(slot.now());
  }

  private static LockWait wait(PushRequest request) {
    return new LockWait(request.lockWait(), request.listener()::waiting);
  }
}
