package dev.catchwater.storage.retention;

import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.HashedBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Marks the blocks of one writer with the first offset that is kept, and deletes the slices before
/// the mark of an *earlier* block, which has been durable for a minute at least: statements that
/// began before have their files for as long. A crash leaves files that a later block, or garbage
/// collection, takes away; no block names fewer rows than there are. Not thread-safe.
public final class RetentionMarks {
  private static final Duration LEAST = Duration.ofMinutes(1);

  /// A look walks over the slices that are kept: the more there are, the rarer.
  private static final Duration A_SLICE = Duration.ofMillis(50);

  private final Dataset dataset;
  private final List<Path> expired = new ArrayList<>();
  private @Nullable RetentionMark pending;

  /// The marks of a writer.
  public RetentionMarks(Dataset dataset) {
    this.dataset = dataset;
  }

  /// The event with its mark, where the chain has a retention or had one.
  ///
  /// @param state before the event
  /// @param committed the last block that can be read
  /// @param now the time of the block
  public MetadataEvent marked(
      MetadataEvent event, ChainState state, Multihash committed, Instant now) {
    if (!(event instanceof AddData data)) {
      return event;
    }
    Retention policy = isOfAppends(state) ? Retention.of(state) : null;
    RetentionMark before = pending == null ? newest(committed) : pending;
    if (policy == null && before == null) {
      return event;
    }
    RetentionMark mark = before == null ? new RetentionMark(0, Instant.EPOCH) : before;
    if (policy != null && pending == null && data.newData() != null && !now.isBefore(mark.next())) {
      mark = look(policy, mark, data.newData(), committed, now);
    }
    pending = mark;
    return new AddData(
        data.prevCheckpoint(),
        data.prevOffset(),
        data.newData(),
        data.newCheckpoint(),
        data.newWatermark(),
        data.newSourceState(),
        mark.in(data.extra(), policy));
  }

  private static boolean isOfAppends(ChainState state) {
    for (AddPushSource source : state.pushSources().values()) {
      if (!(source.merge() instanceof MergeStrategy.Append)) {
        return false;
      }
    }
    return true;
  }

  private @Nullable RetentionMark newest(Multihash head) {
    for (HashedBlock block : dataset.blocksFrom(head)) {
      if (block.block().event() instanceof AddData data) {
        return RetentionMark.of(data.extra());
      }
    }
    return null;
  }

  private RetentionMark look(
      Retention policy, RetentionMark before, DataSlice added, Multihash committed, Instant now) {
    Duration age = policy.time();
    Instant oldest = age == null ? Instant.MIN : now.minus(age);
    long rows = added.rowCount();
    long bytes = added.size();
    long first = -1;
    long walked = 0;
    for (HashedBlock block : dataset.blocksFrom(committed)) {
      DataSlice slice = block.block().event() instanceof AddData data ? data.newData() : null;
      if (slice == null) {
        continue;
      }
      walked++;
      if (slice.offsetEnd() < before.firstOffset()) {
        Path file = dataset.slicePath(slice);
        if (!isThere(file)) {
          break;
        }
        expired.addFirst(file); // what a crash leaves is beside what is kept
        continue;
      }
      rows += slice.rowCount();
      bytes += slice.size();
      boolean isKept =
          !block.block().systemTime().isBefore(oldest)
              && (policy.rows() == null || rows <= policy.rows())
              && (policy.bytes() == null || bytes <= policy.bytes());
      if (first < 0 && !isKept) {
        first = slice.offsetEnd() + 1;
      }
    }
    Duration pause = A_SLICE.multipliedBy(walked);
    return new RetentionMark(
        Math.max(before.firstOffset(), first),
        now.plus(pause.compareTo(LEAST) > 0 ? pause : LEAST));
  }

  private boolean isThere(Path file) {
    try {
      return dataset.disk().exists(file);
    } catch (IOException e) {
      return false; // it is looked at again
    }
  }

  /// What was added is committed.
  public void committed() {
    pending = null;
    for (Path file : expired) {
      try {
        dataset.disk().delete(file);
      } catch (IOException e) {
        // it goes another time
      }
    }
    expired.clear();
  }

  /// What was added is dropped.
  public void rolledBack() {
    pending = null;
    expired.clear();
  }
}
