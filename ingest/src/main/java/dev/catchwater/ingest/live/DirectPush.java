package dev.catchwater.ingest.live;

import dev.catchwater.ingest.PushCounts;
import dev.catchwater.ingest.PushIngest;
import dev.catchwater.ingest.PushReport;
import dev.catchwater.ingest.PushRequest;
import dev.catchwater.ingest.live.receipt.Receipts;
import dev.catchwater.ingest.live.receipt.Ticket;
import dev.catchwater.ingest.live.record.PushRecord;
import dev.catchwater.ingest.quarantine.AsideRows;
import dev.catchwater.ingest.sieve.RefusedRow;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.receipt.ReceiptFacts;
import dev.catchwater.odf.schema.ExtraAttributes;
import dev.catchwater.storage.DatasetWriter;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A push that goes into a slice directly. Writes to the journal what is about to be committed, so
/// that the push is recognized, and its receipt known, also if the process dies right after the
/// commit. Used under both locks of the dataset (see [OpenDataset]).
final class DirectPush implements PushIngest.CommitListener {
  private final DatasetWriter writer;
  private final Receipts receipts;
  private final Consumer<PushRecord> journal;
  private final PushRequest request;
  private final Runnable prepare;
  private final AddPushSource source;
  private final PushIdentity identity;
  private final byte @Nullable [] fingerprint;
  private final ChainState before;
  private @Nullable PushRecord record;
  private @Nullable Ticket ticket;
  private boolean isRootAdded;

  /// @param journal makes a record durable
  /// @param prepare makes a place for rows that the push sets aside
  DirectPush(
      DatasetWriter writer,
      Receipts receipts,
      Consumer<PushRecord> journal,
      PushRequest request,
      Runnable prepare,
      AddPushSource source,
      PushIdentity identity,
      byte @Nullable [] fingerprint) {
    this.writer = writer;
    this.receipts = receipts;
    this.journal = journal;
    this.request = request;
    this.prepare = prepare;
    this.source = source;
    this.identity = identity;
    this.fingerprint = fingerprint;
    before = writer.state();
  }

  @Override
  public ExtraAttributes extra(
      PushCounts counts, PushReport.@Nullable Offsets offsets, Instant systemTime)
      throws IOException {
    isRootAdded = true;
    return receipts.rootWith(facts(counts, offsets, systemTime));
  }

  private ReceiptFacts facts(
      PushCounts counts, PushReport.@Nullable Offsets offsets, Instant systemTime) {
    return receipts.facts(
        identity, source.sourceName(), offsets, counts, systemTime, before.head());
  }

  @Override
  public void committing(PushReport report, List<RefusedRow> refused) {
    if (!refused.isEmpty()) {
      prepare.run();
    }
    Multihash block = report.block();
    Long last = before.lastOffset();
    ReceiptFacts says = facts(report.counts(), report.offsets(), report.systemTime());
    PushRecord made =
        new PushRecord(
            last == null ? 0 : last + 1,
            null,
            report.systemTime(),
            says,
            fingerprint == null
                ? null
                : new PushRecord.Identity(fingerprint, report, says.number()),
            block == null ? null : new PushRecord.Commit(block, writer.state().sequenceNumber()),
            AsideRows.of(request, refused));
    ticket = receipts.add(says);
    journal.accept(made);
    record = made;
  }

  /// What was announced.
  PushRecord record() {
    PushRecord announced = record;
    if (announced == null) {
      throw new IllegalStateException("a push that announced nothing");
    }
    return announced;
  }

  /// What its receipt is had by.
  @Nullable Ticket ticket() {
    return ticket;
  }

  /// Whether the block of the push has the root of its receipt.
  boolean isRootAdded() {
    return isRootAdded;
  }
}
