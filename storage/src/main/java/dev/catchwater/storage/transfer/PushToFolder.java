package dev.catchwater.storage.transfer;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.DiskLock;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.event.MetadataEvent.Checkpoint;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.ExecuteTransform;
import dev.catchwater.odf.event.MetadataEvent.Seed;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DiskFailure;
import dev.catchwater.storage.FolderRepository;
import dev.catchwater.storage.HashedBlock;
import dev.catchwater.storage.Slices;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One push to a folder: data, checkpoints, blocks from the oldest to the newest, then the head
/// (odf-format §11); a reader that follows the head never sees half of it. Every file is written as
/// `.pending-…` beside its place, forced and renamed; folders are synced before the head is. Used
/// once.
final class PushToFolder {
  private static final Set<String> FOLDERS =
      Set.of("blocks", "data", "checkpoints", "refs", "info");
  private static final String LOCK = ".push-lock";

  private final Dataset dataset;
  private final Disk disk;
  private final FolderRepository from;
  private final FolderRepository to;
  private final String url;
  private final Replicator.Options options;
  private final Transfers transfers;
  private final AtomicInteger names = new AtomicInteger();

  PushToFolder(
      Dataset dataset, Path folder, String url, Replicator.Options options, Transfers transfers) {
    this.dataset = dataset;
    this.disk = dataset.disk();
    this.from = new FolderRepository(disk, dataset.folder());
    this.to = new FolderRepository(disk, folder);
    this.url = url;
    this.options = options;
    this.transfers = transfers;
  }

  TransferReport run() {
    try {
      prepare();
      try (DiskLock _ = lock()) {
        return push();
      }
    } catch (IOException e) {
      throw DiskFailure.of(to.folder(), e);
    }
  }

  private void prepare() throws IOException {
    if (to.readHead().isEmpty()) {
      for (String name : disk.list(to.folder())) {
        if (!FOLDERS.contains(name)) {
          throw CatchwaterException.at(
              ErrorCode.BAD_ARGUMENT,
              Place.of(to.folder().toString()),
              "The folder is not empty and holds no dataset");
        }
      }
    }
    for (String folder : FOLDERS) {
      disk.createDirectories(to.folder().resolve(folder));
    }
  }

  // Only our own pushes know this lock; others read the head, compare and write, as kamu does.
  private DiskLock lock() throws IOException {
    Optional<DiskLock> lock =
        disk.lock(
            to.head().resolveSibling(LOCK),
            options.lockWait().limit(),
            options.lockWait().waiting());
    if (lock.isEmpty()) {
      throw CatchwaterException.of(ErrorCode.DATASET_LOCKED, "Another process pushes to " + url);
    }
    return lock.get();
  }

  private TransferReport push() throws IOException {
    Multihash head = dataset.head();
    Multihash theirs = to.readHead().orElse(null);
    if (head.equals(theirs)) {
      return new TransferReport(dataset.name(), 0, 0, false, 0);
    }
    List<HashedBlock> blocks = newBlocks(head, theirs);
    boolean isReplaced = false;
    if (theirs != null && blocks.getFirst().block().prevBlockHash() == null) {
      isReplaced = true;
      requireSame(theirs);
      requireForced(theirs);
    }
    transfers.run(objectCopies(blocks));
    disk.syncDirectory(to.data());
    disk.syncDirectory(to.checkpoints());
    long bytes = 0;
    for (HashedBlock block : blocks) {
      byte[] content = from.readBlockBytes(block.hash());
      write(content, to.block(block.hash()));
      bytes += content.length;
    }
    disk.syncDirectory(to.blocks());
    disk.syncDirectory(to.folder());
    write(head.toString().getBytes(StandardCharsets.ISO_8859_1), to.head());
    disk.syncDirectory(to.refs());
    return new TransferReport(
        dataset.name(), blocks.size(), bytes + transfers.done(), isReplaced, 0);
  }

  /// Our blocks after `theirs`, first one first; all if it is not among them.
  private List<HashedBlock> newBlocks(Multihash head, @Nullable Multihash theirs) {
    Deque<HashedBlock> blocks = new ArrayDeque<>();
    Multihash next = head;
    while (next != null && !next.equals(theirs)) {
      HashedBlock block = dataset.block(next);
      blocks.push(block);
      next = block.block().prevBlockHash();
    }
    return List.copyOf(blocks);
  }

  private void requireSame(Multihash theirs) {
    Multihash next = theirs;
    while (next != null) {
      HashedBlock block = to.readBlock(next);
      next = block.block().prevBlockHash();
      if (block.block().event() instanceof Seed seed && !seed.datasetId().equals(dataset.id())) {
        throw CatchwaterException.of(
            ErrorCode.ALREADY_EXISTS,
            "There is another dataset at " + url + ", " + seed.datasetId());
      }
    }
  }

  private void requireForced(Multihash theirs) {
    if (options.isForced()) {
      return;
    }
    Multihash next = theirs;
    boolean isAhead = false;
    while (next != null && !isAhead) {
      isAhead = next.equals(dataset.head());
      next = to.readBlock(next).block().prevBlockHash();
    }
    throw CatchwaterException.of(
            ErrorCode.DIVERGED,
            isAhead
                ? url + " is ahead of dataset " + dataset.name()
                : "Dataset " + dataset.name() + " and " + url + " have diverged")
        .withHint("--force replaces what is there");
  }

  private List<Transfers.Copy> objectCopies(List<HashedBlock> blocks) {
    List<Transfers.Copy> copies = new ArrayList<>();
    Set<Path> places = new HashSet<>();
    long firstKept = Slices.firstKept(dataset.blocks());
    for (HashedBlock block : blocks) {
      DataSlice slice = null;
      Checkpoint checkpoint = null;
      if (block.block().event() instanceof AddData event) {
        slice = event.newData();
        checkpoint = event.newCheckpoint();
      } else if (block.block().event() instanceof ExecuteTransform event) {
        slice = event.newData();
        checkpoint = event.newCheckpoint();
      }
      if (slice != null
          && slice.offsetEnd() >= firstKept
          && places.add(to.data(slice.physicalHash()))) {
        Multihash hash = slice.physicalHash();
        long size = slice.size();
        transfers.expect(size);
        copies.add(() -> copy(from.data(hash), to.data(hash), hash, size));
      }
      if (checkpoint != null && places.add(to.checkpoint(checkpoint.physicalHash()))) {
        Multihash hash = checkpoint.physicalHash();
        long size = checkpoint.size();
        transfers.expect(size);
        copies.add(() -> copy(from.checkpoint(hash), to.checkpoint(hash), hash, size));
      }
    }
    return copies;
  }

  private void copy(Path source, Path target, Multihash hash, long size) throws IOException {
    if (!ObjectHash.matches(disk, target, hash, size)) {
      if (!ObjectHash.matches(disk, source, hash, size)) {
        throw CatchwaterException.at(
                ErrorCode.CORRUPT,
                Place.of(source.toString()),
                "The file is missing or is not what its name says")
            .withHint("verify the dataset before it is pushed");
      }
      Path temporary = temporary(target);
      try (DiskFile in = disk.openForRead(source);
          DiskFile out = disk.create(temporary)) {
        byte[] buffer = new byte[1 << 16];
        for (long at = 0; at < size; ) {
          int count = (int) Math.min(buffer.length, size - at);
          in.readFully(buffer, 0, count, at);
          out.write(buffer, 0, count, at);
          at += count;
        }
        out.force();
      }
      disk.rename(temporary, target);
    }
    transfers.finished(size);
  }

  private void write(byte[] content, Path target) throws IOException {
    Path temporary = temporary(target);
    try (DiskFile out = disk.create(temporary)) {
      out.write(content, 0, content.length, 0);
      out.force();
    }
    disk.rename(temporary, target);
  }

  // Under the lock, so a file of that name is what a dead push left.
  private Path temporary(Path target) throws IOException {
    String digits = Integer.toString(names.getAndIncrement());
    Path temporary =
        target.resolveSibling(
            ".pending-catchwater" + "000000".substring(Math.min(6, digits.length())) + digits);
    disk.delete(temporary);
    return temporary;
  }
}
