package dev.catchwater.query.cage;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.query.sql.Steps;
import dev.catchwater.query.sql.Steps.StepColumn;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A caged process, seen from outside. Starting it does not wait until it is up. Used by one
/// thread; closing kills it.
public final class Cage implements Closeable {
  /// Limits first, then away from the network where that is allowed, then the program itself: each
  /// replaces the shell, so what is started is what is killed.
  private static final String START =
      "ulimit -c 0; ulimit -n 256; ulimit -t $1; ulimit -f $2; ulimit -v $3 2>/dev/null; shift 3;"
          + " if unshare -rn true 2>/dev/null; then exec unshare -rn \"$@\"; fi; exec \"$@\"";

  private static final String PATH = "/usr/local/bin:/usr/bin:/bin";

  /// The property that names the folder with the cage's cache of classes.
  private static final String CACHE_FOLDER = "catchwater.build";

  private static final String CACHE = "cage.aot";

  /// As small as pages are anywhere: where they are larger, more is held than is told.
  private static final long PAGE_BYTES = 4_096;

  private final Process process;
  private final Path scratch;
  private final CageLimits limits;
  private final DataOutputStream out;
  private final DataInputStream in;
  private CountDownLatch answered = new CountDownLatch(0);
  private long sentAt;
  private Duration allowed = Duration.ZERO;

  private Cage(Process process, Path scratch, CageLimits limits) {
    this.process = process;
    this.scratch = scratch;
    this.limits = limits;
    this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
    this.in = new DataInputStream(new BufferedInputStream(process.getInputStream()));
  }

  /// Starts one.
  ///
  /// @param folder its current folder
  /// @throws CatchwaterException `STORAGE_FAILED` if no process can be started
  public static Cage start(CageLimits limits, Path folder) {
    try {
      return started(limits, folder, Files.createTempDirectory("catchwater-cage-"));
    } catch (IOException e) {
      throw CatchwaterException.of(
              ErrorCode.STORAGE_FAILED, "No process for SQL could be started: " + e.getMessage())
          .withCause(e);
    }
  }

  private static Cage started(CageLimits limits, Path folder, Path scratch) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command(limits, scratch));
    builder.directory(folder.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", PATH);
    builder.environment().put("LC_ALL", "C.UTF-8");
    // Each arena of the allocator takes 64 MiB of addresses, used or not.
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    boolean isDone = false;
    try {
      Cage cage = new Cage(builder.start(), scratch, limits);
      isDone = true;
      return cage;
    } finally {
      if (!isDone) {
        Files.deleteIfExists(scratch);
      }
    }
  }

  private static List<String> command(CageLimits limits, Path scratch) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("/bin/sh", "-c", START, "cage"));
    command.add(Long.toString(limits.cpu().toSeconds()));
    // POSIX counts files in blocks of 512 bytes, addresses in KiB.
    command.add(Long.toString(limits.fileBytes() >> 9));
    command.add(Long.toString(limits.addressBytes() >> 10));
    Path cache = Path.of(System.getProperty(CACHE_FOLDER, "/nonexistent"), CACHE);
    command.addAll(
        program(Files.isReadable(cache) ? "-XX:AOTCache=" + cache : "-Xshare:auto", scratch));
    return command;
  }

  private static List<String> program(String cache, Path scratch) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xlog:disable",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=/dev/null",
            "-XX:CompressedClassSpaceSize=32m",
            "-XX:ReservedCodeCacheSize=32m",
            "-Xss1m",
            "-Xmx64m",
            "--enable-native-access=ALL-UNNAMED",
            // The engine's driver asks for events of the flight recorder; to make the recorder
            // ready takes as long as all the rest of the start.
            "-Djfr.unsupported.vm=true",
            cache));
    // Where the engine's library is not beside the program, its driver unpacks it (58 MB), and a
    // process that is killed leaves it there.
    command.add("-Djava.io.tmpdir=" + scratch);
    command.add("-Djava.library.path=" + System.getProperty("java.library.path", ""));
    command.addAll(List.of("-cp", System.getProperty("java.class.path", "")));
    command.add(CageMain.class.getName());
    return command;
  }

  /// Makes the cache of classes that cages start with, from a run of one.
  ///
  /// @param build where it is put
  /// @param folder an empty folder to work in
  /// @return whether it was made
  public static boolean train(Path build, Path folder) throws IOException {
    Path cache = build.resolve(CACHE);
    List<String> command = new ArrayList<>(program("-XX:AOTCacheOutput=" + cache, folder));
    command.addAll(List.of(CageMain.TRAIN, folder.toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    try {
      return builder.start().waitFor() == 0 && Files.isReadable(cache);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// Asks and waits for the answer.
  ///
  /// @return the columns of the result
  /// @throws CatchwaterException as [#answer()]
  public List<StepColumn> ask(Steps.Request request) {
    send(new CageMessages.Ask(request));
    return answer().columns();
  }

  /// Tells the process something, which it begins at once; [#answer()] is called next.
  ///
  /// @throws CatchwaterException `QUERY_TOO_LARGE` if the process died
  void send(CageMessages.Message message) {
    send(message, limits.deadline());
  }

  /// The same with a deadline of its own.
  void send(CageMessages.Message message, Duration deadline) {
    CountDownLatch done = new CountDownLatch(1);
    Thread watcher =
        new Thread(
            () -> {
              if (!await(done, deadline)) {
                process.destroyForcibly();
              }
            },
            "deadline");
    watcher.setDaemon(true);
    watcher.start();
    answered = done;
    allowed = deadline;
    sentAt = System.nanoTime();
    try {
      CageMessages.write(out, message);
    } catch (IOException e) {
      throw died(e);
    }
  }

  /// Waits for the answer to what was sent.
  ///
  /// @throws CatchwaterException what is wrong with the steps; `QUERY_TIMEOUT` after the deadline,
  ///   `QUERY_TOO_LARGE` if the process died of its limits or otherwise. The cage is of no use
  ///   after the last two
  CageMessages.Answer answer() {
    try {
      return CageMessages.readAnswer(in);
    } catch (IOException e) {
      throw died(e);
    } finally {
      answered.countDown();
    }
  }

  /// Whether a process that failed like this goes on as before: it told of what is wrong with its
  /// task, and not of memory that it ran out of.
  static boolean isWell(CatchwaterException failure) {
    return !(failure.getCause() instanceof IOException)
        && failure.code() != ErrorCode.QUERY_TOO_LARGE
        && failure.code() != ErrorCode.STORAGE_FAILED;
  }

  /// How much memory the process holds, 0 where the system does not tell.
  long residentBytes() {
    try {
      String pages = Files.readString(Path.of("/proc", Long.toString(process.pid()), "statm"));
      int start = pages.indexOf(' ') + 1;
      return Long.parseLong(pages, start, pages.indexOf(' ', start), 10) * PAGE_BYTES;
    } catch (IOException | RuntimeException e) {
      return 0;
    }
  }

  /// Whether the process is there.
  boolean isAlive() {
    return process.isAlive();
  }

  private static boolean await(CountDownLatch done, Duration deadline) {
    try {
      return done.await(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private CatchwaterException died(IOException e) {
    answered.countDown();
    process.destroyForcibly();
    if (System.nanoTime() - sentAt >= allowed.toNanos()) {
      return CatchwaterException.of(
              ErrorCode.QUERY_TIMEOUT,
              "The SQL took longer than "
                  + allowed.toSeconds()
                  + " s and was stopped; nothing was written")
          .withHint("push fewer rows at once, or make the steps simpler")
          .withCause(e);
    }
    return CatchwaterException.of(
            ErrorCode.QUERY_TOO_LARGE,
            "The process that runs the SQL ended" + how() + "; nothing was written")
        .withHint("it may have reached a limit: push fewer rows at once, or make the steps simpler")
        .withCause(e);
  }

  private String how() {
    try {
      boolean ended = process.waitFor(2, TimeUnit.SECONDS);
      return ended ? " with code " + process.exitValue() : "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  /// The process's number, for tests and messages.
  public long pid() {
    return process.pid();
  }

  /// Ends its standard input, as the death of this process would.
  void hangUp() throws IOException {
    out.close();
  }

  /// Ends the process at once; called from any thread. Whoever waits for its answer fails.
  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    answered.countDown();
    process.destroyForcibly();
    try {
      // Its files can be removed once it is gone.
      process.waitFor();
      clearScratch();
      in.close();
      out.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // the pipe of a process that is gone
    }
  }

  private void clearScratch() throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(scratch)) {
      for (Path file : left) {
        Files.delete(file);
      }
    }
    Files.delete(scratch);
  }
}
