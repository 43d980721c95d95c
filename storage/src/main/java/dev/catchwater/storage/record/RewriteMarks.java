package dev.catchwater.storage.record;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What one writer of a dataset has to do with the [SideLog]: the next block with rows behind an
/// entry has the log's hash, and a history that is replaced is an entry before it is. Not
/// thread-safe.
public final class RewriteMarks {
  private final Dataset dataset;
  private SideLog.@Nullable Mark pending;
  private @Nullable Instant at;

  /// The marks of a writer.
  public RewriteMarks(Dataset dataset) {
    this.dataset = dataset;
  }

  /// Tells the time of a rewrite.
  public void at(Instant now) {
    at = now;
  }

  /// The event with the end of the log in it, where no block has that yet.
  ///
  /// @param rewinds whether blocks are made anew, which say what they said
  public MetadataEvent marked(MetadataEvent event, boolean rewinds) {
    if (rewinds || pending != null || !(event instanceof AddData data)) {
      return event;
    }
    try {
      // Most datasets have no log, and a cold push loads no more classes than it must.
      if (!dataset.disk().exists(dataset.stateFolder().resolve(SideLog.FILE))) {
        return event;
      }
      SideLog.Mark end = SideLog.unmarked(dataset);
      if (end == null) {
        return event;
      }
      pending = end;
      return new AddData(
          data.prevCheckpoint(),
          data.prevOffset(),
          data.newData(),
          data.newCheckpoint(),
          data.newWatermark(),
          data.newSourceState(),
          SideLog.withMark(data.extra(), end));
    } catch (IOException e) {
      throw CatchwaterException.of(
              ErrorCode.STORAGE_FAILED, "The side log cannot be read: " + e.getMessage())
          .withCause(e);
    }
  }

  /// Notes, durably, that another history is about to take the place of this one.
  ///
  /// @param keepsRows whether it has the same rows
  /// @param former the head before, empty where it cannot be read
  public void noteRewrite(boolean keepsRows, Optional<Multihash> former, Multihash head)
      throws IOException {
    if (former.isPresent() && former.get().equals(head)) {
      return;
    }
    if (former.isPresent()) {
      HeadRegister.keep(dataset, former.get());
    }
    SideLog.addRewrite(
        dataset, keepsRows ? SideLog.COMPACT : SideLog.RESET, former.orElse(null), head, at);
  }

  /// What was added is committed.
  public void committed() {
    SideLog.Mark mark = pending;
    pending = null;
    if (mark != null) {
      SideLog.noteMarked(dataset, mark);
    }
  }

  /// What was added is dropped.
  public void rolledBack() {
    pending = null;
  }
}
