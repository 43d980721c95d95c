package dev.catchwater.conformance;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// `catchwater serve` in a process of its own, from the classes of this build, with the flags and
/// the environment that a test wants. Its log is the file `server.log` beside the workspace.
final class ServerProcess implements Closeable {
  private static final int SECONDS_MAX = 60;
  private static final int TICKS_A_SECOND = 100;
  private static final String LISTENING = "Listening on ";

  private final Process process;
  private final Path log;
  private final int port;

  private ServerProcess(Process process, Path log, int port) {
    this.process = process;
    this.log = log;
    this.port = port;
  }

  /// Starts a server over a folder's workspace and waits until it listens.
  ///
  /// @param flags of the JVM
  static ServerProcess start(Path folder, String... flags) throws IOException {
    return start(folder, List.of(), Map.of(), flags);
  }

  /// The same below another command (`prlimit …`, `setpriv …`), with further variables.
  static ServerProcess start(
      Path folder, List<String> below, Map<String, String> environment, String... flags)
      throws IOException {
    Path log = folder.resolve("server.log");
    Process process = launch(folder, below, environment, flags);
    var lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = lines.readLine();
    if (line == null || !line.startsWith(LISTENING)) {
      process.destroyForcibly();
      throw new IOException("the server said " + line + ", its log " + Files.readString(log));
    }
    int port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1).strip());
    return new ServerProcess(process, log, port);
  }

  /// Starts one that may not come so far as to listen.
  static Process launch(
      Path folder, List<String> below, Map<String, String> environment, String... flags)
      throws IOException {
    List<String> words = new ArrayList<>(below);
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-XX:-UsePerfData", "-XX:+UseSerialGC"));
    words.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", FreshCommand.classPath()));
    words.addAll(List.of(flags));
    words.addAll(List.of("dev.catchwater.cli.Main", "serve", "--port", "0", "--no-metrics"));
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("server.log").toFile()));
    builder.environment().remove("CATCHWATER_WORKSPACE");
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }

  int port() {
    return port;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Wire.Reply send(byte[] request) throws IOException {
    return Wire.once(port, request);
  }

  /// `STOP`, `CONT`, `TERM`.
  void signal(String name) throws IOException {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Stands still for a while.
  void pause(long millis) throws IOException {
    signal("STOP");
    try {
      boolean _ = process.waitFor(millis, TimeUnit.MILLISECONDS); // it does not end: that is time
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      signal("CONT");
    }
  }

  void kill() {
    process.destroyForcibly();
    exitCode();
  }

  /// Ends it by SIGTERM; its exit code.
  int stop() {
    process.destroy();
    return exitCode();
  }

  private int exitCode() {
    try {
      if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("the server does not end");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The CPU time it has taken so far, all of its threads together.
  long cpuMillis() throws IOException {
    String stat = Files.readString(proc("stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 1000 / TICKS_A_SECOND;
  }

  /// The memory it has now.
  long residentBytes() throws IOException {
    return status("VmRSS:") << 10;
  }

  long threadCount() throws IOException {
    return status("Threads:");
  }

  private long status(String name) throws IOException {
    for (String line : Files.readAllLines(proc("status"))) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException("no " + name);
  }

  /// How many files and sockets it has open.
  long descriptorCount() throws IOException {
    try (Stream<Path> all = Files.list(proc("fd"))) {
      return all.count();
    }
  }

  private Path proc(String name) {
    return Path.of("/proc", Long.toString(process.pid()), name);
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      kill();
    }
  }
}
