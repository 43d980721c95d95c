package dev.catchwater.ingest.live;

import dev.catchwater.ingest.PushIngest;
import dev.catchwater.ingest.PushReading;
import dev.catchwater.ingest.PushReport;
import dev.catchwater.ingest.PushRequest;
import dev.catchwater.ingest.live.receipt.Ticket;
import dev.catchwater.ingest.live.record.PushMemory;
import dev.catchwater.ingest.quarantine.QuarantineSink;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.receipt.Receipt;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.LockWait;
import dev.catchwater.storage.Slices;
import dev.catchwater.storage.record.HeadRegister;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Whether a dataset is open, and how it becomes so, is sealed and let go of, also after a failure.
///
/// [#sealing] and [#pushing] are taken in this order. What they guard: [OpenDataset].
final class HeldDataset {
  final ReentrantLock sealing = new ReentrantLock();
  final ReentrantLock pushing = new ReentrantLock();

  private final LiveTools tools;
  private final QuarantineSink sink;
  private volatile Dataset dataset;
  private volatile @Nullable OpenDataset open;
  private volatile @Nullable CatchwaterException stopped;
  private volatile @Nullable HotRows lastView;
  private final AtomicLong seals = new AtomicLong();

  /// @param sink where rows go that pushes set aside
  HeldDataset(Dataset dataset, LiveTools tools, QuarantineSink sink) {
    this.sink = sink;
    this.dataset = dataset;
    this.tools = tools;
  }

  /// What is open now; without a lock it may be let go of the next moment.
  @Nullable OpenDataset now() {
    return open;
  }

  /// The head of the slices.
  Multihash head() {
    OpenDataset held = open;
    return held == null ? dataset.head() : held.facts().state().head();
  }

  /// What the chain says.
  ChainState state() {
    OpenDataset held = open;
    return held == null ? dataset.state() : held.facts().state();
  }

  /// Opens the dataset where it is not.
  OpenDataset opened(LockWait wait) {
    OpenDataset held = open;
    if (held != null) {
      return held;
    }
    pushing.lock();
    try {
      return openNow(wait);
    } finally {
      pushing.unlock();
    }
  }

  /// Needs *pushing*.
  OpenDataset openNow(LockWait wait) {
    CatchwaterException reason = stopped;
    if (reason != null) {
      throw CatchwaterException.of(
              ErrorCode.STORAGE_FAILED,
              "Dataset " + dataset.name() + " takes no pushes: " + reason.plainMessage())
          .withHint("what was acknowledged can be read; check the disk, then start anew")
          .withCause(reason);
    }
    OpenDataset held = open;
    if (held != null) {
      return held;
    }
    DatasetWriter writer = dataset.openWriter(wait);
    boolean isDone = false;
    try {
      held = OpenDataset.of(writer, tools, sink);
      open = held;
      lastView = null;
      isDone = true;
      return held;
    } catch (IOException e) {
      throw PushIngest.diskFailure(e);
    } finally {
      if (!isDone) {
        writer.close();
      }
    }
  }

  static boolean isOfTheDisk(CatchwaterException e) {
    ErrorCode code = e.code();
    return code == ErrorCode.STORAGE_FAILED
        || code == ErrorCode.DISK_FULL
        || code == ErrorCode.COMMIT_UNKNOWN
        || code == ErrorCode.HEAD_MOVED;
  }

  /// Lets go of a dataset whose disk refused. A journal that failed has stopped it; anything else
  /// is looked at anew by the next push.
  ///
  /// @param wasAppended whether the push may be on the disk
  CatchwaterException failed(OpenDataset held, CatchwaterException failure, boolean wasAppended) {
    sealing.lock();
    pushing.lock();
    try {
      if (open == held) {
        lastView = held.view();
        if (failure.code() == ErrorCode.STORAGE_FAILED && held.journal().hasFailed()) {
          stopped = failure;
        }
        open = null;
        held.abandon();
      }
    } finally {
      pushing.unlock();
      sealing.unlock();
    }
    if (!wasAppended || failure.code() == ErrorCode.DISK_FULL) {
      return failure;
    }
    return CatchwaterException.of(
            ErrorCode.COMMIT_UNKNOWN,
            "Nobody can say whether the push lasts: " + failure.plainMessage())
        .withHint("send it again with the same key once the dataset is back")
        .withCause(failure);
  }

  /// Every durable row as of now.
  ///
  /// @throws CatchwaterException where chain or journal cannot be read
  HotRows hotRows() {
    OpenDataset held = open;
    if (held != null) {
      return held.view();
    }
    HotRows last = lastView;
    if (last != null && stopped != null) {
      return last;
    }
    try {
      HeadRegister.require(dataset);
      return HotRows.of(dataset);
    } catch (CatchwaterException e) {
      if (last != null && e.code() == ErrorCode.STORAGE_FAILED) {
        return last; // the disk refuses to force what it was forced to keep before
      }
      throw e;
    }
  }

  /// How the dataset does.
  LiveStatus status() {
    OpenDataset held = open;
    return new LiveStatus(
        held != null,
        held == null ? 0 : held.journal().bytes(),
        held == null ? 0 : held.view().rowCount(),
        seals.get(),
        stopped);
  }

  /// Puts every acknowledged row into a slice and commits it, also those that a process before this
  /// one acknowledged. Pushes go on meanwhile.
  ///
  /// @throws CatchwaterException if the disk refused; the rows stay in the journal
  void seal() {
    sealing.lock();
    try {
      if (open == null && stopped == null && dataset.hasUnsealedRows()) {
        openAgain();
      }
      sealOpen();
    } finally {
      sealing.unlock();
    }
  }

  /// The same report with the block that the rows are in, which is made where there is none yet.
  LiveReport committed(LiveReport live) {
    PushReport report = live.report();
    PushReport.Offsets offsets = report.offsets();
    if (offsets == null || report.block() != null) {
      return live;
    }
    Multihash block;
    try {
      seal();
      block = Slices.blockOf(dataset, offsets.end());
    } catch (CatchwaterException e) {
      if (!isOfTheDisk(e)) {
        throw e;
      }
      return live; // applied and durable all the same; its block comes when the disk allows it
    }
    return new LiveReport(
        report.withBlock(block),
        live.isReplayed(),
        live.sourceName(),
        live.bodyHash(),
        live.sequence(),
        live.receipt());
  }

  private void openAgain() {
    pushing.lock();
    try {
      openNow(LockWait.standard());
    } catch (CatchwaterException e) {
      if (e.code() != ErrorCode.DISK_FULL || !tools.ballast().giveUp()) {
        throw e;
      }
      openNow(LockWait.standard());
    } finally {
      pushing.unlock();
    }
  }

  /// Seals what is open, on a full disk in the room that was held back for it: what was open is
  /// replayed then. Needs *sealing*, not *pushing*; holding both is allowed.
  void sealOpen() {
    try {
      sealHeld();
    } catch (CatchwaterException e) {
      if (e.code() != ErrorCode.DISK_FULL || !tools.ballast().giveUp()) {
        throw e;
      }
      openAgain();
      sealHeld();
    }
  }

  private void sealHeld() {
    OpenDataset held = open;
    if (held == null) {
      return;
    }
    HotSlice.Cut cut;
    HotKeys.Wanted keys;
    pushing.lock();
    try {
      cut = held.cut();
      keys = held.keys().inUse();
    } finally {
      pushing.unlock();
    }
    if (cut == null) {
      return;
    }
    try {
      ChainState state = held.write(cut);
      HotKeys.Opened indexes = held.indexes(keys, state);
      pushing.lock();
      try {
        held.sealed(state, indexes);
        seals.addAndGet(cut.rows().isEmpty() ? 0 : 1);
      } finally {
        pushing.unlock();
      }
      held.release(cut);
    } catch (IOException e) {
      throw failed(held, PushIngest.diskFailure(e), false);
    } catch (CatchwaterException e) {
      throw failed(held, e, false);
    }
  }

  /// Lets the caller work with the dataset's writer: everything acknowledged is sealed before, and
  /// nobody pushes meanwhile. What the work added and did not commit is dropped.
  <T> T exclusively(LiveDataset.WriterWork<T> work, LockWait wait) {
    sealing.lock();
    pushing.lock();
    try {
      letGo();
      try (DatasetWriter writer = dataset.openWriter(wait)) {
        return work.run(writer);
      }
    } catch (IOException e) {
      throw PushIngest.diskFailure(e);
    } finally {
      pushing.unlock();
      sealing.unlock();
    }
  }

  /// The dataset on the disk, by the name it was last asked for.
  Dataset dataset() {
    return dataset;
  }

  /// Notes another name of the dataset, which it can only get while it is not open.
  void knownAs(Dataset other) {
    if (open == null) {
      dataset = other;
    }
  }

  /// Seals and gives the writer's lock back.
  void stepAside() {
    sealing.lock();
    pushing.lock();
    try {
      letGo();
    } finally {
      pushing.unlock();
      sealing.unlock();
    }
  }

  /// Lets go of everything as it is; what is not sealed stays in the journal.
  void abandon() {
    sealing.lock();
    pushing.lock();
    try {
      OpenDataset held = open;
      open = null;
      if (held != null) {
        held.abandon();
      }
    } finally {
      pushing.unlock();
      sealing.unlock();
    }
  }

  /// Needs both locks.
  private void letGo() {
    sealOpen();
    OpenDataset held = open;
    open = null;
    if (held != null) {
      lastView = held.view();
      held.close();
    }
  }

  /// Shuts out the instances of a producer before this one, and tells where it stands.
  @Nullable Producer takeOver(@Nullable String sourceName, Producer mine) {
    PushInput nothing = PushInput.bytes(null, new byte[0]);
    PushRequest asked = PushRequest.of(dataset, List.of(nothing)).withSourceName(sourceName);
    PushIdentity identity = new PushIdentity(null, mine, Multihash.sha3(new byte[0]));
    OpenDataset held;
    PushMemory.Position last;
    long sequence;
    pushing.lock();
    try {
      held = openNow(LockWait.standard());
      last = held.takeOver(PushReading.sourceOf(held.facts().state(), asked), identity);
      if (last == null) {
        return null;
      }
      last.requireNotFenced(mine);
      sequence = held.journal().lastSequence();
    } finally {
      pushing.unlock();
    }
    try {
      held.journal().awaitDurable(sequence);
    } catch (CatchwaterException e) {
      throw failed(held, e, true);
    }
    return new Producer(mine.id(), mine.epoch(), last.sequence());
  }

  /// Whoever closes the dataset meanwhile, and opens it again, may put other files in the place of
  /// those that the first one knows.
  @Nullable Receipt receipt(OpenDataset held, @Nullable Ticket ticket) {
    if (ticket == null) {
      return null;
    }
    for (OpenDataset from = held; ; from = opened(LockWait.standard())) {
      try {
        return from.receipts().receipt(ticket);
      } catch (CatchwaterException e) {
        if (from == open) {
          throw e;
        }
      }
    }
  }
}
