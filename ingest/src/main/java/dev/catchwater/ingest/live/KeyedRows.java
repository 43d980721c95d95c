package dev.catchwater.ingest.live;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.PushIngest;
import dev.catchwater.ingest.index.LiveStates;
import dev.catchwater.ingest.index.StatePosition;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.storage.LockWait;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The rows of a dataset as they stand, by the key of its source: looks into the index of states
/// and into what is in no slice yet, without a statement and without reading history. Who was told
/// that a push is durable finds what it left. Opens the dataset where it is not. Thread-safe.
public final class KeyedRows {
  private final HeldDataset slot;

  KeyedRows(HeldDataset slot) {
    this.slot = slot;
  }

  /// The row of a key, alone: event time, then data columns; null where there is none.
  ///
  /// @param textKey the value of the only key column, a String, in UTF-8
  /// @throws CatchwaterException of the disk
  public @Nullable RecordBatch find(byte[] textKey) {
    OpenDataset held;
    LiveStates.Known known;
    long sequence;
    slot.pushing.lock();
    try {
      held = slot.openNow(LockWait.standard());
      LiveStates states = states(held);
      if (states == null) {
        return null;
      }
      known = states.find(textKey);
      sequence = held.journal().lastSequence();
    } catch (IOException e) {
      throw PushIngest.diskFailure(e);
    } finally {
      slot.pushing.unlock();
    }
    if (known.isInMemory()) {
      awaitDurable(held, sequence);
    }
    return known.row();
  }

  /// Hands on rows of one moment, while nobody pushes. Parameters and result are those of
  /// [LiveStates#walk].
  ///
  /// @throws CatchwaterException of the disk, or `SCAN_LOST`
  public @Nullable StatePosition walk(
      @Nullable StatePosition after, long rowsMax, long bytesMax, Consumer<RecordBatch> taker) {
    OpenDataset held;
    StatePosition end;
    long sequence;
    slot.pushing.lock();
    try {
      held = slot.openNow(LockWait.standard());
      LiveStates states = states(held);
      if (states == null) {
        return null;
      }
      end = states.walk(after, rowsMax, bytesMax, taker);
      sequence = held.journal().lastSequence();
    } catch (IOException e) {
      throw PushIngest.diskFailure(e);
    } finally {
      slot.pushing.unlock();
    }
    awaitDurable(held, sequence);
    return end;
  }

  private static @Nullable LiveStates states(OpenDataset held) throws IOException {
    ChainState state = held.facts().state();
    for (AddPushSource source : state.pushSources().values()) {
      LiveStates states = held.keys().statesOf(source.merge(), state);
      if (states != null) {
        return states;
      }
    }
    return null;
  }

  // Nobody is told of rows that a crash could take away again.
  private void awaitDurable(OpenDataset held, long sequence) {
    try {
      held.journal().awaitDurable(sequence);
    } catch (CatchwaterException e) {
      throw slot.failed(held, e, false);
    }
  }
}
