package dev.catchwater.storage.verify;

import dev.catchwater.disk.Disk;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.event.MetadataEvent.Checkpoint;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.ExecuteTransform;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.Vocabulary;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.HashedBlock;
import dev.catchwater.storage.Slices;
import dev.catchwater.storage.TransferListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Checks everything a dataset says against its bytes; nothing is taken from a cache.
///
/// Of the chain: each block has the hash it is referred to by, the rules of odf-format §10 hold
/// from the first block to the head, and it is this dataset's chain. Of each slice: size, physical
/// hash, logical hash, row count, columns against `SetDataSchema`, no null where none is allowed,
/// offsets without a gap, operation codes, system times that never fall and are not after the
/// block's, event times not after the watermark. Of each checkpoint: size and hash.
///
/// Thread-safe; every verification has its own threads.
public final class Verifier {
  private final int threads;

  /// A verifier that reads slices with so many threads.
  public Verifier(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads " + threads);
    }
    this.threads = threads;
  }

  /// Checks a dataset. Damage is a problem in the report, not an exception.
  public VerifyReport verify(Dataset dataset, TransferListener listener) {
    Run run = new Run(dataset);
    run.readChain();
    run.readObjects(threads, listener);
    return run.report();
  }

  /// Checks what a slice's file holds before it belongs to a dataset, as [#verify] does, but for
  /// its physical hash.
  ///
  /// @param block the block that adds the slice
  /// @param state the chain with that block
  /// @return what is wrong, empty if nothing
  public static List<CatchwaterException> checkRows(
      Disk disk, Path file, DataSlice slice, HashedBlock block, ChainState state) {
    Instant watermark =
        block.block().event() instanceof AddData event ? event.newWatermark() : null;
    SliceCheck check =
        new SliceCheck(
            disk,
            file,
            slice,
            state.schema(),
            state.vocabulary(),
            block.block().systemTime().toEpochMilli(),
            watermark);
    return check.run(new Progress(0, TransferListener.NONE)).problems();
  }

  /// Checks that a slice's file has the bytes that the chain promises.
  ///
  /// @return what is wrong, empty if nothing
  public static List<CatchwaterException> checkBytes(Disk disk, Path file, DataSlice slice) {
    return new PhysicalCheck(disk, file, slice.physicalHash(), slice.size())
        .run(new Progress(0, TransferListener.NONE))
        .problems();
  }

  /// How the columns of a file differ from those that a chain declares, or null where they are the
  /// same but for nullability.
  public static @Nullable String difference(DataSchema declared, DataSchema found) {
    return SliceCheck.difference(declared, found);
  }

  /// One verification.
  private static final class Run {
    private final Dataset dataset;
    private final List<CatchwaterException> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<ObjectCheck> checks = new ArrayList<>();
    private long blocks;
    private long slices;
    private long rows;
    private long bytes;
    private long firstKept;
    private long expiredSlices;
    private long expiredRows;
    private long latestSystemTime = Long.MIN_VALUE;

    Run(Dataset dataset) {
      this.dataset = dataset;
    }

    VerifyReport report() {
      return new VerifyReport(dataset.name(), blocks, slices, rows, bytes, problems, notes);
    }

    void readChain() {
      Deque<HashedBlock> chain = new ArrayDeque<>();
      boolean isWhole = walk(chain);
      firstKept = Slices.firstKept(chain.reversed());
      long kept = 0;
      ChainState state = ChainState.EMPTY;
      boolean isSound = isWhole;
      for (HashedBlock block : chain) {
        if (isSound) {
          try {
            state = state.append(block.hash(), block.block());
          } catch (CatchwaterException e) {
            isSound = false;
            problems.add(e.withPlace(Place.of(blockPath(block.hash()))));
          }
        }
        if (block.block().event() instanceof AddData data) {
          long keeps = Slices.firstKept(data);
          if (keeps < kept) {
            problems.add(
                CatchwaterException.at(
                    ErrorCode.CORRUPT,
                    Place.of(blockPath(block.hash())),
                    "The block keeps rows from " + keeps + " on, one before it from " + kept));
          }
          kept = Math.max(kept, keeps);
        }
        addChecks(block, isSound ? state : null);
      }
      if (expiredSlices > 0) {
        notes.add(
            expiredSlices
                + " slice(s) with "
                + expiredRows
                + " row(s) are not there: they expired by the retention of the dataset, which keeps"
                + " the rows from "
                + firstKept
                + " on");
      }
      if (isSound && !state.seed().datasetId().equals(dataset.id())) {
        problems.add(
            headProblem("The head is a block of another dataset, " + state.seed().datasetId()));
      }
    }

    /// Reads the chain from its head into `chain`, first block first; whether it got to the start.
    private boolean walk(Deque<HashedBlock> chain) {
      try {
        Multihash next = dataset.head();
        while (next != null) {
          HashedBlock block = dataset.block(next);
          chain.push(block);
          blocks++;
          next = block.block().prevBlockHash();
        }
        return true;
      } catch (CatchwaterException e) {
        boolean isHead = blocks == 0 && e.code() == ErrorCode.OBJECT_NOT_FOUND;
        problems.add(isHead ? missingHead(e) : e);
        return false;
      }
    }

    /// The head leads nowhere: whether it or the block is damaged, nobody can tell.
    private CatchwaterException missingHead(CatchwaterException e) {
      return headProblem("The head leads nowhere: " + e.plainMessage()).withCause(e);
    }

    private CatchwaterException headProblem(String message) {
      Path head = dataset.folder().resolve("refs").resolve("head");
      return CatchwaterException.at(ErrorCode.CORRUPT, Place.of(head.toString()), message);
    }

    private String blockPath(Multihash hash) {
      return dataset.folder().resolve("blocks").resolve(hash.toString()).toString();
    }

    private void addChecks(HashedBlock block, @Nullable ChainState state) {
      switch (block.block().event()) {
        case AddData event -> {
          addSlice(event.newData(), block, state, event.newWatermark());
          addCheckpoint(event.newCheckpoint());
        }
        case ExecuteTransform event -> {
          addSlice(event.newData(), block, state, null);
          addCheckpoint(event.newCheckpoint());
        }
        default -> {}
      }
    }

    private void addSlice(
        @Nullable DataSlice slice,
        HashedBlock block,
        @Nullable ChainState state,
        @Nullable Instant watermark) {
      if (slice == null) {
        return;
      }
      slices++;
      rows += slice.rowCount();
      Path path = dataset.slicePath(slice);
      if (slice.offsetEnd() < firstKept && isMissing(path)) {
        expiredSlices++;
        expiredRows += slice.rowCount();
        return;
      }
      checks.add(new PhysicalCheck(dataset.disk(), path, slice.physicalHash(), slice.size()));
      checks.add(
          new SliceCheck(
              dataset.disk(),
              path,
              slice,
              state == null ? null : state.schema(),
              state == null ? Vocabulary.DEFAULT : state.vocabulary(),
              block.block().systemTime().toEpochMilli(),
              watermark));
    }

    private boolean isMissing(Path path) {
      try {
        return !dataset.disk().exists(path);
      } catch (IOException e) {
        return false; // what is wrong with it is found when it is read
      }
    }

    private void addCheckpoint(@Nullable Checkpoint checkpoint) {
      if (checkpoint != null) {
        Path path =
            dataset.folder().resolve("checkpoints").resolve(checkpoint.physicalHash().toString());
        checks.add(
            new PhysicalCheck(dataset.disk(), path, checkpoint.physicalHash(), checkpoint.size()));
      }
    }

    void readObjects(int threads, TransferListener listener) {
      long total = 0;
      for (ObjectCheck check : checks) {
        total += check.bytes();
      }
      bytes = total;
      Progress progress = new Progress(total, listener);
      List<ObjectCheck.Outcome> outcomes = runAll(threads, progress);
      for (int i = 0; i < checks.size(); i++) {
        boolean isPair = i + 1 < checks.size() && checks.get(i + 1) instanceof SliceCheck;
        if (isPair) {
          judge((PhysicalCheck) checks.get(i), outcomes.get(i), outcomes.get(i + 1));
          i++;
        } else {
          problems.addAll(outcomes.get(i).problems());
        }
      }
    }

    private List<ObjectCheck.Outcome> runAll(int threads, Progress progress) {
      List<ObjectCheck.Outcome> outcomes = new ArrayList<>(checks.size());
      if (threads == 1 || checks.size() < 2) {
        for (ObjectCheck check : checks) {
          outcomes.add(check.run(progress));
        }
        return outcomes;
      }
      try (ExecutorService executor =
          Executors.newFixedThreadPool(Math.min(threads, checks.size()))) {
        List<Future<ObjectCheck.Outcome>> futures = new ArrayList<>(checks.size());
        for (ObjectCheck check : checks) {
          futures.add(executor.submit(() -> check.run(progress)));
        }
        for (Future<ObjectCheck.Outcome> future : futures) {
          outcomes.add(future.get());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while verifying", e);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        throw new IllegalStateException(e);
      }
      return outcomes;
    }

    /// System times do not fall from one slice to the next either. That they are the same in all
    /// rows of a slice cannot be asked: after a compaction a slice holds several pushes.
    private void compareTimes(PhysicalCheck check, ObjectCheck.@Nullable Times times) {
      if (times == null) {
        return;
      }
      if (times.first() < latestSystemTime) {
        problems.add(
            CatchwaterException.at(
                ErrorCode.CORRUPT,
                Place.of(check.path().toString()),
                "The first row has system time "
                    + Instant.ofEpochMilli(times.first())
                    + ", before the rows of the slice before it, "
                    + Instant.ofEpochMilli(latestSystemTime)));
      }
      latestSystemTime = Math.max(latestSystemTime, times.last());
    }

    /// One problem for one damaged slice: bytes that are not the ones promised explain all else.
    private void judge(
        PhysicalCheck check, ObjectCheck.Outcome physical, ObjectCheck.Outcome content) {
      notes.addAll(content.notes());
      if (physical.problems().isEmpty()) {
        problems.addAll(content.problems());
        compareTimes(check, content.times());
        return;
      }
      CatchwaterException first = physical.problems().getFirst();
      if (first.code() == ErrorCode.CORRUPT && content.problems().isEmpty()) {
        first =
            CatchwaterException.at(
                    ErrorCode.CORRUPT,
                    Place.of(check.path().toString()),
                    "Physical hash differs, logical equal: the rows are the same, the file is not")
                .withHint("fetch the original with pull --force");
      }
      problems.add(first);
    }
  }

  /// Adds up what the threads have done.
  static final class Progress {
    private final long total;
    private final TransferListener listener;
    private long done;

    Progress(long total, TransferListener listener) {
      this.total = total;
      this.listener = listener;
    }

    synchronized void add(long bytes) {
      done += bytes;
      listener.progress(done, total);
    }
  }
}
