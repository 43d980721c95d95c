package dev.catchwater.cli.resident;

import dev.catchwater.cli.terminal.Interruption;
import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskLock;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.DatasetId;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/// Runs commands of one workspace for clients that come through its socket, several at once. There
/// is one engine for a workspace: whoever holds `run/engine.lock`.
///
/// A command gets everything from its client, nothing from this process: words, folder, variables,
/// streams. It has a platform thread, because it computes and calls native code, which would keep a
/// carrier of virtual threads; whoever waits for a socket is virtual. Thread-safe.
public final class Engine implements Closeable {
  private static final int COMMANDS_MAX = 16;
  private static final Duration TAKE_OVER = Duration.ofSeconds(15);
  private static final Duration GRACE = Duration.ofSeconds(10);
  // A server has ten seconds for all of its end.
  private static final Duration GRACE_IN_SERVER = Duration.ofSeconds(2);

  private final EngineSettings settings;
  private final Disk disk;
  private final InstantSource clock;
  private final @Nullable LiveWorkspace live;
  private final Handover handover;
  private final DiskLock lock;
  private final ServerSocketChannel server;
  private final UserPrincipal owner;
  private final ExecutorService commands;
  private final CountDownLatch quitting = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Set<Interruption> running = new HashSet<>();
  private final long startNanos = System.nanoTime();
  private long lastNanos = startNanos;
  private long count;
  private boolean isClosing;

  private Engine(
      EngineSettings settings,
      Disk disk,
      InstantSource clock,
      @Nullable LiveWorkspace live,
      DiskLock lock,
      ServerSocketChannel server,
      UserPrincipal owner)
      throws IOException {
    this.settings = settings;
    this.disk = live == null ? disk : new EngineDisk(disk, this::release);
    this.clock = clock;
    this.live = live;
    this.handover = new Handover(settings, ProcessWorld.ofThisProcess(), disk);
    this.lock = lock;
    this.server = server;
    this.owner = owner;
    this.commands =
        Executors.newCachedThreadPool(Thread.ofPlatform().name("command-", 0).factory());
  }

  /// Starts the engine of a workspace; empty where another one runs that stays. A server asks an
  /// engine that the command line keeps to end, and takes its place.
  ///
  /// @param disk where the workspace lies
  /// @param clock tells commands the time
  /// @param live what the process keeps open for pushes, null where it keeps nothing; it stays open
  ///   when the engine ends
  /// @throws CatchwaterException `BAD_ARGUMENT` with the command that mends it where others than
  ///   its owner may write the workspace (reliability TH52); `STORAGE_FAILED` where there can be no
  ///   socket
  public static Optional<Engine> start(
      EngineSettings settings, Disk disk, InstantSource clock, @Nullable LiveWorkspace live) {
    Path run = settings.root().resolve("run");
    try {
      Files.createDirectories(run);
      Optional<DiskLock> lock = disk.lock(run.resolve("engine.lock"), Duration.ZERO, _ -> {});
      if (lock.isEmpty() && settings.isServer()) {
        // A server says why it does not end; then there is nothing to wait for.
        String reason = EngineClient.quit(settings.root()).orElse("");
        if (reason.isEmpty()) {
          lock = disk.lock(run.resolve("engine.lock"), TAKE_OVER, _ -> {});
        }
      }
      if (lock.isEmpty()) {
        return Optional.empty();
      }
      boolean isStarted = false;
      try {
        Engine engine = open(settings, disk, clock, live, lock.get());
        Thread.ofVirtual().name("engine-accept").start(engine::accept);
        isStarted = true;
        return Optional.of(engine);
      } finally {
        if (!isStarted) {
          lock.get().close();
        }
      }
    } catch (IOException e) {
      throw CatchwaterException.of(
              ErrorCode.STORAGE_FAILED,
              "The engine cannot listen in " + run + ": " + e.getMessage())
          .withCause(e);
    }
  }

  private static Engine open(
      EngineSettings settings,
      Disk disk,
      InstantSource clock,
      @Nullable LiveWorkspace live,
      DiskLock lock)
      throws IOException {
    Path run = settings.root().resolve("run");
    Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwx------"));
    Path socket = EngineSocket.of(settings.root());
    // Whoever made one that is there is gone, or it would hold the lock.
    ServerSocketChannel server = EngineSocket.listen(disk, socket);
    boolean isOpen = false;
    try {
      UserPrincipal owner = Files.getOwner(socket);
      requireOwn(settings.root(), owner);
      Engine engine = new Engine(settings, disk, clock, live, lock, server, owner);
      isOpen = true;
      return engine;
    } finally {
      if (!isOpen) {
        server.close();
        Files.deleteIfExists(socket);
      }
    }
  }

  /// Refuses a workspace that others may change (reliability TH52).
  private static void requireOwn(Path root, UserPrincipal user) throws IOException {
    UserPrincipal owner = Files.getOwner(root);
    if (!owner.equals(user)) {
      throw CatchwaterException.of(
              ErrorCode.BAD_ARGUMENT,
              root + " belongs to " + owner.getName() + ", this process runs as " + user.getName())
          .withHint("run it as " + owner.getName());
    }
    Set<PosixFilePermission> rights = Files.getPosixFilePermissions(root);
    if (rights.contains(PosixFilePermission.GROUP_WRITE)
        || rights.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw CatchwaterException.of(
              ErrorCode.BAD_ARGUMENT, root + " may be written by others than its owner")
          .withHint("chmod go-w " + root);
    }
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel client = server.accept();
        Thread.ofVirtual().name("engine-client").start(() -> serve(client));
      }
    } catch (IOException e) {
      // Closed: the engine ends. Anything else ends it as well.
      quitting.countDown();
    }
  }

  private void serve(SocketChannel client) {
    try (client) {
      if (client.getOption(ExtendedSocketOptions.SO_PEERCRED).user().equals(owner)) {
        new Connection(this, new FrameChannel(client)).serve();
      }
    } catch (IOException | UnsupportedOperationException e) {
      // Who it is cannot be known: nobody is served.
    }
  }

  InstantSource clock() {
    return clock;
  }

  Disk disk() {
    return disk;
  }

  /// Counts a command in, or says why it cannot run here. Whoever gets null calls [#end] in the
  /// end.
  ///
  /// @param interruption what ends the command
  @Nullable String begin(CommandRequest request, Interruption interruption) {
    String refusal = handover.refusal(request);
    if (refusal != null) {
      return refusal;
    }
    synchronized (running) {
      if (isClosing) {
        return "it is ending";
      } else if (running.size() >= COMMANDS_MAX) {
        return "it runs " + COMMANDS_MAX + " commands already";
      }
      count++;
      running.add(interruption);
    }
    return null;
  }

  /// Runs a command in a thread of its own.
  void execute(Runnable command) {
    commands.execute(command);
  }

  /// Counts a command out.
  void end(Interruption interruption) {
    synchronized (running) {
      running.remove(interruption);
      lastNanos = System.nanoTime();
      running.notifyAll();
    }
  }

  @Nullable LiveWorkspace live() {
    return live;
  }

  /// Seals what a dataset holds and lets its lock go. Does nothing where nothing is held.
  ///
  /// @param id as files are named by it; any other text means nothing
  void release(String id) {
    LiveWorkspace kept = live;
    if (kept != null) {
      try {
        kept.stepAside(DatasetId.parse("did:odf:" + id));
      } catch (CatchwaterException e) {
        // What could not be sealed is in the journal: whoever takes the lock finds it there.
      }
    }
  }

  /// Takes the clock for right; what it says, or nothing where no dataset is kept open here.
  String acceptClock() {
    LiveWorkspace kept = live;
    return kept == null ? "" : kept.acceptClock().toString();
  }

  /// What `system engine status` tells, one `name value` a line.
  String status() {
    synchronized (running) {
      long now = System.nanoTime();
      StringBuilder text = new StringBuilder("process ").append(ProcessHandle.current().pid());
      text.append("\nkept-by ").append(settings.isServer() ? "serve" : "engine.resident");
      text.append("\nbuild ").append(settings.build());
      text.append("\nseconds ").append(TimeUnit.NANOSECONDS.toSeconds(now - startNanos));
      text.append("\ncommands ").append(count);
      text.append("\nrunning ").append(running.size());
      return text.append('\n').toString();
    }
  }

  /// Ends the engine, or says why not; empty when it has let everything go.
  String quit() {
    if (settings.isServer()) {
      return "it belongs to a server, process " + ProcessHandle.current().pid();
    }
    close();
    return "";
  }

  /// How long no command ran, zero while one does.
  public Duration idle() {
    synchronized (running) {
      return running.isEmpty() ? Duration.ofNanos(System.nanoTime() - lastNanos) : Duration.ZERO;
    }
  }

  /// Waits until somebody wants it to end; false where nobody did in that time.
  public boolean awaitQuit(Duration wait) throws InterruptedException {
    return quitting.await(wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  /// Whether there is no use for it any more: it was idle for too long, its clone was built anew,
  /// or its workspace is gone.
  public boolean isDone() {
    Duration idle = settings.idle();
    if (idle != null && idle().compareTo(idle) > 0) {
      return true;
    }
    return !Files.exists(EngineSocket.of(settings.root())) || !isOfThisBuild();
  }

  private boolean isOfThisBuild() {
    Path file = settings.launchFile();
    if (file == null) {
      return true;
    }
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1)
          .contains("cw_fingerprint='" + settings.build() + "'");
    } catch (IOException e) {
      return false;
    }
  }

  /// Takes no more commands, waits ten seconds (in a server two) for those that run and cuts what
  /// still runs then. Does nothing the second time but wait for the first.
  @Override
  public void close() {
    boolean isFirst;
    synchronized (running) {
      isFirst = !isClosing;
      isClosing = true;
    }
    if (!isFirst) {
      awaitEnd();
      return;
    }
    try {
      // First the name goes, so that the next client starts cold and not in vain.
      Files.deleteIfExists(EngineSocket.of(settings.root()));
      server.close();
    } catch (IOException e) {
      // The socket goes with the process.
    }
    if (!awaitCommands()) {
      synchronized (running) {
        running.forEach(Interruption::interrupt);
      }
      awaitCommands();
    }
    commands.shutdown();
    try {
      lock.close();
    } catch (IOException e) {
      // The lock goes with the process.
    }
    ended.countDown();
    quitting.countDown();
  }

  private void awaitEnd() {
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean awaitCommands() {
    long deadline = System.nanoTime() + (settings.isServer() ? GRACE_IN_SERVER : GRACE).toNanos();
    synchronized (running) {
      while (!running.isEmpty()) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          return false;
        }
        try {
          running.wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return false;
        }
      }
    }
    return true;
  }
}
