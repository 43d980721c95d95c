package dev.catchwater.query.transform;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.hash.LogicalHasher;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.ExecuteTransform;
import dev.catchwater.odf.event.MetadataEvent.TransformInput;
import dev.catchwater.odf.event.MetadataEvent.TransformInputRange;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.query.sql.SqlQuery;
import dev.catchwater.query.sql.SqlScratch;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.HashedBlock;
import dev.catchwater.storage.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Runs again what the chain of a derivative says was run, over the same blocks of its inputs, and
/// compares the logical hashes of what comes out. Thread-safe.
public final class Replay {
  private final Workspace workspace;
  private final SqlQuery.Engines engines;

  /// @param engines of one thread each, so that rows come in the same order every time
  public Replay(Workspace workspace, SqlQuery.Engines engines) {
    this.workspace = workspace;
    this.engines = engines;
  }

  /// Compares every run.
  ///
  /// @return what is wrong, empty if nothing: a run whose rows are others, or one that cannot be
  ///   done again
  public List<CatchwaterException> verify(Dataset derivative) throws IOException {
    List<CatchwaterException> problems = new ArrayList<>();
    try (SqlScratch scratch = SqlScratch.create(workspace)) {
      Path folder = scratch.folder().resolve("groups");
      GroupStates states = new GroupStates(workspace.disk(), folder);
      replay(derivative, derivative.state(), states, scratch, problems);
    } catch (CatchwaterException e) {
      problems.add(e);
    }
    return problems;
  }

  /// Makes the states of groups anew, run by run: sums of fractions depend on what was added to
  /// what.
  void states(Dataset derivative, ChainState state, GroupStates states) throws IOException {
    try (SqlScratch scratch = SqlScratch.create(workspace)) {
      replay(derivative, state, states, scratch, null);
    }
  }

  private void replay(
      Dataset derivative,
      ChainState end,
      GroupStates states,
      SqlScratch scratch,
      @Nullable List<CatchwaterException> problems)
      throws IOException {
    List<Walk> walks = new ArrayList<>();
    List<TransformInput> inputs = Transforms.transform(derivative, end).inputs();
    for (TransformInput input : inputs) {
      walks.add(new Walk(input, Transforms.input(workspace, derivative, input)));
    }
    ChainState state = ChainState.EMPTY;
    int run = 0;
    for (HashedBlock block : chain(derivative, end.head())) {
      if (block.block().event() instanceof ExecuteTransform event) {
        Path folder = scratch.folder().resolve("run-" + run++);
        workspace.disk().createDirectories(folder);
        EngineUse engine = new EngineUse(workspace.disk(), engines, folder);
        replay(derivative, state, event, block, walks, engine, states, problems);
        workspace.disk().deleteTree(folder);
      }
      state = state.append(block.hash(), block.block());
    }
  }

  private static Deque<HashedBlock> chain(Dataset dataset, Multihash head) {
    Deque<HashedBlock> chain = new ArrayDeque<>();
    for (HashedBlock block : dataset.blocksFrom(head)) {
      chain.push(block);
    }
    return chain;
  }

  /// The blocks of an input, gone through once.
  private static final class Walk {
    private final TransformInput input;
    private final Dataset dataset;
    private final Deque<HashedBlock> rest;
    private ChainState state = ChainState.EMPTY;

    Walk(TransformInput input, Dataset dataset) {
      this.input = input;
      this.dataset = dataset;
      this.rest = chain(dataset, dataset.head());
    }

    InputSpan to(TransformInputRange range) {
      Multihash until = InputSpan.block(range);
      while (until != null && (state.isEmpty() || !state.head().equals(until))) {
        HashedBlock next = rest.pollFirst();
        if (next == null) {
          throw CatchwaterException.of(
              ErrorCode.DIVERGED,
              "The history of " + dataset.name() + " has not the block " + until);
        }
        state = state.append(next.hash(), next.block());
      }
      return new InputSpan(
          Transforms.alias(input), dataset, range.prevBlockHash(), range.prevOffset(), state);
    }
  }

  private static void replay(
      Dataset derivative,
      ChainState state,
      ExecuteTransform event,
      HashedBlock block,
      List<Walk> walks,
      EngineUse engine,
      GroupStates states,
      @Nullable List<CatchwaterException> problems)
      throws IOException {
    List<InputSpan> spans = new ArrayList<>();
    List<@Nullable Multihash> blocks = new ArrayList<>();
    for (int i = 0; i < walks.size(); i++) {
      InputSpan span = walks.get(i).to(event.queryInputs().get(i));
      spans.add(span);
      blocks.add(span.now().head());
    }
    Computation.Made made = new Computation(derivative, state, spans, engine, states).run();
    try (ResultRows rows = made.rows()) {
      Multihash hash = problems == null ? null : hash(made, rows, state, block);
      DataSlice slice = event.newData();
      if (problems != null && !Objects.equals(hash, slice == null ? null : slice.logicalHash())) {
        problems.add(
            CatchwaterException.of(
                    ErrorCode.CORRUPT,
                    "Block " + block.hash() + " has other rows than its transform gives")
                .withHint("who wrote it ran another engine, or changed the rows"));
      }
    }
    Path file = made.stateFile();
    if (file != null) {
      String moment =
          Computation.moment(Objects.requireNonNull(state.transform(), "checked"), blocks);
      states.keep(file, made.stateRows(), moment, engine, made.keys());
    }
  }

  /// The logical hash of the slice that the rows would make, null without rows.
  private static @Nullable Multihash hash(
      Computation.Made made, ResultRows rows, ChainState state, HashedBlock block)
      throws IOException {
    Long last = state.lastOffset();
    long offset = last == null ? 0 : last + 1;
    Instant time = block.block().systemTime();
    LogicalHasher hasher = new LogicalHasher(made.schema());
    boolean isEmpty = true;
    for (RecordBatch batch = rows.next(); batch != null; batch = rows.next()) {
      int count = batch.rowCount();
      long[] offsets = new long[count];
      long[] times = new long[count];
      for (int i = 0; i < count; i++) {
        offsets[i] = offset++;
        times[i] = time.toEpochMilli();
      }
      int end = batch.columns().size() - 1;
      List<Column> columns = new ArrayList<>();
      columns.add(new Column.Longs(count, offsets, null));
      columns.add(batch.column(end));
      columns.add(new Column.Longs(count, times, null));
      columns.addAll(batch.columns().subList(0, end));
      hasher.update(new RecordBatch(made.schema(), count, columns));
      isEmpty = false;
    }
    return isEmpty ? null : hasher.finish();
  }
}
