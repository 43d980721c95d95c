package dev.catchwater.testkit;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.DiskLock;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A disk in memory that crashes (`docs/internals/testing.md` has the model in prose).
///
/// It keeps a durable image and the operations that came after it. At a power cut every write that
/// was not forced survives sector by sector or not at all, a file's length lands anywhere between
/// the durable and the present one, and changes of names that were not synced survive by [Mode].
/// [#restartAfterPowerCut()] gives the disk a machine finds when it comes back;
/// [#restartAfterKill()] the one that the next process finds when only the process died. Everything
/// random comes from one seed. Calls are counted; a [Fault] can be planned for any of them.
///
/// Thread-safe. A handle of a dead disk throws [PowerCut].
public final class SimDisk implements Disk {
  /// How changes of names that were not synced survive a power cut.
  public enum Mode {
    /// As a prefix of their order, as ext4 with ordered data does it.
    EXT4,
    /// As any subset; a rename of a file between folders may survive in one of them only.
    STRICT
  }

  private static final Set<String> NEED_SPACE = Set.of("write", "create", "mkdir", "rename");

  private final Mode mode;
  private final SplittableRandom random;
  private final SimTree tree;
  private final Map<Long, Fault> faults = new HashMap<>();
  private final List<String> calls = new ArrayList<>();
  private final Set<Path> locks = new HashSet<>();
  private final TreeMap<String, Integer> counts = new TreeMap<>();
  private @Nullable Fault faultForEver;
  private long faultForEverFrom = Long.MAX_VALUE;
  private @Nullable String deadSince;
  private boolean isCutDue;
  private int openFiles;
  private long freeSpace = Long.MAX_VALUE;

  /// An empty disk.
  public SimDisk(Mode mode, long seed) {
    this(mode, new SplittableRandom(seed), new SimTree(mode));
  }

  private SimDisk(Mode mode, SplittableRandom random, SimTree tree) {
    this.mode = mode;
    this.random = random;
    this.tree = tree;
  }

  /// Plans a fault for the call of that number, counted from 1.
  public synchronized void faultAt(long call, Fault fault) {
    faults.put(call, fault);
  }

  /// Plans a fault for the call of that number and every later one.
  public synchronized void faultFrom(long call, Fault fault) {
    faultForEver = fault;
    faultForEverFrom = call;
  }

  /// How many calls were made so far.
  public synchronized long calls() {
    return calls.size();
  }

  /// The calls so far, `rename /a/b /a/c`, for messages.
  public synchronized List<String> trace() {
    return List.copyOf(calls);
  }

  /// How many calls of one kind (`force`, `sync`, `rename`, `list`, `read`…) were made so far.
  public synchronized int count(String kind) {
    return counts.getOrDefault(kind, 0);
  }

  /// How many files are open.
  public synchronized int openFiles() {
    return openFiles;
  }

  /// The disk after a power cut now. This one is dead from here on.
  public synchronized SimDisk restartAfterPowerCut() {
    die("restart");
    return new SimDisk(mode, random.split(), tree.afterPowerCut(random));
  }

  /// The disk that the next process finds after this one was killed: nothing is lost yet, its locks
  /// are free, and what was not synced still can be lost.
  public synchronized SimDisk restartAfterKill() {
    die("kill");
    return new SimDisk(mode, random.split(), tree.afterKill());
  }

  private void die(String why) {
    if (deadSince == null) {
      deadSince = why;
    }
  }

  // --- calls -------------------------------------------------------------------------------------

  /// Counts a call and meets the fault planned for it.
  ///
  /// @return the fault that the call has to act out itself, or null
  private @Nullable Fault enter(String kind, String detail) throws IOException {
    if (deadSince != null) {
      throw new PowerCut(deadSince);
    }
    if (isCutDue) {
      cut(); // the call it was planned for failed for a reason of its own
    }
    calls.add(kind + " " + detail);
    counts.merge(kind, 1, Integer::sum);
    long number = calls.size();
    Fault fault = faults.get(number);
    if (fault == null && number >= faultForEverFrom) {
      fault = faultForEver;
    }
    if (fault == Fault.IO_ERROR && !kind.equals("force")) {
      throw new FileSystemException(detail, null, "Input/output error");
    }
    // A folder may need another block for a new name.
    boolean needsSpace = NEED_SPACE.contains(kind);
    if (fault == Fault.NO_SPACE && needsSpace) {
      throw new FileSystemException(detail, null, "No space left on device");
    }
    isCutDue = fault == Fault.POWER_CUT;
    if (isCutDue && (kind.equals("force") || kind.equals("sync"))) {
      cut();
    }
    return fault;
  }

  private void leave(@Nullable Fault fault) {
    if (fault == Fault.POWER_CUT) {
      cut();
    }
  }

  private void cut() {
    die("call " + calls.size() + ": " + calls.getLast());
    throw new PowerCut(calls.getLast());
  }

  private static String name(Path path) {
    Path name = path.getFileName();
    if (name == null) {
      throw new IllegalArgumentException("no name: " + path);
    }
    return name.toString();
  }

  @Override
  public synchronized DiskFile openForRead(Path file) throws IOException {
    Fault fault = enter("open", file.toString());
    if (!(tree.find(file) instanceof SimNode.File found)) {
      throw new NoSuchFileException(file.toString());
    }
    leave(fault);
    return new Handle(file, found, false);
  }

  @Override
  public synchronized DiskFile create(Path file) throws IOException {
    Fault fault = enter("create", file.toString());
    SimNode.Folder folder = tree.parent(file);
    if (folder.names.containsKey(name(file))) {
      throw new FileAlreadyExistsException(file.toString());
    }
    SimNode.File node = new SimNode.File();
    tree.change(new SimTree.Entry(folder, name(file), node));
    leave(fault);
    return new Handle(file, node, true);
  }

  @Override
  public synchronized List<String> list(Path folder) throws IOException {
    Fault fault = enter("list", folder.toString());
    leave(fault);
    return tree.find(folder) instanceof SimNode.Folder found
        ? List.copyOf(found.names.keySet())
        : List.of();
  }

  @Override
  public synchronized boolean exists(Path path) throws IOException {
    leave(enter("stat", path.toString()));
    return tree.find(path) != null;
  }

  @Override
  public synchronized boolean isDirectory(Path path) throws IOException {
    leave(enter("stat", path.toString()));
    return tree.find(path) instanceof SimNode.Folder;
  }

  @Override
  public synchronized void createDirectories(Path folder) throws IOException {
    Fault fault = enter("mkdir", folder.toString());
    SimNode.Folder at = tree.root();
    for (Path name : folder) {
      SimNode next = at.names.get(name.toString());
      if (next == null) {
        next = new SimNode.Folder();
        tree.change(new SimTree.Entry(at, name.toString(), next));
      }
      if (!(next instanceof SimNode.Folder below)) {
        throw new FileAlreadyExistsException(folder.toString());
      }
      at = below;
    }
    leave(fault);
  }

  @Override
  public synchronized void createPrivateDirectory(Path folder) throws IOException {
    Fault fault = enter("mkdir", folder.toString());
    SimNode.Folder parent = tree.parent(folder);
    if (parent.names.containsKey(name(folder))) {
      throw new FileAlreadyExistsException(folder.toString());
    }
    tree.change(new SimTree.Entry(parent, name(folder), new SimNode.Folder()));
    leave(fault);
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    Fault fault = enter("rename", from + " " + to);
    SimNode node = tree.find(from);
    if (node == null) {
      throw new NoSuchFileException(from.toString());
    }
    SimNode.Folder source = tree.parent(from);
    SimNode.Folder target = tree.parent(to);
    SimNode replaced = target.names.get(name(to));
    if (replaced != null && replaced != node) {
      requireReplaceable(node, replaced, to);
    }
    if (replaced != node) {
      SimTree.Entry added = new SimTree.Entry(target, name(to), node);
      SimTree.Entry removed = new SimTree.Entry(source, name(from), null);
      boolean split = mode == Mode.STRICT && source != target && node instanceof SimNode.File;
      if (split) {
        tree.change(added);
        tree.change(removed);
      } else {
        tree.change(added, removed);
      }
    }
    leave(fault);
  }

  private static void requireReplaceable(SimNode node, SimNode replaced, Path to)
      throws FileSystemException {
    switch (replaced) {
      case SimNode.File _ -> {
        if (node instanceof SimNode.Folder) {
          throw new FileSystemException(to.toString(), null, "Not a directory");
        }
      }
      case SimNode.Folder folder -> {
        if (node instanceof SimNode.File) {
          throw new FileSystemException(to.toString(), null, "Is a directory");
        }
        if (!folder.names.isEmpty()) {
          throw new FileSystemException(to.toString(), null, "Directory not empty");
        }
      }
    }
  }

  @Override
  public synchronized void delete(Path path) throws IOException {
    Fault fault = enter("unlink", path.toString());
    SimNode node = tree.find(path);
    if (node instanceof SimNode.Folder folder && !folder.names.isEmpty()) {
      throw new DirectoryNotEmptyException(path.toString());
    }
    if (node != null) {
      tree.change(new SimTree.Entry(tree.parent(path), name(path), null));
    }
    leave(fault);
  }

  @Override
  public synchronized void syncDirectory(Path folder) throws IOException {
    enter("sync", folder.toString());
    if (!(tree.find(folder) instanceof SimNode.Folder found)) {
      throw new NoSuchFileException(folder.toString());
    }
    tree.sync(found);
  }

  @Override
  public synchronized Optional<DiskLock> lock(
      Path lockFile, Duration wait, Consumer<String> waiting) throws IOException {
    Fault fault = enter("lock", lockFile.toString());
    SimNode.Folder folder = tree.parent(lockFile);
    if (!folder.names.containsKey(name(lockFile))) {
      tree.change(new SimTree.Entry(folder, name(lockFile), new SimNode.File()));
    }
    leave(fault);
    long deadline = System.nanoTime() + wait.toNanos();
    boolean told = false;
    while (!locks.add(lockFile)) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return Optional.empty();
      }
      if (!told) {
        told = true;
        waiting.accept("process 1");
      }
      try {
        wait(left / 1_000_000 + 1);
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
    return Optional.of(() -> unlock(lockFile));
  }

  private synchronized void unlock(Path lockFile) {
    if (deadSince != null) {
      throw new PowerCut(deadSince);
    }
    locks.remove(lockFile);
    notifyAll();
  }

  /// From now on there is this much room, as far as anybody asks; writes still find some.
  public synchronized void leaveFree(long bytes) {
    freeSpace = bytes;
  }

  @Override
  public synchronized long freeSpace(Path path) {
    return freeSpace;
  }

  @Override
  public long totalSpace(Path path) {
    return Long.MAX_VALUE;
  }

  /// A seed for whatever else a run needs, from the same source.
  public synchronized RandomGenerator split() {
    return random.split();
  }

  private final class Handle implements DiskFile {
    private final Path path;
    private final SimNode.File node;
    private final boolean writable;
    private boolean closed;

    Handle(Path path, SimNode.File node, boolean writable) {
      this.path = path;
      this.node = node;
      this.writable = writable;
      openFiles++;
    }

    private @Nullable Fault enter(String kind) throws IOException {
      if (closed) {
        throw new ClosedChannelException();
      }
      return SimDisk.this.enter(kind, path.toString());
    }

    @Override
    public int read(byte[] into, int offset, int length, long position) throws IOException {
      synchronized (SimDisk.this) {
        Fault fault = enter("read");
        leave(fault);
        if (length == 0) {
          return 0;
        }
        if (position >= node.size()) {
          return -1;
        }
        int at = Math.toIntExact(position);
        if (fault == Fault.MISDIRECTED_READ) {
          at = random.nextInt(node.size());
        }
        int wanted = fault == Fault.SHORT_READ ? 1 + random.nextInt(length) : length;
        int count = node.read(into, offset, wanted, at);
        if (fault == Fault.BIT_FLIP) {
          into[offset + random.nextInt(count)] ^= (byte) (1 << random.nextInt(8));
        }
        return count;
      }
    }

    @Override
    public void write(byte[] from, int offset, int length, long position) throws IOException {
      synchronized (SimDisk.this) {
        Fault fault = enter("write");
        requireWritable();
        node.write(from, offset, length, Math.toIntExact(position));
        leave(fault);
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      synchronized (SimDisk.this) {
        Fault fault = enter("truncate");
        requireWritable();
        node.truncate(Math.toIntExact(size));
        leave(fault);
      }
    }

    private void requireWritable() {
      if (!writable) {
        throw new NonWritableChannelException();
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (SimDisk.this) {
        if (enter("force") == Fault.IO_ERROR) {
          node.loseForce();
          throw new FileSystemException(path.toString(), null, "Input/output error");
        }
        node.force();
      }
    }

    @Override
    public long size() throws IOException {
      synchronized (SimDisk.this) {
        leave(enter("stat"));
        return node.size();
      }
    }

    @Override
    public void close() {
      synchronized (SimDisk.this) {
        if (!closed) {
          closed = true;
          openFiles--;
        }
      }
    }
  }
}
