package dev.catchwater.journal;

import dev.catchwater.disk.Disk;
import dev.catchwater.odf.error.CatchwaterException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The write-ahead log of one dataset: records that are kept, in the order they were appended,
/// until they are released.
///
/// [#append] only queues. A thread of the journal writes and forces whatever is queued, in one go,
/// and then wakes those who wait in [#awaitDurable]; the next group is what was queued meanwhile.
/// That thread does all input and output and is never interrupted.
///
/// There is one writer: whoever opens a journal holds the lock of its dataset. Otherwise
/// thread-safe; waiting is made for virtual threads.
///
/// | what fails | what it means |
/// |---|---|
/// | a write or a force | final: nothing that is not durable ever will be, [#append] and [#awaitDurable] throw `STORAGE_FAILED`; the journal must be opened anew |
/// | room for records | what was queued is refused with `DISK_FULL` and is not there; [#append] refuses too until [#resume()]; what is durable stays so |
public final class Journal implements Closeable {
  // Where so many came together the next group waits for as many again, but not long: a group
  // costs the processor a write, a force and a signature, whoever is in it.
  private static final int CROWD = 8;
  private static final int CROWD_ENOUGH = 32;
  private static final long CROWD_NANOS_MAX = 500_000;

  private final Disk disk;
  private final Path folder;
  private final JournalOptions options;
  private final JournalListener listener;
  private final JournalRecords records;
  private final CommitDriver driver;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  // The fields below are guarded by the lock; the volatile ones may be read without it.
  private final CommitCore core;
  private final PriorityQueue<Waiter> waiters = new PriorityQueue<>();
  private final List<Refusal> refusals = new ArrayList<>();
  private @Nullable Thread thread;
  private boolean isClosed;
  private volatile long durable;
  private volatile @Nullable CatchwaterException failure;
  private volatile boolean hasRefused;

  // Records that were in the last group, and how many must be queued for the thread to be woken.
  private long lastGroup;
  private int wakeAt = 1;

  private record Waiter(long sequence, Thread thread) implements Comparable<Waiter> {
    @Override
    public int compareTo(Waiter other) {
      return Long.compare(sequence, other.sequence);
    }
  }

  private record Refusal(long from, long to, CatchwaterException why) {}

  private Journal(
      Disk disk,
      Path folder,
      JournalOptions options,
      RandomGenerator random,
      JournalListener listener,
      Survey survey) {
    this.disk = disk;
    this.folder = folder;
    this.options = options;
    this.listener = listener;
    this.records = new JournalRecords(survey);
    this.driver = new CommitDriver(disk, folder, options.reserveBytes());
    List<CommitCore.Segment> segments = new ArrayList<>();
    for (Survey.Span span : survey.segments()) {
      segments.add(new CommitCore.Segment(span.first(), span.last()));
    }
    this.core = new CommitCore(options, random, segments, survey.last());
    this.durable = survey.last();
  }

  /// Opens the journal in a folder and recovers it: what follows the last whole record is cut, and
  /// what survived is on the disk when this returns. A folder that is not there is made when the
  /// first record is written.
  ///
  /// @param random for the salts of segments
  /// @throws CatchwaterException `CORRUPT`, with segment and record, if a record that was forced is
  ///   missing or damaged: nothing is cut then; `UNSUPPORTED` for segments of a later version;
  ///   `DISK_FULL` or `STORAGE_FAILED` if the disk refuses, and trying again is safe
  public static Journal open(
      Disk disk, Path folder, JournalOptions options, RandomGenerator random) {
    return open(disk, folder, options, random, JournalListener.NONE);
  }

  /// As above, with somebody who hears what becomes durable.
  public static Journal open(
      Disk disk,
      Path folder,
      JournalOptions options,
      RandomGenerator random,
      JournalListener listener) {
    if (options.dataset().getBytes(StandardCharsets.UTF_8).length
        > JournalOptions.DATASET_BYTES_MAX) {
      throw new IllegalArgumentException("identity too long: " + options.dataset());
    }
    try {
      Survey survey = new Recovery(disk, folder, options.dataset(), random).recover();
      return new Journal(disk, folder, options, random, listener, survey);
    } catch (IOException e) {
      throw JournalFailure.of(folder, e);
    }
  }

  /// The records that were there when the journal was opened, once, in order. Files that are
  /// released meanwhile stay readable.
  public JournalRecords records() {
    return records;
  }

  /// Throws if the disk has no room for a payload of that size above the reserve. Asks the disk, so
  /// that a push can be refused before anything is done for it.
  ///
  /// @throws CatchwaterException `DISK_FULL`, or `STORAGE_FAILED` if the journal has stopped
  public void requireRoom(long payloadBytes) {
    CatchwaterException stopped = failure;
    if (stopped != null) {
      throw stopped;
    }
    try {
      Path there = folder;
      while (!disk.exists(there) && there.getParent() != null) {
        there = there.getParent();
      }
      CommitDriver.requireRoom(disk, there, payloadBytes, options.reserveBytes());
    } catch (IOException e) {
      throw JournalFailure.of(folder, e);
    }
  }

  /// Queues a record. Does not touch the disk.
  ///
  /// @param payload not copied: it must not be changed any more
  /// @return its sequence; later calls give higher ones. The first record ever has 1, and there is
  ///   a gap only where records were refused
  /// @throws CatchwaterException `STORAGE_FAILED` if the journal has stopped, `DISK_FULL` between a
  ///   refusal and [#resume()]
  public long append(byte[] payload) {
    if (payload.length > SegmentFormat.PAYLOAD_BYTES_MAX) {
      throw new IllegalArgumentException("a record of " + payload.length + " bytes");
    }
    int crc = SegmentFormat.payloadCrc(payload, 0, payload.length);
    lock.lock();
    try {
      requireRunning();
      if (core.isRefusing()) {
        throw refusals.getLast().why();
      }
      long sequence = core.append(payload, crc);
      wake();
      return sequence;
    } finally {
      lock.unlock();
    }
  }

  private void requireRunning() {
    CatchwaterException stopped = failure;
    if (stopped != null) {
      throw stopped;
    }
    if (isClosed) {
      throw new IllegalStateException("the journal is closed");
    }
  }

  private void wake() {
    if (thread == null) {
      thread = Thread.ofPlatform().daemon().name("journal " + options.dataset()).start(this::run);
    }
    if (core.waitingForGroup() == 0 || core.waitingForGroup() >= wakeAt) {
      work.signal();
    }
  }

  /// Waits until a record is on the disk. An interrupt is kept for the caller and ends nothing:
  /// nobody can say what became of a record before the disk has.
  ///
  /// @throws CatchwaterException `STORAGE_FAILED` if it may or may not be there, now and after a
  ///   restart; `DISK_FULL` if it was refused and is not there
  public void awaitDurable(long sequence) {
    if (durable < sequence || hasRefused) {
      await(sequence);
    }
    if (durable < sequence) {
      throw new IllegalStateException("record " + sequence + " answered before it was durable");
    }
  }

  private void await(long sequence) {
    lock.lock();
    try {
      if (isDecided(sequence)) {
        return;
      }
      if (sequence > core.last()) {
        throw new IllegalArgumentException("record " + sequence + " was never appended");
      }
      waiters.add(new Waiter(sequence, Thread.currentThread()));
    } finally {
      lock.unlock();
    }
    boolean wasInterrupted = false;
    while (true) {
      LockSupport.park(this);
      wasInterrupted |= Thread.interrupted();
      if (durable >= sequence || failure != null || hasRefused) {
        lock.lock();
        try {
          if (isDecided(sequence)) {
            return;
          }
        } finally {
          lock.unlock();
          if (wasInterrupted) {
            Thread.currentThread().interrupt();
          }
        }
      }
    }
  }

  /// Whether a record is durable; throws if it never will be.
  private boolean isDecided(long sequence) {
    for (int i = refusals.size() - 1; i >= 0; i--) {
      Refusal refusal = refusals.get(i);
      if (refusal.from() <= sequence && sequence <= refusal.to()) {
        throw refusal.why();
      }
    }
    if (durable >= sequence) {
      return true;
    }
    CatchwaterException stopped = failure;
    if (stopped != null) {
      throw stopped;
    }
    return false;
  }

  /// Every record up to here that was not refused is on the disk.
  public long durableSequence() {
    return durable;
  }

  /// Why the journal takes nothing any more, or null.
  public @Nullable CatchwaterException failure() {
    return failure;
  }

  /// Bytes that wait for the disk.
  public long queuedBytes() {
    lock.lock();
    try {
      return core.queuedBytes();
    } finally {
      lock.unlock();
    }
  }

  /// Takes records again after some were refused because the disk was full. Whoever calls it has
  /// given up everything that was built on a refused record: what is appended next follows the last
  /// durable one.
  ///
  /// @return the sequence of the last durable record
  public long resume() {
    lock.lock();
    try {
      core.resume();
      return durable;
    } finally {
      lock.unlock();
    }
  }

  /// Gives up the records up to `throughSequence`, which must be durable: they are kept elsewhere
  /// now. Segments that hold no other are deleted soon. That is not remembered: whoever opens a
  /// journal releases again what it finds and does not need.
  public void release(long throughSequence) {
    lock.lock();
    try {
      if (throughSequence > durable) {
        throw new IllegalArgumentException(throughSequence + " is not durable");
      }
      if (!isClosed && failure == null) {
        core.release(throughSequence);
        wake();
      }
    } finally {
      lock.unlock();
    }
  }

  // --- the journal's thread ----------------------------------------------------------------------

  private void run() {
    try {
      CommitOperation operation = take();
      while (operation != null) {
        IOException problem = null;
        try {
          if (operation instanceof CommitOperation.Write write && write.records() > 0) {
            listener.forming(write.records());
          }
          driver.perform(operation);
        } catch (IOException e) {
          problem = e;
        }
        report(problem);
        operation = take();
      }
    } catch (Throwable e) { // whoever waits must hear of it, whatever it is
      stop(e);
    }
  }

  /// Waits for something to do; null when the journal is closed and all is done.
  private @Nullable CommitOperation take() {
    lock.lock();
    try {
      while (true) {
        gather();
        CommitOperation operation = core.next();
        if (operation == null) {
          core.tick();
          operation = core.next();
        }
        if (operation != null || isClosed || core.isFailed()) {
          return operation;
        }
        work.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Lets a group grow where many appenders are at work. One that is alone never waits.
  private void gather() {
    if (lastGroup < CROWD || core.waitingForGroup() == 0) {
      return;
    }
    wakeAt = CROWD_ENOUGH;
    try {
      for (long left = CROWD_NANOS_MAX;
          left > 0 && core.waitingForGroup() < CROWD_ENOUGH && !isClosed; ) {
        left = work.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the thread of a journal", e);
    }
    wakeAt = 1;
  }

  private void report(@Nullable IOException problem) {
    if (problem != null && !JournalFailure.isFull(problem)) {
      stop(problem);
      return;
    }
    long now;
    Refusal refusal = null;
    lock.lock();
    try {
      boolean wasRefusing = core.isRefusing();
      if (problem == null) {
        core.done();
      } else {
        core.full();
      }
      if (core.isRefusing() && !wasRefusing) {
        refusal = new Refusal(core.refusedFrom(), core.last(), JournalFailure.full(folder));
        refusals.add(refusal);
        hasRefused = true;
      }
      now = core.durable();
      lastGroup = now > durable ? now - durable : lastGroup;
    } finally {
      lock.unlock();
    }
    if (core.isFailed()) {
      stop(problem == null ? new IllegalStateException("no operation failed") : problem);
      return;
    }
    if (now > durable) {
      listener.durable(now);
      durable = now;
      wakeUpTo(now);
    }
    if (refusal != null) {
      listener.refused(refusal.from(), refusal.why());
      wakeUpTo(refusal.to());
    }
  }

  private void stop(Throwable cause) {
    if (cause instanceof IOException) {
      driver.stop(durable);
    }
    lock.lock();
    try {
      core.failed();
      if (failure == null) {
        failure = JournalFailure.stopped(folder, cause);
      }
    } finally {
      lock.unlock();
    }
    wakeUpTo(Long.MAX_VALUE);
  }

  private void wakeUpTo(long sequence) {
    List<Thread> ready = new ArrayList<>();
    lock.lock();
    try {
      for (Waiter waiter = waiters.peek();
          waiter != null && waiter.sequence() <= sequence;
          waiter = waiters.peek()) {
        ready.add(waiter.thread());
        waiters.poll();
      }
    } finally {
      lock.unlock();
    }
    for (Thread waiting : ready) {
      LockSupport.unpark(waiting);
    }
  }

  /// Writes what is queued, removes what is released, and ends the thread. A journal of which
  /// everything is released leaves an empty folder.
  ///
  /// @throws CatchwaterException if the journal had stopped, or stops now
  @Override
  public void close() {
    Thread running;
    lock.lock();
    try {
      if (isClosed) {
        return;
      }
      isClosed = true;
      core.close();
      running = thread;
      work.signal();
    } finally {
      lock.unlock();
    }
    if (running == null) {
      run();
    } else {
      joinUninterruptibly(running);
    }
    try {
      records.close();
      driver.close();
    } catch (IOException e) {
      throw JournalFailure.of(folder, e);
    }
    CatchwaterException stopped = failure;
    if (stopped != null) {
      throw stopped;
    }
  }

  private static void joinUninterruptibly(Thread running) {
    boolean wasInterrupted = false;
    while (true) {
      try {
        running.join();
        break;
      } catch (InterruptedException e) {
        wasInterrupted = true;
      }
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
