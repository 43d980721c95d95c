package dev.catchwater.ingest.quarantine;

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
  private final TreeMap<Long, RefusedPush> waiting = new TreeMap<>();

  /// @param of whose journal it is
  public RefusedPushes(Dataset of, QuarantineSink sink) {
    this.of = of;
    this.sink = sink;
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
      waiting.put(sequence, new RefusedPush(facts, aside));
    }
  }

  private synchronized @Nullable RefusedPush at(long sequence) {
    return waiting.get(sequence);
  }

  private synchronized void done(long sequence) {
    waiting.remove(sequence);
  }

  /// Moves the rows of one record, which is durable. A failure leaves them in the record, from
  /// which they are moved at the next seal, or when the journal is replayed.
  public void moveOne(long sequence) {
    RefusedPush push = at(sequence);
    if (push != null) {
      try {
        sink.take(of, push);
        done(sequence);
      } catch (CatchwaterException e) {
        // The rows are safe where they are.
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
