package dev.catchwater.journal;

import dev.catchwater.journal.CommitOperation.Discard;
import dev.catchwater.journal.CommitOperation.Fill;
import dev.catchwater.journal.CommitOperation.Force;
import dev.catchwater.journal.CommitOperation.Publish;
import dev.catchwater.journal.CommitOperation.Remove;
import dev.catchwater.journal.CommitOperation.Target;
import dev.catchwater.journal.CommitOperation.Write;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What is done to the disk, and when: the state machine of a journal. It does no input or output,
/// reads no clock and starts no thread, so that a simulation can run it call by call.
///
/// Whoever drives it puts records in by [#append], asks [#next()] what to do, does it, and says how
/// it went by [#done()], [#full()] or [#failed()]. One operation is on its way at a time. A group
/// is whatever is queued when it is asked what to do next: it knows no timer.
///
/// Invariants: a record is durable only after a force of its file that came after its write, and,
/// for the first group of a segment, after the sync of the folder. `durable <= last`. A segment
/// gets its name after its first group was forced, and is begun after everything before it was. A
/// failure is final. Not thread-safe.
final class CommitCore {
  /// Groups are cut here, so that the buffer stays small; a larger record is a group of its own.
  private static final int GROUP_BYTES_MAX = 4 << 20;

  private static final byte[] NOTHING = new byte[0];

  private record Queued(long sequence, byte[] payload, int crc) {
    int bytes() {
      return SegmentFormat.recordBytes(payload.length);
    }
  }

  /// A named segment with records `first` to `last`; the last one's `last` grows.
  record Segment(long first, long last) {}

  private enum Due {
    NOTHING,
    FORCE,
    PUBLISH,
    DISCARD
  }

  private final JournalOptions options;
  private final RandomGenerator random;
  private final ArrayDeque<Queued> queue = new ArrayDeque<>();
  private final ArrayDeque<Segment> segments = new ArrayDeque<>();
  private byte[] buffer = NOTHING;

  private long last; // the last sequence that was given
  private long durable;
  private long released;
  private long queuedBytes;

  private boolean hasActive;
  private long activeSalt;
  private long activePosition;
  private long activeBytes;
  private long nextSalt;
  private long nextFilled;

  private @Nullable CommitOperation onItsWay;
  private Due due = Due.NOTHING;
  private Target target = Target.ACTIVE;
  private int groupCount; // records of the group that is on its way
  private long groupLast;
  private long groupEnd;
  private boolean isProof;
  private boolean isProofDue;
  private boolean isUnproven; // nothing on the disk says yet that `durable` is
  private boolean isHousekeepingTurn;
  private boolean isFillBlocked;
  private boolean isClosing;
  private boolean isFailed;
  private boolean isRefusing;
  private long refusedFrom;

  /// Goes on after `last`; all of `segments` is durable.
  CommitCore(
      JournalOptions options, RandomGenerator random, Iterable<Segment> segments, long last) {
    this.options = options;
    this.random = random;
    for (Segment segment : segments) {
      this.segments.add(segment);
    }
    this.last = last;
    this.durable = last;
  }

  // --- inputs ------------------------------------------------------------------------------------

  /// Queues a record.
  ///
  /// @param crc its [SegmentFormat#payloadCrc]
  /// @return its sequence
  long append(byte[] payload, int crc) {
    if (isFailed || isRefusing || isClosing) {
      throw new IllegalStateException("no record is taken now");
    }
    last++;
    Queued queued = new Queued(last, payload, crc);
    queue.add(queued);
    queuedBytes += queued.bytes();
    return last;
  }

  /// The records up to there are not needed any more; at most what is durable counts.
  void release(long through) {
    released = Math.max(released, Math.min(through, durable));
  }

  /// Nothing is queued and there is a moment: whatever can make a later recovery easier is due.
  void tick() {
    isProofDue |= hasActive && isUnproven;
  }

  /// Nothing is appended any more. What is queued is written; then, if all is released, the folder
  /// is emptied.
  void close() {
    isClosing = true;
    isProofDue |= hasActive && isUnproven;
  }

  /// Takes records again after they were refused for want of room.
  void resume() {
    isRefusing = false;
  }

  // --- what to do --------------------------------------------------------------------------------

  /// What to do now; null if there is nothing until the next input.
  @Nullable CommitOperation next() {
    if (onItsWay != null) {
      throw new IllegalStateException("still doing " + onItsWay);
    }
    onItsWay = isFailed ? null : choose();
    return onItsWay;
  }

  private @Nullable CommitOperation choose() {
    if (due != Due.NOTHING) {
      return completion();
    }
    if (isHousekeepingTurn || queue.isEmpty()) {
      isHousekeepingTurn = false;
      CommitOperation operation = housekeeping();
      if (operation != null) {
        return operation;
      }
    }
    if (!queue.isEmpty()) {
      return group();
    }
    return isProofDue && !isAllReleased() ? proof() : null;
  }

  /// What the operation before has left to do.
  private CommitOperation completion() {
    return switch (due) {
      case FORCE -> new Force(target);
      case PUBLISH -> new Publish(SegmentFormat.name(queue.getFirst().sequence()));
      case DISCARD -> new Discard(target, target == Target.ACTIVE ? activePosition : 0);
      case NOTHING -> throw new IllegalStateException("nothing is due");
    };
  }

  private @Nullable CommitOperation housekeeping() {
    boolean isEmptying = isClosing && queue.isEmpty() && isAllReleased();
    if (segments.size() > (isEmptying || !hasActive ? 0 : 1)
        && segments.getFirst().last() <= released) {
      return new Remove(SegmentFormat.name(segments.getFirst().first()));
    }
    if (isClosing && queue.isEmpty()) {
      return nextFilled > 0 ? new Discard(Target.NEXT, 0) : null;
    }
    return fillAhead();
  }

  /// The next segment is made in slices while the second half of the active one is used up, so that
  /// nobody waits for all of it.
  private @Nullable CommitOperation fillAhead() {
    if (!hasActive || isFillBlocked || 2 * activePosition < activeBytes) {
      return null;
    }
    long planned = Math.min(2 * activeBytes, options.segmentBytesMax());
    double share = (2.0 * activePosition - activeBytes) / activeBytes;
    if (nextFilled >= planned || nextFilled > share * planned) {
      return null;
    }
    return fill(planned - nextFilled);
  }

  private Fill fill(long bytes) {
    return new Fill(nextFilled, (int) Math.min(bytes, options.segmentBytesFirst()));
  }

  private CommitOperation group() {
    Queued first = queue.getFirst();
    if (hasActive && activePosition + first.bytes() <= activeBytes) {
      int length = encode(0, activePosition, activeBytes, activeSalt);
      return write(Target.ACTIVE, length, activePosition);
    }
    long needed = Math.max(options.segmentBytesFirst(), SegmentFormat.HEADER_BYTES + first.bytes());
    if (nextFilled < needed) {
      return fill(needed - nextFilled);
    }
    nextSalt = random.nextLong();
    int length =
        encode(SegmentFormat.HEADER_BYTES, SegmentFormat.HEADER_BYTES, nextFilled, nextSalt);
    SegmentFormat.writeHeader(
        buffer,
        new SegmentFormat.Header(
            nextSalt,
            first.sequence(),
            durable,
            groupLast,
            options.dataset().getBytes(StandardCharsets.UTF_8)));
    return write(Target.NEXT, length, 0);
  }

  /// Puts as much of the queue as fits into the buffer, behind `at`; where the group ends there.
  private int encode(int at, long position, long end, long salt) {
    int room = (int) Math.min(end - position, GROUP_BYTES_MAX);
    int bytes = 0;
    groupCount = 0;
    for (Queued queued : queue) {
      boolean fits = bytes + (long) queued.bytes() <= room;
      if (!fits && groupCount > 0) {
        break;
      }
      bytes += queued.bytes();
      groupCount++;
      groupLast = queued.sequence();
    }
    if (buffer.length < at + bytes) {
      buffer = new byte[Math.max(at + bytes, Math.min(2 * buffer.length, GROUP_BYTES_MAX))];
    }
    long previous = durable;
    int count = 0;
    int to = at;
    for (Queued queued : queue) {
      if (count++ == groupCount) {
        break;
      }
      SegmentFormat.RecordHeader header =
          new SegmentFormat.RecordHeader(
              queued.payload().length, queued.sequence(), previous, durable, queued.crc());
      to = SegmentFormat.writeRecord(buffer, to, salt, header, queued.payload());
      previous = queued.sequence();
    }
    groupEnd = position + bytes;
    return to;
  }

  private Write write(Target where, int length, long position) {
    target = where;
    isProof = false;
    return new Write(where, buffer, length, position, groupCount);
  }

  /// A proof goes where the next group will go, and is not forced: it is a help, not a promise.
  private @Nullable CommitOperation proof() {
    isProofDue = false;
    int length = SegmentFormat.RECORD_HEADER_BYTES;
    if (activePosition + length > activeBytes) {
      return null;
    }
    byte[] bytes = new byte[length];
    int crc = SegmentFormat.payloadCrc(NOTHING, 0, 0);
    SegmentFormat.RecordHeader header = new SegmentFormat.RecordHeader(0, 0, durable, durable, crc);
    SegmentFormat.writeRecord(bytes, 0, activeSalt, header, NOTHING);
    isProof = true;
    groupCount = 0;
    target = Target.ACTIVE;
    return new Write(Target.ACTIVE, bytes, length, activePosition, 0);
  }

  // --- how it went -------------------------------------------------------------------------------

  /// The operation was done.
  void done() {
    CommitOperation operation = take();
    if (operation instanceof Fill fill) {
      nextFilled = fill.position() + fill.bytes();
    } else if (operation instanceof Write) {
      if (!isProof || isClosing) {
        due = Due.FORCE;
      }
      isUnproven &= !isProof;
    } else if (operation instanceof Force) {
      due = Due.NOTHING;
      if (target == Target.NEXT) {
        due = Due.PUBLISH;
      } else if (!isProof) {
        becomeDurable();
      }
    } else if (operation instanceof Publish) {
      due = Due.NOTHING;
      beginSegment();
      becomeDurable();
      isUnproven = false; // the header of the segment says so
    } else if (operation instanceof Discard discard) {
      discarded(discard.target());
    } else if (operation instanceof Remove) {
      segments.removeFirst();
      hasActive &= !segments.isEmpty();
    }
  }

  /// There was no room for the operation; nothing else went wrong.
  void full() {
    CommitOperation operation = take();
    if (operation instanceof Fill) {
      isFillBlocked = true;
      if (!queue.isEmpty() && !fitsIntoActive()) {
        refuse();
      }
    } else if (operation instanceof Write || operation instanceof Publish) {
      due = Due.DISCARD; // a segment without its name is seen by nobody
    } else {
      isFailed = true;
    }
  }

  /// The operation failed. Nothing that was not durable before ever will be.
  void failed() {
    onItsWay = null;
    isFailed = true;
  }

  private CommitOperation take() {
    CommitOperation operation = onItsWay;
    if (operation == null) {
      throw new IllegalStateException("nothing was on its way");
    }
    onItsWay = null;
    return operation;
  }

  private boolean fitsIntoActive() {
    return hasActive && activePosition + queue.getFirst().bytes() <= activeBytes;
  }

  private void beginSegment() {
    segments.add(new Segment(queue.getFirst().sequence(), groupLast));
    hasActive = true;
    activeSalt = nextSalt;
    activeBytes = nextFilled;
    nextFilled = 0;
  }

  private void becomeDurable() {
    for (int i = 0; i < groupCount; i++) {
      queuedBytes -= queue.removeFirst().bytes();
    }
    groupCount = 0;
    activePosition = groupEnd;
    durable = groupLast;
    Segment segment = segments.removeLast();
    segments.add(new Segment(segment.first(), durable));
    isUnproven = true;
    isHousekeepingTurn = true;
    isFillBlocked = false; // not before: an idle journal would ask a full disk for ever
    if (buffer.length > GROUP_BYTES_MAX) {
      buffer = NOTHING;
    }
  }

  private void discarded(Target where) {
    due = Due.NOTHING;
    if (where == Target.NEXT) {
      nextFilled = 0;
    } else {
      activeBytes = activePosition; // what was written is gone, and so is what was prepared
    }
    if (groupCount > 0) {
      refuse();
    }
  }

  private void refuse() {
    refusedFrom = queue.getFirst().sequence();
    isRefusing = true;
    queue.clear();
    queuedBytes = 0;
    groupCount = 0;
  }

  // --- state -------------------------------------------------------------------------------------

  /// Every record up to here that was not refused is durable.
  long durable() {
    return durable;
  }

  /// The last sequence that was given.
  long last() {
    return last;
  }

  /// How many records wait for the disk, where the next thing to do for them is to write a group; 0
  /// while one is on its way.
  int waitingForGroup() {
    return due == Due.NOTHING && onItsWay == null ? queue.size() : 0;
  }

  /// Bytes that wait for the disk.
  long queuedBytes() {
    return queuedBytes;
  }

  boolean isFailed() {
    return isFailed;
  }

  /// Whether records are refused until [#resume()]: those from [#refusedFrom()] to [#last()].
  boolean isRefusing() {
    return isRefusing;
  }

  long refusedFrom() {
    return refusedFrom;
  }

  private boolean isAllReleased() {
    return released >= durable;
  }
}
