package dev.catchwater.ingest;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.ingest.index.KeyIndex;
import dev.catchwater.ingest.index.PushIndex;
import dev.catchwater.ingest.merge.AppendMerge;
import dev.catchwater.ingest.merge.EventTimeFallback;
import dev.catchwater.ingest.merge.KeyText;
import dev.catchwater.ingest.merge.LedgerMerge;
import dev.catchwater.ingest.merge.RowMerge;
import dev.catchwater.ingest.merge.RowSink;
import dev.catchwater.ingest.merge.ScratchSpace;
import dev.catchwater.ingest.prepare.PreparedRows;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.ingest.prepare.RowPreparer;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.ingest.read.ReadCounts;
import dev.catchwater.ingest.read.RowFaults;
import dev.catchwater.ingest.read.RowReader;
import dev.catchwater.ingest.seal.SliceSealer;
import dev.catchwater.ingest.seal.SourcePositions;
import dev.catchwater.ingest.sieve.Cause;
import dev.catchwater.ingest.sieve.RefusedRow;
import dev.catchwater.ingest.sieve.Sieve;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.SetDataSchema;
import dev.catchwater.odf.event.MetadataEvent.SourceState;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.ExtraAttributes;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.odf.source.SourceSchema;
import dev.catchwater.odf.source.Transform;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.HashedBlock;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One push under way: what the phases of [PushIngest] hand to each other. The phases are called in
/// the order they stand here, again for each input; [#commit()] once at the end. Used by one
/// thread.
final class PushRun implements Closeable {
  private final PushRequest request;
  private final DatasetWriter writer;
  private final SliceOptions options;
  private final PushLimits limits;
  private final Preprocess preprocess;
  private final RandomGenerator random;
  private final AddPushSource source;
  private final Instant systemTime;
  private final boolean isDeclared;
  private final @Nullable Sieve sieve;

  private int input;
  private @Nullable RowReader reader;
  private @Nullable RowPreparer preparer;
  private RowFaults faults = RowFaults.raising();
  private @Nullable SliceSealer sealer;
  private @Nullable RowMerge merge;
  private @Nullable KeyIndex keyIndex;
  private @Nullable KeyedMerges keyed;
  private @Nullable Path stepsFolder;
  private @Nullable List<Cause> causes;

  private PushCounts counts = PushCounts.NONE;
  private final PushTally tally = new PushTally();
  private final List<PushReport.Conflict> conflicts = new ArrayList<>(0);
  private final List<PushReport.Difference> differences = new ArrayList<>(0);
  private final Multihash headBefore;
  private final @Nullable Long offsetBefore;
  private int blocksAdded;

  /// @param sieve takes bad rows, null where they refuse the push
  PushRun(
      PushRequest request,
      DatasetWriter writer,
      Instant now,
      RandomGenerator random,
      SliceOptions options,
      PushLimits limits,
      Preprocess preprocess,
      @Nullable Sieve sieve) {
    this.sieve = sieve;
    this.request = request;
    this.writer = writer;
    this.options = options;
    this.limits = limits;
    this.preprocess = preprocess;
    ChainState state = writer.state();
    source = SourceChoice.of(state, request.sourceName());
    Instant asked = request.systemTime();
    systemTime = writer.systemTime(asked == null ? now : asked);
    isDeclared = SourceSchema.of(source.read()) != null;
    headBefore = state.head();
    offsetBefore = state.lastOffset();
    this.random = random;
  }

  /// Opens the bytes of an input as rows.
  void read(int index) {
    read(index, new ReadAhead(SourceRows.open(writer.state(), source, request, index, sieve)));
  }

  /// Takes an input whose rows somebody else reads.
  void read(int index, RowReader rows) {
    input = index;
    request.listener().stage(PushStage.READING, index);
    reader = rows;
  }

  /// Makes sure that the source is the one that rows were read with before the lock was taken.
  void requireSource(AddPushSource used) {
    if (!source.equals(used)) {
      throw CatchwaterException.of(
              ErrorCode.HEAD_MOVED,
              "Source '" + used.sourceName() + "' was changed while its rows were read")
          .withHint("push them again");
    }
  }

  /// Finds out how the source's columns become the dataset's.
  void prepare() {
    Transform steps = source.preprocess();
    if (steps != null) {
      preprocess(steps);
    }
    ChainState state = writer.state();
    DataSchema read = reader().schema();
    if (!isDeclared && read.fields().isEmpty()) {
      // No rows, so no columns: as a Snapshot that is still a state.
      DataSchema dataset = state.schema();
      read =
          dataset != null && source.merge() instanceof MergeStrategy.Snapshot
              ? dataColumns(state, dataset)
              : null;
    }
    // Behind SQL steps nobody knows which row of the input a row comes from.
    faults = new RowFaults(reader(), currentInput().name(), steps == null ? sieve : null);
    preparer =
        read == null
            ? null
            : RowPreparer.of(read, state.vocabulary(), source.merge(), state.schema(), faults);
  }

  /// Says what the rows that stay get: offsets after the last one, one system time.
  void assign() throws IOException {
    RowPreparer prepared = preparer;
    if (prepared == null) {
      return;
    }
    Long last = writer.state().lastOffset();
    SliceSealer slice =
        new SliceSealer(
            writer, prepared.stored(), options, last == null ? 0 : last + 1, systemTime);
    Instant given = request.eventTime();
    EventTimeFallback fallback =
        new EventTimeFallback(prepared.rows(), given == null ? systemTime : given);
    sealer = slice;
    merge =
        strategy(
            fallback, request.isDryRun() ? watched(slice, prepared, reader().schema()) : slice);
  }

  /// Takes all rows through the merge into the slice.
  void merge() throws IOException {
    RowMerge strategy = merge;
    RowPreparer prepared = preparer;
    if (strategy == null || prepared == null) {
      drain();
      noteRefused();
      return;
    }
    try {
      long rows = 0;
      for (RecordBatch batch = reader().next(); batch != null; batch = reader().next()) {
        RecordBatch fitting = prepared.prepare(batch, rows, sieve == null ? null : faults);
        rows += batch.rowCount();
        if (sieve == null || faults.isEmpty()) {
          strategy.accept(fitting);
        }
        tellProgress();
      }
      faults.raise();
      if (strategy.isHolding()) {
        request.listener().stage(PushStage.MERGING, input);
      }
      strategy.finish();
      faults.raise();
    } catch (CatchwaterException e) {
      throw named(e);
    }
    counts = counts.plus(strategy.counts());
    noteRefused();
  }

  /// Counts the rows of the input that were set aside.
  private void noteRefused() {
    if (sieve != null) {
      int refused = sieve.end(reader().counts().rows());
      tally.addRefused(refused);
      counts = counts.plus(new PushCounts(0, 0, 0, 0, 0, 0, refused));
      if (input + 1 == request.inputs().size()) {
        sieve.requireFew();
      }
    }
  }

  /// The rows that were set aside.
  List<RefusedRow> refused() {
    return sieve == null ? List.of() : sieve.refused();
  }

  /// Ends the slice and adds its events to the commit.
  ///
  /// @param listener of the last slice of the push, or null
  void seal(PushIngest.@Nullable CommitListener listener) throws IOException {
    tally.add(reader().counts());
    SliceSealer slice = sealer;
    RowPreparer prepared = preparer;
    if (slice != null && prepared != null) {
      request.listener().stage(PushStage.SEALING, input);
      DataSlice data = slice.finish();
      if (writer.state().schema() == null) {
        writer.add(systemTime, new SetDataSchema(null, prepared.stored()));
        blocksAdded++;
      }
      if (data != null) {
        writer.add(systemTime, addData(data, slice.latestEventTime(), extra(listener, data)));
        blocksAdded++;
      }
    }
    closeInput();
  }

  /// Makes everything durable and visible; in a dry run nothing.
  List<HashedBlock> commit() {
    if (request.isDryRun() || blocksAdded == 0) {
      return List.of();
    }
    request.listener().stage(PushStage.COMMITTING, input);
    List<HashedBlock> blocks = writer.commit();
    PushIndex used = index();
    if (used != null) {
      used.commit(writer.state().head());
    }
    return blocks;
  }

  /// What was done.
  PushReport report(List<HashedBlock> blocks, long nanos) {
    return report(blocks.isEmpty() ? null : blocks.getLast().hash(), nanos);
  }

  /// What will have been done by the commit.
  PushReport expected(long nanos) {
    return report(blocksAdded == 0 ? null : writer.state().head(), nanos);
  }

  private PushReport report(@Nullable Multihash block, long nanos) {
    ChainState state = writer.state();
    Long last = state.lastOffset();
    PushReport.Offsets offsets =
        last == null || last.equals(offsetBefore)
            ? null
            : new PushReport.Offsets(offsetBefore == null ? 0 : offsetBefore + 1, last);
    return new PushReport(
        blocksAdded == 0 ? PushOutcome.UP_TO_DATE : PushOutcome.UPDATED,
        request.isDryRun(),
        counts,
        tally.rows(),
        tally.bytes(),
        offsets,
        block,
        request.isDryRun() ? headBefore : state.head(),
        blocksAdded,
        block == null ? 0 : 1,
        state.watermark(),
        systemTime,
        tally.ignoredFields(),
        tally.truncatedTimes(),
        conflicts,
        differences,
        causes(),
        tally.warnings(request.inputs()),
        Duration.ofNanos(nanos));
  }

  @Override
  public void close() throws IOException {
    closeInput();
    PushIndex used = index();
    if (used != null) {
      used.close();
    }
  }

  private @Nullable PushIndex index() {
    return keyed == null ? keyIndex : keyed.index();
  }

  /// Takes the rows through the SQL steps of the source.
  private void preprocess(Transform steps) {
    request.listener().stage(PushStage.PREPROCESSING, input);
    Path folder = writer.stageFolder();
    stepsFolder = folder;
    PreparedRows prepared = preprocess.open(source.sourceName(), steps, reader(), folder);
    reader = new ReadAhead(prepared);
    try {
      prepared.schema();
    } catch (CatchwaterException e) {
      throw named(e);
    }
    tally.note(prepared.notes());
  }

  private RowMerge strategy(EventTimeFallback fallback, RowSink slice) throws IOException {
    MergeStrategy merge = source.merge();
    if (merge instanceof MergeStrategy.Append) {
      return new AppendMerge(fallback, slice, scratch(), limits.rowBytesMax());
    }
    if (merge instanceof MergeStrategy.Ledger ledger) {
      return new LedgerMerge(
          keyIndex(fallback, ledger),
          fallback,
          slice,
          scratch(),
          this::noteConflict,
          faults,
          limits.rowBytesMax(),
          limits.windowRowsMax());
    }
    KeyedMerges merges = keyed;
    if (merges == null) {
      merges = new KeyedMerges(writer, merge, limits, request.allowsEmpty());
      keyed = merges;
    }
    return merges.merge(
        fallback, slice, scratch(), faults, headBefore, offsetBefore != null, random);
  }

  private RowSink watched(SliceSealer slice, RowPreparer prepared, DataSchema read) {
    return new Differences(
        slice,
        source.merge().primaryKey(),
        read,
        prepared.data().fields().size(),
        differences,
        request.differencesMax());
  }

  /// The index of the dataset as it was before this push; all inputs share it.
  private KeyIndex keyIndex(EventTimeFallback fallback, MergeStrategy.Ledger ledger)
      throws IOException {
    KeyIndex open = keyIndex;
    if (open == null) {
      open =
          KeyIndex.open(
              writer.dataset(),
              fallback.schema(),
              ledger.primaryKey(),
              headBefore,
              offsetBefore != null,
              random);
      keyIndex = open;
    }
    return open;
  }

  private void noteConflict(long row, RecordBatch batch, int index) {
    if (conflicts.size() < PushReport.CONFLICTS_MAX) {
      String key = KeyText.of(batch, index, source.merge().primaryKey());
      conflicts.add(new PushReport.Conflict(currentInput().name(), row, key));
    }
  }

  /// The columns of a dataset that a source brings.
  static DataSchema dataColumns(ChainState state, DataSchema dataset) {
    int system = state.vocabulary().columns().size() - 1;
    return DataSchema.of(dataset.fields().subList(system, dataset.fields().size()));
  }

  private @Nullable ExtraAttributes extra(
      PushIngest.@Nullable CommitListener listener, DataSlice data) throws IOException {
    if (listener == null || request.isDryRun()) {
      return null;
    }
    long first = offsetBefore == null ? 0 : offsetBefore + 1;
    return listener.extra(counts, new PushReport.Offsets(first, data.offsetEnd()), systemTime);
  }

  private AddData addData(
      DataSlice data, @Nullable Instant latest, @Nullable ExtraAttributes extra) {
    ChainState state = writer.state();
    Instant watermark = state.watermark();
    if (watermark == null || (latest != null && latest.isAfter(watermark))) {
      watermark = latest;
    }
    // Carried forward: positions of a connector stay true whoever else pushes (design §7.27).
    SourcePositions moved = request.positions();
    String name = source.sourceName();
    SourceState positions =
        moved == null ? state.lastSourceState() : moved.after(name, state.sourceState(name));
    return new AddData(
        state.lastCheckpoint(), state.lastOffset(), data, null, watermark, positions, extra);
  }

  private void drain() {
    while (reader().next() != null) {
      tellProgress();
    }
  }

  private void tellProgress() {
    ReadCounts seen = reader().counts();
    request.listener().progress(tally.rows() + seen.rows(), tally.bytes() + seen.bytesRead());
  }

  // Asked for when all is read: by what is announced, and by the report.
  private List<Cause> causes() {
    if (causes == null) {
      List<RefusedRow> rows = refused();
      causes = rows.isEmpty() ? List.of() : Cause.shown(rows);
    }
    return causes;
  }

  private PushInput currentInput() {
    return request.inputs().get(input);
  }

  private RowReader reader() {
    return Objects.requireNonNull(reader, "read comes first");
  }

  private ScratchSpace scratch() {
    return () -> new ScratchFile(writer, writer.stage());
  }

  private CatchwaterException named(CatchwaterException e) {
    String name = currentInput().name();
    return e.place() == null && name != null ? e.withPlace(Place.of(name)) : e;
  }

  private void closeInput() throws IOException {
    if (merge != null) {
      merge.close();
      merge = null;
    }
    if (sealer != null) {
      sealer.close();
      sealer = null;
    }
    if (reader != null) {
      reader.close();
      reader = null;
    }
    if (stepsFolder != null) {
      writer.discardFolder(stepsFolder);
      stepsFolder = null;
    }
  }
}
