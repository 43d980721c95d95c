package dev.catchwater.storage;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.DiskLock;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.codec.MetadataBlockCodec;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.record.HeadRegister;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Takes in a chain that somebody else made, byte for byte: a new dataset, more blocks for one that
/// is there, or another history for it. Nothing of it is visible before [#commit], nothing of it is
/// left after a [#close()] without one.
///
/// [#stage], [#finish] and [#writeBlock] may be called from several threads, the rest from one.
public final class ReplicaWriter implements Closeable {
  private final Disk disk;
  private final Workspace workspace;
  private final WorkspaceLayout layout;
  private final DatasetId id;
  private final DatasetName name;
  private final DiskLock lock;
  private final @Nullable Dataset existing;
  private final Path stage;
  private final FolderRepository target;
  private final ChainState base;
  private final Optional<Multihash> head;
  private final List<StagedFile> staged = new ArrayList<>();
  private final List<Move> moves = new ArrayList<>();
  private int names;
  private boolean closed;

  private record Move(Path from, Path to) {}

  private ReplicaWriter(
      Workspace workspace,
      DatasetId id,
      DatasetName name,
      DiskLock lock,
      @Nullable Dataset existing,
      boolean isDamageIgnored) {
    this.disk = workspace.disk();
    this.workspace = workspace;
    this.layout = workspace.layout();
    this.id = id;
    this.name = name;
    this.lock = lock;
    this.existing = existing;
    this.stage = layout.stage(id);
    Path built = stage.resolve(StageFolder.FILE_PREFIX + "dataset");
    this.target = existing == null ? new FolderRepository(disk, built) : existing.repository();
    this.base = existing == null ? ChainState.EMPTY : base(existing, isDamageIgnored);
    this.head = head(isDamageIgnored);
  }

  private static ChainState base(Dataset dataset, boolean isDamageIgnored) {
    try {
      return dataset.state();
    } catch (CatchwaterException e) {
      if (isDamageIgnored) {
        return ChainState.EMPTY;
      }
      throw e;
    }
  }

  private Optional<Multihash> head(boolean isDamageIgnored) {
    try {
      return target.readHead();
    } catch (CatchwaterException e) {
      if (isDamageIgnored) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /// Begins to take in the chain of `id` under a name.
  ///
  /// @param isDamageIgnored whether a dataset whose own chain cannot be read counts as empty
  /// @throws CatchwaterException `ALREADY_EXISTS` if the name is another dataset's or the id has
  ///   another name here, `DATASET_LOCKED` if another writer did not end in time
  public static ReplicaWriter open(
      Workspace workspace, DatasetId id, DatasetName name, boolean isDamageIgnored, LockWait wait) {
    Dataset before = workspace.find(id).orElse(null);
    if (before != null) {
      before.settle(wait);
    }
    DiskLock lock =
        Locks.acquire(
            workspace.disk(), workspace.layout().datasetLock(id), wait, "Dataset " + name);
    boolean opened = false;
    try {
      requireNameFits(workspace, id, name);
      StageFolder.clear(workspace.disk(), workspace.layout().stage(id));
      Dataset existing = workspace.find(name).orElse(null);
      ReplicaWriter writer =
          new ReplicaWriter(workspace, id, name, lock, existing, isDamageIgnored);
      opened = true;
      return writer;
    } finally {
      if (!opened) {
        Dataset.release(lock);
      }
    }
  }

  private static void requireNameFits(Workspace workspace, DatasetId id, DatasetName name) {
    Optional<Dataset> sameName = workspace.find(name);
    if (sameName.isPresent() && !sameName.get().id().equals(id)) {
      throw CatchwaterException.of(
              ErrorCode.ALREADY_EXISTS,
              "Dataset " + sameName.get().name() + " already exists and is another dataset")
          .withHint("choose another name with --as");
    }
    Optional<Dataset> sameId = workspace.find(id);
    if (sameId.isPresent() && !sameId.get().name().equals(name)) {
      throw CatchwaterException.of(
              ErrorCode.ALREADY_EXISTS,
              "Dataset " + id + " already exists as " + sameId.get().name())
          .withHint("a workspace holds one copy of a dataset");
    }
    if (sameId.isEmpty()) {
      ReservedNames.refuse(name);
    }
  }

  /// The chain that is there; empty for a new dataset.
  public ChainState base() {
    return base;
  }

  /// The folder objects go to; those of an existing dataset may be there already.
  public FolderRepository target() {
    return target;
  }

  /// A new empty file, private to this writer.
  public StagedFile stage() {
    Path path = nextPath();
    try {
      StagedFile file = new StagedFile(create(path), path);
      keep(file);
      return file;
    } catch (IOException e) {
      throw DiskFailure.of(path, e);
    }
  }

  private synchronized void keep(StagedFile file) {
    staged.add(file);
  }

  private synchronized Path nextPath() {
    return stage.resolve(StageFolder.FILE_PREFIX + names++);
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

  /// Makes a checked file durable; [#commit] gives it its place.
  ///
  /// @param place `target().data(hash)` or `target().checkpoint(hash)`
  public void finish(StagedFile file, Path place) {
    try {
      file.file().force();
      file.file().close();
    } catch (IOException e) {
      throw DiskFailure.of(file.path(), e);
    }
    move(file, place);
  }

  /// Makes a block's bytes durable; [#commit] gives them their place.
  public void writeBlock(Multihash hash, byte[] bytes) {
    StagedFile file = stage();
    try {
      file.file().write(bytes, 0, bytes.length, 0);
    } catch (IOException e) {
      throw DiskFailure.of(file.path(), e);
    }
    finish(file, target.block(hash));
  }

  private synchronized void move(StagedFile file, Path to) {
    staged.remove(file);
    moves.add(new Move(file.path(), to));
  }

  /// The block in foreign bytes, added to a chain.
  ///
  /// @throws CatchwaterException `CORRUPT` if it is none or does not fit, with the hash
  public static ChainState append(ChainState state, Multihash hash, byte[] bytes) {
    try {
      return state.append(hash, MetadataBlockCodec.decode(bytes));
    } catch (CatchwaterException e) {
      throw CatchwaterException.of(
              ErrorCode.CORRUPT, "Block " + hash + " breaks the chain: " + e.plainMessage())
          .withCause(e);
    }
  }

  /// Makes everything that was finished the dataset, with `state` as its chain.
  ///
  /// @param aliases kept with the dataset, or null to leave them as they are
  public Dataset commit(ChainState state, @Nullable Aliases aliases) {
    try {
      if (existing == null) {
        createFolders();
      }
      for (Move move : moves) {
        disk.rename(move.from(), move.to());
      }
      moves.clear();
      Dataset dataset = existing == null ? publish(state, aliases) : replaceHead(state, existing);
      dataset.cache().store(state);
      if (existing != null && aliases != null) {
        aliases.store(existing);
      }
      return dataset;
    } catch (IOException e) {
      throw DiskFailure.of(target.folder(), e);
    }
  }

  /// Changes only the aliases of the dataset that is there.
  public void keepAliases(Aliases aliases) {
    if (existing != null) {
      aliases.store(existing);
    }
  }

  private void createFolders() throws IOException {
    DatasetFolder.create(disk, target.folder());
  }

  private Dataset publish(ChainState state, @Nullable Aliases aliases) throws IOException {
    new DatasetFolder(disk, target).finish(name, id, state.head());
    Dataset dataset = new Dataset(disk, layout, name, id);
    try (DiskLock _ = workspace.lockNames()) {
      requireNameFits(workspace, id, name);
      disk.deleteTree(layout.state(id));
      if (aliases != null) {
        aliases.store(dataset);
      }
      disk.rename(target.folder(), layout.dataset(name));
      disk.syncDirectory(layout.datasets());
    }
    return dataset;
  }

  private Dataset replaceHead(ChainState state, Dataset dataset) throws IOException {
    disk.syncDirectory(target.data());
    disk.createDirectories(target.checkpoints());
    disk.syncDirectory(target.checkpoints());
    disk.syncDirectory(target.blocks());
    Path reference = nextPath();
    try (DiskFile out = create(reference)) {
      byte[] text = state.head().toString().getBytes(StandardCharsets.ISO_8859_1);
      out.write(text, 0, text.length, 0);
      out.force();
    }
    if (!head(head.isEmpty()).equals(head)) {
      throw CatchwaterException.of(
          ErrorCode.HEAD_MOVED, "The head of " + name + " moved while it was pulled");
    }
    if (head.isPresent()) {
      Multihash former = head.get();
      RewriteNotes.add(dataset, head, () -> RewriteNotes.common(dataset, former, state.head()));
      HeadRegister.replace(dataset, former, state.head());
    }
    disk.rename(reference, target.head());
    disk.syncDirectory(target.refs());
    if (HeadRegister.lost(dataset) == null) {
      HeadRegister.follow(dataset, state.head(), state.sequenceNumber());
    }
    return dataset;
  }

  /// Drops what was not committed and lets the next writer in. Does nothing the second time.
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      for (StagedFile file : staged) {
        StageFolder.drop(disk, file);
      }
      StageFolder.clear(disk, stage);
      Dataset.release(lock);
    }
  }
}
