package dev.catchwater.ingest.live;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.PushCounts;
import dev.catchwater.ingest.PushReading;
import dev.catchwater.ingest.PushReport;
import dev.catchwater.ingest.PushRequest;
import dev.catchwater.ingest.live.receipt.Receipts;
import dev.catchwater.ingest.live.receipt.Ticket;
import dev.catchwater.ingest.live.record.PushMemory;
import dev.catchwater.ingest.live.record.PushRecord;
import dev.catchwater.ingest.merge.RowCodec;
import dev.catchwater.ingest.quarantine.AsideRows;
import dev.catchwater.ingest.quarantine.QuarantineSink;
import dev.catchwater.ingest.quarantine.RefusedPushes;
import dev.catchwater.journal.JournalRecord;
import dev.catchwater.journal.JournalRecords;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.receipt.ReceiptFacts;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.ExtraAttributes;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.RewriteNotes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A dataset while its writer's lock is held: the chain, its journal, and what is between the two.
///
/// Two locks of [LiveDataset] guard it. *pushing*: all fields, and every method but those below;
/// *sealing*, taken first where both are: the [DatasetWriter]. [#write] and [#indexes] need only
/// *sealing*, so that pushes go on while a slice is written; [#view()] needs none.
final class OpenDataset {
  private final DatasetWriter writer;
  private final LiveTools tools;
  private final HotTable hot;
  private final PushMemory memory;
  private final Receipts receipts;
  private final RowCodec codec = new RowCodec();
  private final HotKeys keys;
  private final HotJournal journal;
  private final RefusedPushes refused;
  private volatile Facts facts;
  private @Nullable StoredRows rows;
  private long nextOffset;
  private Instant lastSystemTime;
  private @Nullable Instant watermark;

  /// The chain, and how often its schema or its sources changed: rows that were read at another
  /// generation must be read again.
  record Facts(ChainState state, int generation) {}

  /// A push that was taken in, durable once its sequence is.
  ///
  /// @param sequence what to wait for
  /// @param recordSequence of its own record, 0 where it has none
  /// @param receipt what its receipt is had by, null where it has none
  record Accepted(
      PushReport report, long sequence, long recordSequence, @Nullable Ticket receipt) {}

  private OpenDataset(
      DatasetWriter writer,
      LiveTools tools,
      QuarantineSink sink,
      PushMemory memory,
      Receipts receipts) {
    refused = new RefusedPushes(writer.dataset(), sink, tools.troubles());
    this.writer = writer;
    this.tools = tools;
    this.memory = memory;
    this.receipts = receipts;
    ChainState state = writer.state();
    hot = new HotTable(state);
    journal = new HotJournal(writer, tools, receipts);
    keys = new HotKeys(writer.dataset(), hot, tools);
    facts = new Facts(state, 0);
    lastSystemTime = state.systemTime();
    adopt(state);
  }

  /// Takes over a dataset whose lock the writer holds: its journal is replayed.
  ///
  /// @param sink where rows go that pushes set aside
  /// @throws CatchwaterException `CORRUPT` if the journal is damaged or does not continue the chain
  static OpenDataset of(DatasetWriter writer, LiveTools tools, QuarantineSink sink)
      throws IOException {
    Dataset dataset = writer.dataset();
    PushMemory memory =
        PushMemory.load(dataset.disk(), dataset.pushMemoryFolder(), tools.settings());
    writer.requireLock();
    if (RewriteNotes.exist(dataset)) {
      memory.forgetBehind(RewriteNotes.kept(dataset));
      RewriteNotes.delete(dataset);
    }
    Receipts receipts = Receipts.open(dataset, tools.keys());
    OpenDataset open = new OpenDataset(writer, tools, sink, memory, receipts);
    boolean isDone = false;
    try {
      if (dataset.hasUnsealedRows()) {
        open.replay();
      }
      isDone = true;
      return open;
    } finally {
      if (!isDone) {
        open.abandonJournal();
      }
    }
  }

  private void replay() {
    JournalRecords records = journal.opened().records();
    long firstOffset = nextOffset;
    for (JournalRecord found = records.next(); found != null; found = records.next()) {
      PushRecord record = Replay.decode(writer.dataset(), found, rows == null ? null : rows.data());
      journal.replayed(found.sequence(), found.payload().length);
      if (record.rowCount() > 0
          && !Replay.isInChain(writer.dataset(), record, nextOffset, found.sequence())) {
        apply(record, found.sequence());
      }
      firstOffset = Math.min(firstOffset, record.firstOffset());
      if (Replay.hasHappened(writer.dataset(), record, facts.state())) {
        receipts.replay(record.facts(), found.durableBefore());
        remember(record);
        refused.note(found.sequence(), record.facts(), record.aside());
      }
    }
    records.close();
    receipts.replayed(writer.dataset(), firstOffset);
  }

  /// What pushes set aside that is not in the quarantine yet. Needs no lock.
  RefusedPushes refused() {
    return refused;
  }

  private void remember(PushRecord record) {
    PushRecord.Identity identity = record.identity();
    if (identity != null) {
      memory.remember(record.facts(), identity, record.systemTime());
    }
  }

  Facts facts() {
    return facts;
  }

  HotRows view() {
    return hot.view(journal::durableSequence);
  }

  /// Needs no lock.
  Receipts receipts() {
    return receipts;
  }

  HotJournal journal() {
    return journal;
  }

  /// Needs no lock.
  PushMemory memory() {
    return memory;
  }

  /// The report of a push that was applied before; null for one that was not.
  @Nullable Accepted find(AddPushSource source, PushIdentity identity, byte[] fingerprint) {
    PushMemory.Found known =
        memory.find(
            source.sourceName(), identity.idempotencyKey(), identity.producer(), fingerprint);
    if (known == null) {
      return null;
    }
    takeOver(source, identity);
    PushReport report = known.report();
    PushReport found =
        report == null
            ? LiveMerge.forgotten(identity, around(lastSystemTime, Duration.ZERO))
            : report;
    return new Accepted(
        found,
        journal.lastSequence(),
        0,
        known.receipt() < 0 ? null : Receipts.ticket(known.receipt()));
  }

  /// Shuts out earlier instances of a producer by a push in this one's name that stores nothing.
  /// Where the producer stood; null for one that never pushed.
  PushMemory.@Nullable Position takeOver(AddPushSource source, PushIdentity identity) {
    Producer producer = identity.producer();
    if (producer == null) {
      return null;
    }
    PushMemory.Position last = memory.position(source.sourceName(), producer.id());
    PushRecord.Identity later = memory.takeover(source.sourceName(), producer);
    if (later != null && last != null) {
      Producer stands = new Producer(producer.id(), producer.epoch(), last.sequence());
      record(source, new PushIdentity(null, stands, identity.bodyHash()), later);
    }
    return last;
  }

  /// Notes what recognizes a push that stores nothing.
  private void record(AddPushSource source, PushIdentity identity, PushRecord.Identity noted) {
    PushRecord record =
        new PushRecord(
            nextOffset,
            null,
            lastSystemTime,
            receipts.facts(
                identity,
                source.sourceName(),
                null,
                PushCounts.NONE,
                lastSystemTime,
                facts.state().head()),
            noted,
            null,
            null);
    receipts.add(record.facts());
    append(record);
    remember(record);
  }

  /// Merges what was read, gives it its offsets and hands it to the journal; or refuses it and
  /// leaves no trace.
  ///
  /// @param fingerprint null where nothing recognizes the push
  /// @throws CatchwaterException of the rows, or of the journal: then it takes nothing any more
  /// @throws LiveMerge.TooLargeException if it must go into a slice directly
  Accepted accept(
      PushReading reading,
      PushRequest request,
      PushIdentity identity,
      byte @Nullable [] fingerprint,
      long startedNanos)
      throws IOException {
    Instant asked = request.systemTime();
    Instant systemTime = clamped(asked == null ? tools.clock().instant() : asked);
    HotKeys.Decider decider = keys.of(reading.source().merge(), form(), facts.state());
    boolean isKept = false;
    try {
      LiveMerge.Tools around = LiveMerge.Tools.of(form(), facts.state(), nextOffset, tools);
      LiveMerge merged = LiveMerge.of(reading, request, systemTime, decider, around);
      Duration elapsed = Duration.ofNanos(tools.nanos().getAsLong() - startedNanos);
      PushReport report =
          merged
              .report(reading, reading.warnings(), around(systemTime, elapsed))
              .withDryRun(request.isDryRun());
      if (request.isDryRun()) {
        // It says what it says because of the rows before it.
        return new Accepted(report, journal.lastSequence(), 0, null);
      }
      ReceiptFacts says =
          receipts.facts(
              identity,
              reading.source().sourceName(),
              report.offsets(),
              report.counts(),
              systemTime,
              facts.state().head());
      PushRecord record =
          new PushRecord(
              nextOffset,
              merged.rows(),
              systemTime,
              says,
              fingerprint == null
                  ? null
                  : new PushRecord.Identity(fingerprint, report, says.number()),
              null,
              AsideRows.of(request, reading.refused()));
      Ticket ticket = receipts.add(says);
      long sequence = append(record);
      // From here on nothing fails.
      isKept = true;
      decider.keep();
      if (merged.rows() != null) {
        keys.note(merged.rows(), form(), decider);
        apply(record, sequence);
      }
      remember(record);
      refused.note(sequence, says, record.aside());
      return new Accepted(report, sequence, sequence, ticket);
    } finally {
      if (!isKept) {
        decider.forget();
      }
    }
  }

  /// Its receipt is added before.
  private long append(PushRecord record) {
    StoredRows form = rows;
    RecordBatch merged = record.rows();
    boolean hasOperations = form != null && merged != null && form.hasOperations(merged);
    return journal.append(
        record.toBytes(codec, form == null ? 0 : form.checksum(), hasOperations),
        merged == null ? 0 : keys.bytesBeside(merged));
  }

  /// Takes in rows that have their offsets.
  private void apply(PushRecord record, long sequence) {
    StoredRows form = rows;
    RecordBatch merged = record.rows();
    if (form == null || merged == null) {
      throw new IllegalStateException("rows before there are columns");
    }
    hot.add(
        sequence,
        form.complete(merged, record.firstOffset(), record.systemTime()),
        journal.durableSequence());
    nextOffset = record.firstOffset() + merged.rowCount();
    lastSystemTime = clamped(record.systemTime());
    Instant latest = form.latestEventTime(merged);
    if (watermark == null || latest.isAfter(watermark)) {
      watermark = latest;
    }
  }

  private Instant clamped(Instant time) {
    return time.isBefore(lastSystemTime) ? lastSystemTime : time;
  }

  private StoredRows form() {
    StoredRows form = rows;
    if (form == null) {
      throw new IllegalStateException("the dataset has no columns yet");
    }
    return form;
  }

  private LiveMerge.Around around(Instant systemTime, Duration elapsed) {
    return new LiveMerge.Around(
        facts.state().head(), nextOffset, rows, watermark, systemTime, elapsed);
  }

  /// Pushes into a slice directly; everything before is sealed. Needs both locks.
  Accepted pushDirectly(
      PushRequest request,
      AddPushSource source,
      PushIdentity identity,
      byte @Nullable [] fingerprint) {
    if (request.isDryRun()) {
      return new Accepted(tools.ingest().push(request, writer), 0, 0, null);
    }
    DirectPush intent =
        new DirectPush(
            writer,
            receipts,
            record -> journal.awaitDurable(append(record)),
            request,
            refused::prepare,
            source,
            identity,
            fingerprint);
    PushReport report = tools.ingest().push(request, writer, intent);
    PushRecord record = intent.record();
    remember(record);
    refused.note(journal.lastSequence(), record.facts(), record.aside());
    refused.moveOne(journal.lastSequence());
    if (intent.isRootAdded()) {
      receipts.sealed(receipts.cut(), writer.state().head());
    }
    followWriter();
    PushRecord.Identity known = record.identity();
    // What the next one will be told too.
    return new Accepted(known == null ? report : known.report(), 0, 0, intent.ticket());
  }

  /// Writes the columns of a first push, if it would store rows. Needs both locks.
  boolean declare(PushRequest request) {
    boolean isDeclared = tools.ingest().declare(request, writer);
    followWriter();
    return isDeclared;
  }

  /// Takes over what the writer has committed. Needs both locks.
  void followWriter() {
    ChainState before = facts.state();
    ChainState state = writer.state();
    hot.follow(state);
    boolean isSame =
        Objects.equals(before.schema(), state.schema())
            && before.pushSources().equals(state.pushSources());
    facts = new Facts(state, facts.generation() + (isSame ? 0 : 1));
    adopt(state);
    keys.drop();
  }

  private void adopt(ChainState state) {
    DataSchema schema = state.schema();
    if (schema != null && (rows == null || !rows.stored().equals(schema))) {
      rows = StoredRows.of(schema);
    }
    Long last = state.lastOffset();
    nextOffset = last == null ? 0 : last + 1;
    lastSystemTime = clamped(state.systemTime());
    watermark = state.watermark();
  }

  /// Decides what goes into the next slice; null where nothing is left to do.
  HotSlice.@Nullable Cut cut() {
    if (journal.bytes() == 0) {
      return null;
    }
    HotSlice.Cut cut =
        new HotSlice.Cut(
            hot.cut(),
            journal.lastSequence(),
            memory.mark(),
            receipts.cut(),
            lastSystemTime,
            watermark);
    keys.cut();
    journal.cut();
    return cut;
  }

  /// Writes and commits the slice of a cut. Needs *sealing* only.
  ///
  /// @throws CatchwaterException if the disk refused; the rows stay in the journal
  ChainState write(HotSlice.Cut cut) throws IOException {
    journal.awaitDurable(cut.sequence());
    if (cut.rows().isEmpty()) {
      return writer.state();
    }
    ExtraAttributes root = receipts.root(cut.receipts());
    ChainState state = HotSlice.commit(writer, form().stored(), tools.options(), cut, root);
    receipts.sealed(cut.receipts(), state.head());
    return state;
  }

  /// Opens the indexes of the keys in use at a new head. Needs *sealing* only.
  HotKeys.Opened indexes(HotKeys.Wanted wanted, ChainState state) {
    StoredRows form = rows;
    return form == null ? new HotKeys.Opened(Map.of(), Map.of()) : keys.open(wanted, form, state);
  }

  HotKeys keys() {
    return keys;
  }

  /// The rows of the last cut are in the chain.
  void sealed(ChainState state, HotKeys.Opened indexes) {
    hot.sealed(state);
    facts = new Facts(state, facts.generation());
    journal.sealed();
    keys.replace(indexes);
  }

  /// Makes what is remembered of the pushes of a cut durable and gives their records up. Needs
  /// *sealing* only. A failure leaves the records, which are replayed and skipped.
  void release(HotSlice.Cut cut) {
    try {
      memory.persist(cut.mark(), tools.clock().instant());
      receipts.persist(cut.receipts());
      journal.release(refused.moveThrough(cut.sequence()));
    } catch (IOException e) {
      // Tried again with the next slice.
    }
  }

  /// Lets go of everything; what is not sealed stays in the journal.
  void close() {
    try {
      closeJournal();
    } finally {
      writer.close();
    }
  }

  void closeJournal() {
    keys.drop();
    journal.close();
  }

  /// The same where something failed before and what fails now says nothing new.
  void abandon() {
    try {
      abandonJournal();
    } finally {
      writer.close();
    }
  }

  void abandonJournal() {
    keys.drop();
    journal.abandon();
  }
}
