package dev.catchwater.storage;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.DiskLock;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.DatasetKind;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.record.HeadRegister;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One dataset of a workspace, for reading; adding goes through [#openWriter].
///
/// Every call reads the disk as it is then: two calls of [#state()] may see different heads, one
/// [ChainState] never changes. What is read of the chain is checked: a damaged reference or block
/// is `CORRUPT` with the file named, a missing one `OBJECT_NOT_FOUND`. Thread-safe.
public final class Dataset {
  private final Disk disk;
  private final WorkspaceLayout layout;
  private final DatasetName name;
  private final DatasetId id;
  private final FolderRepository repository;
  private final ChainCache cache;
  private final @Nullable WriterSteward steward;

  /// What in a dataset's folder belongs to no chain. Immutable.
  ///
  /// @param objects blocks, slices and checkpoints that nothing in the chain refers to: leftovers
  ///   of a writer that died, or what a reset or a compaction cut off
  /// @param unknown names that are not ours; they are never touched
  /// @param bytes the size of all objects
  public record Garbage(List<Path> objects, List<Path> unknown, long bytes) {
    public Garbage {
      objects = List.copyOf(objects);
      unknown = List.copyOf(unknown);
    }
  }

  Dataset(Disk disk, WorkspaceLayout layout, DatasetName name, DatasetId id) {
    this(disk, layout, name, id, null);
  }

  Dataset(
      Disk disk,
      WorkspaceLayout layout,
      DatasetName name,
      DatasetId id,
      @Nullable WriterSteward steward) {
    this.steward = steward;
    this.disk = disk;
    this.layout = layout;
    this.name = name;
    this.id = id;
    this.repository = new FolderRepository(disk, layout.dataset(name));
    this.cache = new ChainCache(disk, layout.index(id));
  }

  /// The identity recorded when the dataset was made; [#state()] checks it against the chain.
  public DatasetId id() {
    return id;
  }

  /// The name as it was written.
  public DatasetName name() {
    return name;
  }

  /// Root or derivative.
  public DatasetKind kind() {
    return state().seed().datasetKind();
  }

  /// The dataset's folder, an ODF simple repository.
  public Path folder() {
    return repository.folder();
  }

  /// A folder for caches about this dataset, made when first asked for; whatever lies there may be
  /// deleted at any time, by anyone.
  public Path indexFolder() {
    Path folder = layout.index(id);
    try {
      disk.createDirectories(folder);
    } catch (IOException e) {
      throw DiskFailure.of(folder, e);
    }
    return folder;
  }

  /// The workspace it is in.
  public Workspace workspace() {
    return Workspace.of(disk, layout, steward);
  }

  /// The disk the dataset lies on.
  public Disk disk() {
    return disk;
  }

  /// The head now.
  public Multihash head() {
    return repository.requireHead();
  }

  /// What the chain says at its head. Costs the same for 10 blocks and for 5,000 as long as the
  /// cache beside the dataset is there; without it the chain is walked.
  public ChainState state() {
    Multihash head = repository.requireHead();
    requireBlockFile(head);
    ChainState cached = cache.load();
    ChainState state =
        cached != null && cached.head().equals(head) ? cached : walk(repository, head, cached);
    requireOwnChain(state);
    return state;
  }

  /// What the chain said when `block` was its head; also of a block that the head does not lead to
  /// any more, as long as it and all it needs are there.
  ///
  /// @throws CatchwaterException `OBJECT_NOT_FOUND` if there is no such block here, or a slice that
  ///   it needs is missing; `CORRUPT` if it is a block of another dataset or the chain is damaged
  public ChainState stateAt(Multihash block) {
    try {
      if (!disk.exists(repository.block(block))) {
        throw CatchwaterException.of(
                ErrorCode.OBJECT_NOT_FOUND, "Dataset " + name + " has no block " + block)
            .withHint("log " + name + " shows the blocks there are");
      }
      ChainState state = walk(repository, block, null);
      if (!state.seed().datasetId().equals(id)) {
        throw CatchwaterException.of(
            ErrorCode.CORRUPT,
            "Block " + block + " belongs to another dataset, " + state.seed().datasetId());
      }
      requireSlices(block);
      return state;
    } catch (IOException e) {
      throw DiskFailure.of(repository.blocks(), e);
    }
  }

  /// The slices of the chain that ends in `block`, the one with the last offsets first.
  public Iterable<DataSlice> slicesFrom(Multihash block) {
    return () -> new SliceIterator(repository.blocksFrom(block));
  }

  private void requireSlices(Multihash block) throws IOException {
    for (DataSlice slice : slicesFrom(block)) {
      try (DiskFile file = openSlice(slice)) {
        if (file.size() != slice.size()) {
          throw CatchwaterException.at(
              ErrorCode.CORRUPT,
              Place.of(slicePath(slice).toString()),
              "The file has " + file.size() + " bytes, the chain says " + slice.size());
        }
      }
    }
  }

  /// The head that the cache beside the dataset knows, which is that of the last commit unless it
  /// could not be written; empty without a cache that can be read.
  public Optional<Multihash> lastKnownHead() {
    ChainState cached = cache.load();
    return cached == null ? Optional.empty() : Optional.of(cached.head());
  }

  /// Finds objects that nothing in the chain refers to. Walks the chain.
  ///
  /// @throws CatchwaterException `DATASET_LOCKED` if a writer did not end in time: what it is about
  ///   to commit would look like garbage
  public Garbage findGarbage(LockWait wait) {
    DiskLock lock = lock(wait);
    try {
      return new GarbageCollection(this).find();
    } catch (IOException e) {
      throw DiskFailure.of(folder(), e);
    } finally {
      release(lock);
    }
  }

  /// Who writes the dataset now (`process 4711`); empty if nobody does.
  public Optional<String> findWriter() {
    String[] holder = {""};
    try {
      Optional<DiskLock> lock =
          disk.lock(layout.datasetLock(id), Duration.ofMillis(1), text -> holder[0] = text);
      if (lock.isEmpty()) {
        return Optional.of(holder[0]);
      }
      release(lock.get());
      return Optional.empty();
    } catch (IOException e) {
      throw DiskFailure.of(layout.datasetLock(id), e);
    }
  }

  /// Where the records of pushes lie that are in no slice yet; there is no such folder before the
  /// first one.
  public Path journalFolder() {
    return layout.journal(id);
  }

  /// The file that holds room back for sealing on a full disk, one for the workspace.
  public Path ballastFile() {
    return layout.ballast();
  }

  /// What the workspace knows of it outside of its folder and must not lose.
  public Path stateFolder() {
    return layout.state(id);
  }

  /// Where it is kept which pushes were applied; there is no such folder before the first of them
  /// that can be recognized.
  public Path pushMemoryFolder() {
    return layout.state(id).resolve("pushes");
  }

  /// Where its webhooks are kept; there is no such file before the first one.
  public Path webhooksFile() {
    return layout.state(id).resolve("webhooks");
  }

  /// Where the receipts of its pushes are kept; there is no such folder before the first one.
  public Path receiptsFolder() {
    return layout.state(id).resolve("receipts");
  }

  /// Where the secrets of its workspace lie.
  public Path keysFolder() {
    return layout.keys();
  }

  /// Whether rows were taken in that are in no slice yet.
  public boolean hasUnsealedRows() {
    Path journal = layout.journal(id);
    try {
      return !disk.list(journal).isEmpty();
    } catch (IOException e) {
      throw DiskFailure.of(journal, e);
    }
  }

  private void requireBlockFile(Multihash head) {
    try {
      if (!disk.exists(repository.block(head))) {
        throw CatchwaterException.at(
            ErrorCode.CORRUPT,
            Place.of(repository.head().toString()),
            "The head is block " + head + ", which is missing");
      }
    } catch (IOException e) {
      throw DiskFailure.of(repository.head(), e);
    }
  }

  private void requireOwnChain(ChainState state) {
    if (!state.seed().datasetId().equals(id)) {
      throw CatchwaterException.at(
          ErrorCode.CORRUPT,
          Place.of(repository.head().toString()),
          "The head is a block of another dataset, " + state.seed().datasetId());
    }
  }

  /// The state at `head`, from the blocks; `known` saves the part of the chain below its head.
  static ChainState walk(FolderRepository repository, Multihash head, @Nullable ChainState known) {
    Deque<HashedBlock> newer = new ArrayDeque<>();
    ChainState state = ChainState.EMPTY;
    Multihash next = head;
    while (next != null) {
      if (known != null && next.equals(known.head())) {
        state = known;
        break;
      }
      HashedBlock block = repository.readBlock(next);
      newer.push(block);
      next = block.block().prevBlockHash();
    }
    for (HashedBlock block : newer) {
      try {
        state = state.append(block.hash(), block.block());
      } catch (CatchwaterException e) {
        throw CatchwaterException.at(
                ErrorCode.CORRUPT,
                Place.of(repository.block(block.hash()).toString()),
                e.plainMessage())
            .withCause(e);
      }
    }
    return state;
  }

  /// One block, checked against its hash.
  public HashedBlock block(Multihash hash) {
    return repository.readBlock(hash);
  }

  /// The blocks from the head down to the first, each read and checked when it is asked for.
  public Iterable<HashedBlock> blocks() {
    return () -> repository.blocksFrom(repository.requireHead());
  }

  /// The same from another block down, which the head need not lead to.
  public Iterable<HashedBlock> blocksFrom(Multihash hash) {
    return () -> repository.blocksFrom(hash);
  }

  /// The slices, the one with the last offsets first; reads no more blocks than asked for.
  public Iterable<DataSlice> slicesFromEnd() {
    return () -> new SliceIterator(blocks().iterator());
  }

  /// A slice's file for reading. Its content is not checked; see [Verifier].
  public DiskFile openSlice(DataSlice slice) {
    try {
      return repository.openData(slice.physicalHash());
    } catch (CatchwaterException e) {
      throw Slices.missing(this, slice, e);
    }
  }

  /// Where a slice's file lies.
  public Path slicePath(DataSlice slice) {
    return repository.data(slice.physicalHash());
  }

  /// Becomes the one writer of this dataset.
  ///
  /// @throws CatchwaterException `DATASET_LOCKED` if another writer did not end in time,
  ///   `DATASET_NOT_FOUND` if it deleted the dataset meanwhile
  public DatasetWriter openWriter(LockWait wait) {
    DiskLock lock = lock(wait);
    boolean opened = false;
    try {
      DatasetWriter writer = DatasetWriter.open(this, lock);
      if (steward != null && hasUnsealedRows()) {
        steward.settle(writer);
      }
      opened = true;
      return writer;
    } finally {
      if (!opened) {
        release(lock);
      }
    }
  }

  /// Becomes the one writer of this dataset, to make the chain that ends in `block` its history,
  /// whatever its head is now. Nothing changes before [DatasetWriter#commit()].
  ///
  /// @throws CatchwaterException as [#openWriter] and [#stateAt]
  public DatasetWriter openWriterAt(Multihash block, LockWait wait) {
    settle(wait);
    DiskLock lock = lock(wait);
    boolean opened = false;
    try {
      DatasetWriter writer = DatasetWriter.openAt(this, lock, block);
      opened = true;
      return writer;
    } finally {
      if (!opened) {
        release(lock);
      }
    }
  }

  /// Whatever rows are in no slice become one, where somebody minds that.
  void settle(LockWait wait) {
    if (steward != null) {
      steward.stepAside(id);
      if (hasUnsealedRows()) {
        openWriter(wait).close();
      }
    }
  }

  /// Takes the history that is there although a newer one is known, see [HeadRegister]. What is
  /// remembered of pushes whose rows are gone is forgotten.
  ///
  /// @return the head that was lost, null where nothing was wrong and nothing is done
  public @Nullable Multihash acceptRollback(Instant now, LockWait wait) throws IOException {
    DiskLock lock = lock(wait);
    try {
      Multihash lost = HeadRegister.lost(this);
      if (lost != null) {
        RewriteNotes.add(this, Optional.of(lost), () -> RewriteNotes.common(this, lost, head()));
        HeadRegister.accept(this, lost, now);
      }
      return lost;
    } finally {
      release(lock);
    }
  }

  /// Takes the dataset's lock and makes sure that it still is the dataset it was.
  DiskLock lock(LockWait wait) {
    if (steward != null) {
      steward.stepAside(id);
    }
    DiskLock lock = Locks.acquire(disk, layout.datasetLock(id), wait, "Dataset " + name);
    boolean mine = false;
    try {
      Workspace.finishReplacement(disk, layout);
      mine = DatasetRecord.read(disk, folder()).map(found -> found.id().equals(id)).orElse(false);
    } finally {
      if (!mine) {
        release(lock);
      }
    }
    if (!mine) {
      throw CatchwaterException.of(ErrorCode.DATASET_NOT_FOUND, "Dataset not found: " + name);
    }
    return lock;
  }

  static void release(DiskLock lock) {
    try {
      lock.close();
    } catch (IOException e) {
      // the lock ends with the process at the latest
    }
  }

  WorkspaceLayout layout() {
    return layout;
  }

  FolderRepository repository() {
    return repository;
  }

  ChainCache cache() {
    return cache;
  }

  /// Name and id.
  @Override
  public String toString() {
    return name + " (" + id + ")";
  }

  private static final class SliceIterator implements Iterator<DataSlice> {
    private final Iterator<HashedBlock> blocks;
    private @Nullable DataSlice ready;
    private long firstKept = -1;

    SliceIterator(Iterator<HashedBlock> blocks) {
      this.blocks = blocks;
    }

    @Override
    public boolean hasNext() {
      while (ready == null && blocks.hasNext()) {
        MetadataEvent event = blocks.next().block().event();
        ready = Slices.of(event);
        if (firstKept < 0 && event instanceof AddData newest) {
          firstKept = Slices.firstKept(newest);
        }
        if (ready != null && ready.offsetEnd() < firstKept) {
          ready = null;
          return false; // and those before it
        }
      }
      return ready != null;
    }

    @Override
    public DataSlice next() {
      if (!hasNext()) {
        throw new java.util.NoSuchElementException();
      }
      DataSlice slice = java.util.Objects.requireNonNull(ready);
      ready = null;
      return slice;
    }
  }
}
