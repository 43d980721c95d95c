package dev.catchwater.ingest.quarantine;

import dev.catchwater.ingest.trouble.Trouble;
import dev.catchwater.ingest.trouble.Troubles;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.receipt.ReceiptFacts;
import dev.catchwater.storage.Dataset;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The pushes of a journal whose refused rows are not known to be in the quarantine. As long as one
/// is here its record is not released. Thread-safe.
public final class RefusedPushes {
  private final Dataset of;
  private final QuarantineSink sink;
  private final Troubles troubles;
  private final TreeMap<Long, RefusedPush> waiting = new TreeMap<>();

  /// @param of whose journal it is
  /// @param troubles hears where rows could not be moved
  public RefusedPushes(Dataset of, QuarantineSink sink, Troubles troubles) {
    this.of = of;
    this.sink = sink;
    this.troubles = troubles;
  }

  /// Makes the quarantine, where there is none.
  ///
  /// @throws CatchwaterException as [QuarantineSink#prepare]
  public void prepare() {
    sink.prepare(of);
  }

  /// Notes the rows of a record; null where it has none.
  public synchronized void note(long sequence, ReceiptFacts facts, @Nullable AsideRows aside) {
    if (aside != null) {
      waiting.put(sequence, RefusedPush.of(facts, aside));
    }
  }

  private synchronized @Nullable RefusedPush at(long sequence) {
    return waiting.get(sequence);
  }

  /// Whether none is left.
  private synchronized boolean done(long sequence) {
    waiting.remove(sequence);
    return waiting.isEmpty();
  }

  /// Moves the rows of one record, which is durable. A failure leaves them in the record, from
  /// which they are moved at the next seal, or when the journal is replayed; it is no matter of the
  /// push, whose rows are safe where they are.
  public void moveOne(long sequence) {
    RefusedPush push = at(sequence);
    if (push != null) {
      try {
        sink.take(of, push);
        if (done(sequence)) {
          troubles.went(Trouble.QUARANTINE, of);
        }
      } catch (CatchwaterException e) {
        troubles.failed(Trouble.QUARANTINE, of, e);
      }
    }
  }

  /// Moves the rows of all records up to one, which are durable.
  ///
  /// @return up to which record the journal may be released
  public long moveThrough(long sequence) {
    while (true) {
      Map.Entry<Long, RefusedPush> first = first();
      if (first == null || first.getKey() > sequence) {
        return sequence;
      }
      moveOne(first.getKey());
      if (at(first.getKey()) != null) {
        return first.getKey() - 1;
      }
    }
  }

  private synchronized Map.@Nullable Entry<Long, RefusedPush> first() {
    return waiting.firstEntry();
  }
}
