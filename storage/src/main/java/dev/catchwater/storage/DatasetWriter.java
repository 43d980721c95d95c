package dev.catchwater.storage;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.DiskLock;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.codec.MetadataBlockCodec;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataBlock;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.record.HeadRegister;
import dev.catchwater.storage.record.RewriteMarks;
import dev.catchwater.storage.retention.RetentionMarks;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The one writer of a dataset, across threads and processes, from [Dataset#openWriter] until
/// [#close()].
///
/// [#add] checks an event against the chain and makes its block in memory; [#commit()] makes all
/// that was added durable and visible in one step, or nothing of it. The order on disk (see
/// `docs/internals/storage.md`):
///
/// 1. force the slices and blocks, still in this writer's private folder
/// 2. rename them to `data/<hash>` and `blocks/<hash>`; sync both folders
/// 3. force the new reference; check that the head is where this writer started
/// 4. rename the reference to `refs/head`; sync `refs`
///
/// Until step 4 nothing that was there before has changed, so a crash leaves the old head and files
/// that nobody refers to. Invariants: the head never names a block that is not durable; no durable
/// block names a slice that is not; [#state()] is the chain that the next commit leads to.
///
/// Not thread-safe. A failed force or sync is final: the writer refuses everything after it.
public final class DatasetWriter implements Closeable {
  private final Dataset dataset;
  private final Disk disk;
  private final FolderRepository repository;
  private final DiskLock lock;
  private final Path stage;
  private final List<StagedFile> staged = new ArrayList<>();
  private final Map<Multihash, StagedFile> adopted = new LinkedHashMap<>();
  private final List<PendingBlock> pending = new ArrayList<>();
  private final RewriteMarks marks;
  private @Nullable RetentionMarks retention;
  private Optional<Multihash> head;
  private ChainState state;
  private ChainState committed;
  private boolean rewinds;
  private boolean keepsRows;
  private int names;
  private boolean failed;
  private boolean closed;

  private record PendingBlock(HashedBlock block, byte[] bytes) {}

  private DatasetWriter(
      Dataset dataset, DiskLock lock, ChainState state, Optional<Multihash> head) {
    this.dataset = dataset;
    this.disk = dataset.disk();
    this.repository = dataset.repository();
    this.lock = lock;
    this.stage = dataset.layout().stage(dataset.id());
    this.head = head;
    this.state = state;
    this.committed = state;
    this.marks = new RewriteMarks(dataset);
  }

  static DatasetWriter open(Dataset dataset, DiskLock lock) {
    StageFolder.clear(dataset.disk(), dataset.layout().stage(dataset.id()));
    ChainState state = dataset.state();
    HeadRegister.require(dataset);
    try {
      HeadRegister.prepare(dataset);
    } catch (IOException e) {
      throw DiskFailure.of(dataset.stateFolder(), e);
    }
    return new DatasetWriter(dataset, lock, state, Optional.of(state.head()));
  }

  /// A writer whose commit makes the chain that ends in `target` the dataset's, whatever is there.
  static DatasetWriter openAt(Dataset dataset, DiskLock lock, Multihash target) {
    StageFolder.clear(dataset.disk(), dataset.layout().stage(dataset.id()));
    DatasetWriter writer =
        new DatasetWriter(dataset, lock, dataset.stateAt(target), headOf(dataset.repository()));
    writer.rewinds = true;
    return writer;
  }

  private static Optional<Multihash> headOf(FolderRepository repository) {
    try {
      return repository.readHead();
    } catch (CatchwaterException e) {
      if (e.code() == ErrorCode.CORRUPT) {
        return Optional.empty(); // what is damaged may be replaced
      }
      throw e;
    }
  }

  /// Goes back to an earlier state of this chain: what is added from here on follows it, and the
  /// next commit replaces everything after it. What it replaces stays on the disk until
  /// [#collectGarbage()]; the caches that know the old history go before it does.
  ///
  /// @param earlier a state that this chain was in; what is added has the same rows at their
  ///   offsets, or none
  public void rewind(ChainState earlier) {
    requireUsable();
    if (!pending.isEmpty() || !adopted.isEmpty()) {
      throw new IllegalStateException("something was added before the chain was rewound");
    }
    state = earlier;
    rewinds = true;
    keepsRows = true;
  }

  /// Tells the time at which the history is rewritten, for the side log.
  public void rewrittenAt(Instant now) {
    marks.at(now);
  }

  /// The dataset.
  public Dataset dataset() {
    return dataset;
  }

  /// Refuses where the file of this writer's lock was deleted or replaced since this was first
  /// asked, so that somebody else may write too.
  ///
  /// @throws CatchwaterException `HEAD_MOVED`
  public void requireLock() {
    if (!lock.isInPlace()) {
      throw CatchwaterException.of(
              ErrorCode.HEAD_MOVED, "The lock of " + dataset.name() + " was taken away")
          .withHint("somebody removed " + dataset.layout().datasetLock(dataset.id()));
    }
  }

  /// The chain with everything that was added to this writer, committed or not.
  public ChainState state() {
    return state;
  }

  /// The system time a new block gets at `now`: never before the last block's.
  public Instant systemTime(Instant now) {
    Instant last = state.systemTime();
    return now.isBefore(last) ? last : now;
  }

  /// A new empty file, private to this writer.
  public StagedFile stage() {
    requireUsable();
    Path path = stage.resolve(StageFolder.FILE_PREFIX + names++);
    try {
      StagedFile file = new StagedFile(create(path), path);
      staged.add(file);
      return file;
    } catch (IOException e) {
      throw DiskFailure.of(path, e);
    }
  }

  private DiskFile create(Path path) throws IOException {
    try {
      return disk.create(path);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException e) {
      disk.createDirectories(stage);
      return disk.create(path);
    }
  }

  /// A new empty folder, private to this writer, for files that other programs write. Whoever asks
  /// for one gives it back with [#discardFolder]; what a crash leaves goes with the next writer.
  public Path stageFolder() {
    requireUsable();
    Path path = stage.resolve(StageFolder.FILE_PREFIX + names++);
    try {
      disk.createDirectories(stage);
      disk.createPrivateDirectory(path);
      return path;
    } catch (IOException e) {
      throw DiskFailure.of(path, e);
    }
  }

  /// Removes a folder of [#stageFolder()] with all that is in it.
  public void discardFolder(Path folder) {
    if (!folder.startsWith(stage)) {
      throw new IllegalArgumentException(folder + " is not a folder of this writer");
    }
    try {
      disk.deleteTree(folder);
    } catch (IOException e) {
      // leftovers are harmless
    }
  }

  /// Drops a staged file before the writer closes.
  public void discard(StagedFile file) {
    forget(file);
    StageFolder.drop(disk, file);
  }

  // By identity: the equality of a record is linked when it is first asked for, which costs a cold
  // process milliseconds.
  @SuppressWarnings("ReferenceEquality")
  private boolean forget(StagedFile file) {
    for (int i = 0; i < staged.size(); i++) {
      if (staged.get(i) == file) {
        staged.remove(i);
        return true;
      }
    }
    return false;
  }

  /// Makes a finished staged file part of the next commit as `data/<physicalHash>`. The caller
  /// vouches for the hash; the file must not change any more.
  public void adopt(StagedFile file, Multihash physicalHash) {
    if (!forget(file)) {
      throw new IllegalStateException(file.path() + " is not a staged file of this writer");
    }
    StagedFile before = adopted.put(physicalHash, file);
    if (before != null) {
      StageFolder.drop(disk, before);
    }
  }

  /// Adds an event to the next commit, checked against the chain and everything added before.
  ///
  /// @throws CatchwaterException `BAD_EVENT` if the chain does not allow it; nothing is added then
  public HashedBlock add(Instant systemTime, MetadataEvent event) {
    requireUsable();
    MetadataEvent marked = marks.marked(event, rewinds);
    if (!rewinds && marked instanceof AddData && hasAttachments()) {
      marked = retention().marked(marked, state, committed.head(), systemTime);
    }
    MetadataBlock block =
        new MetadataBlock(systemTime, state.head(), state.sequenceNumber() + 1, marked);
    byte[] bytes = MetadataBlockCodec.encode(block);
    HashedBlock hashed = new HashedBlock(Multihash.sha3(bytes), block);
    state = state.append(hashed.hash(), block);
    pending.add(new PendingBlock(hashed, bytes));
    return hashed;
  }

  // Whoever has a retention has attachments, and a cold push loads no more classes than it must.
  private boolean hasAttachments() {
    return state.attachments() != null;
  }

  private RetentionMarks retention() {
    RetentionMarks mine = retention;
    if (mine == null) {
      mine = new RetentionMarks(dataset);
      retention = mine;
    }
    return mine;
  }

  /// The slices of [#state()], the one with the last offsets first; nothing may be pending.
  public Iterable<DataSlice> slicesFromEnd() {
    if (!pending.isEmpty()) {
      throw new IllegalStateException("blocks are pending that cannot be read yet");
    }
    return dataset.slicesFrom(state.head());
  }

  /// A slice of this chain for reading, also one that is adopted and not yet committed. The caller
  /// closes it.
  public DiskFile openSlice(DataSlice slice) {
    StagedFile file = adopted.get(slice.physicalHash());
    if (file == null) {
      return dataset.openSlice(slice);
    }
    try {
      return disk.openForRead(file.path());
    } catch (IOException e) {
      throw DiskFailure.of(file.path(), e);
    }
  }

  /// Adds the events and commits them with the finished files.
  ///
  /// @param data staged files by the physical hash that the events give them
  /// @return the new blocks in their order
  public List<HashedBlock> commit(List<NewEvent> events, Map<Multihash, StagedFile> data) {
    for (Map.Entry<Multihash, StagedFile> entry : data.entrySet()) {
      adopt(entry.getValue(), entry.getKey());
    }
    for (NewEvent event : events) {
      add(event.systemTime(), event.event());
    }
    return commit();
  }

  /// Makes everything that was added durable and visible, or nothing. Returns the new blocks in
  /// their order; an empty list if nothing was added.
  ///
  /// @throws CatchwaterException `HEAD_MOVED` if the head is not where this writer left it,
  ///   `DISK_FULL` or `STORAGE_FAILED` if the disk refused and nothing was committed,
  ///   `COMMIT_UNKNOWN` if it refused after the head was swapped
  public List<HashedBlock> commit() {
    requireUsable();
    if (pending.isEmpty() && !rewinds) {
      return List.of();
    }
    List<HashedBlock> blocks = new ArrayList<>(pending.size());
    for (PendingBlock block : pending) {
      blocks.add(block.block());
    }
    Path at = stage;
    try {
      at = repository.data();
      Path reference = writeObjects();
      requireHeadUnmoved();
      if (rewinds) {
        RewriteNotes.add(dataset, head, this::rowsKept);
        marks.noteRewrite(keepsRows, head, state.head());
        at = dataset.layout().index(dataset.id());
        disk.deleteTree(at);
      }
      at = repository.head();
      disk.rename(reference, repository.head());
    } catch (IOException e) {
      failed = true;
      throw DiskFailure.of(at, e);
    }
    syncReference();
    head = Optional.of(state.head());
    HeadRegister.follow(dataset, state.head(), state.sequenceNumber());
    marks.committed();
    if (retention != null) {
      retention.committed();
    }
    rewinds = false;
    keepsRows = false;
    pending.clear();
    adopted.clear();
    committed = state;
    dataset.cache().store(state);
    return blocks;
  }

  /// The last offset whose row is the same as before, -1 for none.
  private long rowsKept() {
    Long last = state.lastOffset();
    return keepsRows || head.isEmpty()
        ? last == null ? -1 : last
        : RewriteNotes.common(dataset, head.get(), state.head());
  }

  private Path writeObjects() throws IOException {
    for (StagedFile file : adopted.values()) {
      file.file().force();
    }
    List<Path> blockFiles = new ArrayList<>(pending.size());
    for (PendingBlock block : pending) {
      blockFiles.add(writeForced(block.bytes()));
    }
    Path reference = writeForced(state.head().toString().getBytes(StandardCharsets.ISO_8859_1));
    for (Map.Entry<Multihash, StagedFile> entry : adopted.entrySet()) {
      entry.getValue().file().close();
      disk.rename(entry.getValue().path(), repository.data(entry.getKey()));
    }
    for (int i = 0; i < blockFiles.size(); i++) {
      disk.rename(blockFiles.get(i), repository.block(pending.get(i).block().hash()));
    }
    if (!adopted.isEmpty() || rewinds) {
      disk.syncDirectory(repository.data());
    }
    disk.syncDirectory(repository.blocks());
    return reference;
  }

  private Path writeForced(byte[] bytes) throws IOException {
    Path path = stage.resolve(StageFolder.FILE_PREFIX + names++);
    try (DiskFile file = create(path)) {
      file.write(bytes, 0, bytes.length, 0);
      file.force();
    }
    return path;
  }

  private void requireHeadUnmoved() {
    Optional<Multihash> now = rewinds ? headOf(repository) : Optional.of(repository.requireHead());
    if (!now.equals(head)) {
      failed = true;
      throw CatchwaterException.of(
              ErrorCode.HEAD_MOVED,
              "The head of "
                  + dataset.name()
                  + " moved to "
                  + now.map(Multihash::toString).orElse("nothing")
                  + " while it was written to")
          .withHint("somebody writes without taking the lock; try again");
    }
  }

  private void syncReference() {
    try {
      disk.syncDirectory(repository.refs());
    } catch (IOException e) {
      failed = true;
      throw CatchwaterException.of(
              ErrorCode.COMMIT_UNKNOWN,
              "The new head of "
                  + dataset.name()
                  + " is in place, but the disk did not confirm it: "
                  + e.getMessage())
          .withHint("look at the dataset's log before you repeat the push")
          .withCause(e);
    }
  }

  /// Drops what was added and not committed, with its files: the state is that of the last commit
  /// again.
  public void rollBack() {
    for (StagedFile file : adopted.values()) {
      StageFolder.drop(disk, file);
    }
    adopted.clear();
    pending.clear();
    state = committed;
    marks.rolledBack();
    if (retention != null) {
      retention.rolledBack();
    }
    rewinds = false;
  }

  /// Deletes objects that nothing in the chain refers to, see [Dataset.Garbage]. Walks the chain.
  public Dataset.Garbage collectGarbage() {
    requireUsable();
    try {
      return new GarbageCollection(dataset).run();
    } catch (IOException e) {
      throw DiskFailure.of(repository.folder(), e);
    }
  }

  private void requireUsable() {
    if (closed) {
      throw new IllegalStateException("the writer of " + dataset.name() + " is closed");
    }
    if (failed) {
      throw CatchwaterException.of(
          ErrorCode.STORAGE_FAILED,
          "A write to "
              + dataset.name()
              + " failed, nothing more is written to it by this command");
    }
  }

  /// Drops what was not committed and lets the next writer in. Does nothing the second time.
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (StagedFile file : staged) {
      StageFolder.drop(disk, file);
    }
    for (StagedFile file : adopted.values()) {
      StageFolder.drop(disk, file);
    }
    if (failed) {
      StageFolder.clear(disk, stage);
    }
    Dataset.release(lock);
  }
}
