package dev.catchwater.query.transform;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.ingest.seal.SliceSealer;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.ExecuteTransform;
import dev.catchwater.odf.event.MetadataEvent.SetDataSchema;
import dev.catchwater.odf.event.MetadataEvent.SetTransform;
import dev.catchwater.odf.event.MetadataEvent.TransformInput;
import dev.catchwater.odf.event.MetadataEvent.TransformInputRange;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.query.sql.SqlQuery;
import dev.catchwater.query.sql.SqlScratch;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.HashedBlock;
import dev.catchwater.storage.LockWait;
import dev.catchwater.storage.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Runs the transforms of derivative datasets (design §7.31).
///
/// A run sees what its inputs have sealed, from the block after the last one that an earlier run
/// saw; it writes one slice and one `ExecuteTransform` that says what was seen, in one commit of
/// the derivative's one writer, so that a cut leaves the old state or the new one. What comes out
/// depends on the blocks alone: [Replay] compares it. Thread-safe; two runs of one derivative wait
/// for each other.
public final class Transforms {
  /// The folder of states in that of the derivative's caches.
  static final String STATES = "groups";

  private final Workspace workspace;
  private final SqlQuery.Engines engines;
  private final InstantSource clock;

  /// @param engines of one thread each, so that rows come in the same order every time
  public Transforms(Workspace workspace, SqlQuery.Engines engines, InstantSource clock) {
    this.workspace = workspace;
    this.engines = engines;
    this.clock = clock;
  }

  /// What a run came to.
  ///
  /// @param isUpdated whether a block was written; else there was nothing new
  /// @param rows how many were appended
  /// @param bytes of the slice
  /// @param maintenance how the result follows its inputs, null where nothing was run
  public record Outcome(
      boolean isUpdated, long rows, long bytes, @Nullable Maintenance maintenance) {
    static final Outcome UP_TO_DATE = new Outcome(false, 0, 0, null);
  }

  /// Whether all sealed blocks of the inputs were seen. Costs a look at each head.
  ///
  /// @throws CatchwaterException `DATASET_NOT_FOUND` where an input is gone
  public boolean isFresh(Dataset derivative) {
    ChainState state = derivative.state();
    List<TransformInput> inputs = transform(derivative, state).inputs();
    for (int i = 0; i < inputs.size(); i++) {
      Dataset input = input(derivative, inputs.get(i));
      TransformInputRange last = last(state, i);
      Multihash seen = last == null ? null : InputSpan.block(last);
      if (!input.head().equals(seen) && (seen != null || input.state().schema() != null)) {
        return false;
      }
    }
    return true;
  }

  /// Brings a derivative up to date with what its inputs have sealed.
  ///
  /// @throws CatchwaterException `UNSUPPORTED` for an engine that is not run here, `BAD_SQL`,
  ///   `SQL_NOT_ALLOWED`, `DIVERGED` where an input has not the block any more that was seen last,
  ///   `DATASET_NOT_FOUND` where an input is gone, and what a commit may fail with
  public Outcome run(Dataset derivative, LockWait wait) throws IOException {
    if (isFresh(derivative)) {
      return Outcome.UP_TO_DATE;
    }
    try (DatasetWriter writer = derivative.openWriter(wait)) {
      ChainState state = writer.state();
      List<InputSpan> spans = spans(derivative, state);
      if (spans.stream().noneMatch(InputSpan::hasNewBlocks)
          || spans.stream().anyMatch(span -> span.schema() == null)) {
        return Outcome.UP_TO_DATE;
      }
      try (SqlScratch scratch = SqlScratch.create(workspace)) {
        return run(writer, state, spans, scratch.folder());
      }
    }
  }

  private Outcome run(DatasetWriter writer, ChainState state, List<InputSpan> spans, Path folder)
      throws IOException {
    Dataset derivative = writer.dataset();
    EngineUse engine = new EngineUse(workspace.disk(), engines, folder);
    GroupStates states = states(derivative, state, spans, engine);
    Computation computation = new Computation(derivative, state, spans, engine, states);
    Computation.Made made = computation.run();
    Instant time = writer.systemTime(clock.instant());
    DataSlice slice;
    try (ResultRows rows = made.rows()) {
      if (!made.schema().equals(state.schema())) {
        writer.add(time, new SetDataSchema(null, made.schema()));
      }
      slice = seal(writer, made, rows, time);
    }
    List<TransformInputRange> ranges = spans.stream().map(InputSpan::range).toList();
    Instant watermark = Computation.watermark(state.watermark(), spans);
    Multihash checkpoint = state.lastCheckpoint();
    writer.add(
        time, new ExecuteTransform(ranges, checkpoint, state.lastOffset(), slice, null, watermark));
    writer.commit();
    Path file = made.stateFile();
    if (file != null) {
      keep(states, file, made, moment(state, spans), engine);
    }
    return slice == null
        ? new Outcome(true, 0, 0, made.maintenance())
        : new Outcome(true, slice.rowCount(), slice.size(), made.maintenance());
  }

  // The commit stands: without states the next run makes them anew.
  private static void keep(
      GroupStates states, Path file, Computation.Made made, String moment, EngineUse engine) {
    try {
      states.keep(file, made.stateRows(), moment, engine, made.keys());
    } catch (IOException e) {
      // They are a cache.
    }
  }

  private static @Nullable DataSlice seal(
      DatasetWriter writer, Computation.Made made, ResultRows rows, Instant time)
      throws IOException {
    Long last = writer.state().lastOffset();
    long first = last == null ? 0 : last + 1;
    try (SliceSealer sealer =
        new SliceSealer(writer, made.schema(), SliceOptions.defaults(), first, time)) {
      RecordBatch batch = rows.next();
      while (batch != null) {
        sealer.accept(batch);
        batch = rows.next();
      }
      return sealer.finish();
    }
  }

  private static String moment(ChainState state, List<InputSpan> spans) {
    List<@Nullable Multihash> blocks = new ArrayList<>();
    for (InputSpan span : spans) {
      blocks.add(span.now().head());
    }
    return Computation.moment(Objects.requireNonNull(state.transform()), blocks);
  }

  /// The states of groups after the last run, made anew where they are lost.
  private GroupStates states(
      Dataset derivative, ChainState state, List<InputSpan> spans, EngineUse engine)
      throws IOException {
    Path folder = derivative.indexFolder().resolve(STATES);
    GroupStates states = new GroupStates(workspace.disk(), folder);
    if (state.lastExecution() == null) {
      return states;
    }
    List<@Nullable Multihash> blocks = new ArrayList<>();
    for (InputSpan span : spans) {
      blocks.add(span.prevBlock());
    }
    String moment = Computation.moment(Objects.requireNonNull(state.transform()), blocks);
    Computation asked = new Computation(derivative, state, spans, engine, states);
    boolean isNeeded = asked.look().maintenance().way() == Maintenance.Way.AGGREGATED;
    if (isNeeded && !states.open(moment)) {
      workspace.disk().deleteTree(folder);
      new Replay(workspace, engines).states(derivative, state, states);
      states.open(moment);
    }
    return states;
  }

  private List<InputSpan> spans(Dataset derivative, ChainState state) {
    List<InputSpan> spans = new ArrayList<>();
    List<TransformInput> inputs = transform(derivative, state).inputs();
    for (int i = 0; i < inputs.size(); i++) {
      Dataset input = input(derivative, inputs.get(i));
      spans.add(InputSpan.next(alias(inputs.get(i)), input, last(state, i), input.state()));
    }
    return spans;
  }

  static String alias(TransformInput input) {
    return Objects.requireNonNull(input.alias(), "stored inputs have aliases");
  }

  private static @Nullable TransformInputRange last(ChainState state, int input) {
    ExecuteTransform last = state.lastExecution();
    return last == null ? null : last.queryInputs().get(input);
  }

  private Dataset input(Dataset derivative, TransformInput input) {
    return input(workspace, derivative, input);
  }

  static Dataset input(Workspace workspace, Dataset derivative, TransformInput input) {
    Optional<Dataset> found = workspace.find(DatasetId.parse(input.datasetRef()));
    if (found.isPresent()) {
      return found.get();
    }
    throw CatchwaterException.of(
            ErrorCode.DATASET_NOT_FOUND,
            "The input " + input.alias() + " of " + derivative.name() + " is not in this workspace")
        .withHint("it is " + input.datasetRef() + "; pull it first");
  }

  static SetTransform transform(Dataset derivative, ChainState state) {
    SetTransform transform = state.transform();
    if (transform == null) {
      throw CatchwaterException.of(
          ErrorCode.UNSUPPORTED, "Dataset " + derivative.name() + " has no transform to run");
    }
    return transform;
  }

  /// How a derivative follows its inputs, without a run; null while an input has no columns.
  ///
  /// @throws CatchwaterException as [#run]
  public @Nullable Maintenance maintenance(Dataset derivative) throws IOException {
    ChainState state = derivative.state();
    List<InputSpan> spans = spans(derivative, state);
    if (spans.stream().anyMatch(span -> span.schema() == null)) {
      return null;
    }
    try (SqlScratch scratch = SqlScratch.create(workspace)) {
      EngineUse engine = new EngineUse(workspace.disk(), engines, scratch.folder());
      GroupStates none = new GroupStates(workspace.disk(), scratch.folder().resolve(STATES));
      return new Computation(derivative, state, spans, engine, none).maintenance();
    }
  }

  /// Takes a derivative back to where it had no result, so that the next run makes it anew.
  ///
  /// @return whether there was anything to take back
  /// @throws CatchwaterException as a reset
  public boolean forget(Dataset derivative, LockWait wait) {
    Multihash target = null;
    for (HashedBlock block : derivative.blocks()) {
      boolean isResult =
          block.block().event() instanceof ExecuteTransform
              || block.block().event() instanceof SetDataSchema;
      target = isResult ? block.block().prevBlockHash() : target;
    }
    if (target == null) {
      return false;
    }
    try (DatasetWriter writer = derivative.openWriterAt(target, wait)) {
      writer.rewrittenAt(clock.instant());
      writer.commit();
    }
    return true;
  }
}
