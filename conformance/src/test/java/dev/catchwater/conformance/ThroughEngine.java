package dev.catchwater.conformance;

import dev.catchwater.cli.resident.Engine;
import dev.catchwater.cli.resident.EngineSettings;
import dev.catchwater.disk.LocalDisk;
import dev.catchwater.storage.Workspace;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The third way to run a command line: by an engine in this process, asked by the client that the
/// launcher starts, in a process of its own. One engine at a time; it follows the tests from
/// workspace to workspace.
final class ThroughEngine {
  private static final Path TOOLS = Path.of("../tools").toAbsolutePath().normalize();
  private static final String BUILD = "tests";
  private static final int COLD = 99;
  private static final long LIMIT_SECONDS = 120;

  private static @Nullable Engine engine;
  private static @Nullable Path served;

  private ThroughEngine() {}

  /// What came of it; empty where the command has to run cold.
  static synchronized Optional<Outcome> run(String way, Path folder, byte[] input, String[] words) {
    Optional<Path> root = Workspace.locate(new LocalDisk(), folder, null);
    if (root.isEmpty()) {
      return Optional.empty();
    }
    try {
      serve(root.get());
      return ask(way, root.get(), folder, input, words);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The engine of a workspace, started where it is not the one that is running.
  static synchronized Engine serve(Path root) {
    Engine running = engine;
    if (running == null || !root.equals(served) || running.isDone()) {
      if (running != null) {
        running.close();
      }
      EngineSettings settings =
          new EngineSettings(root, BUILD, null, EngineSettings.IDLE, locale());
      running = Engine.start(settings, new LocalDisk(), InstantSource.system(), null).orElseThrow();
      engine = running;
      served = root;
    }
    return running;
  }

  private static String locale() {
    return System.getenv().getOrDefault("LC_ALL", System.getenv().getOrDefault("LANG", ""));
  }

  /// The words that start the client.
  ///
  /// @param launcher what it starts where the engine does not take the command
  static List<String> client(String way, Path root, String build, Path launcher) {
    List<String> command = new ArrayList<>();
    if (way.equals("perl")) {
      command.addAll(List.of("perl", TOOLS.resolve("engine-client.pl").toString()));
    } else {
      String python = System.getenv().getOrDefault("CATCHWATER_PYTHON", "python3");
      command.addAll(List.of(python, "-I", "-S", TOOLS.resolve("engine-client.py").toString()));
    }
    command.addAll(List.of(root.resolve("run/engine.sock").toString(), build, ""));
    command.add(launcher.toString());
    return command;
  }

  private static Optional<Outcome> ask(
      String way, Path root, Path folder, byte[] input, String[] words)
      throws IOException, InterruptedException {
    Path work = Files.createTempDirectory("through-engine");
    Path launcher = Files.writeString(work.resolve("cold"), "exit " + COLD + "\n");
    List<String> command = client(way, root, BUILD, launcher);
    command.addAll(List.of(words));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(work.resolve("out").toFile())
            .redirectError(work.resolve("err").toFile());
    for (String name : List.of("CATCHWATER_WORKSPACE", "HOME", "TERM", "CW_COLD")) {
      builder.environment().remove(name);
    }
    Process process = builder.start();
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input);
    } catch (IOException e) {
      // A command that does not read all of its input ends before it is written.
    }
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("does not end: " + String.join(" ", words));
    }
    String out = Files.readString(work.resolve("out"), StandardCharsets.UTF_8);
    String err = Files.readString(work.resolve("err"), StandardCharsets.UTF_8);
    for (String name : List.of("out", "err", "cold")) {
      Files.delete(work.resolve(name));
    }
    Files.delete(work);
    // The first two words are the tests' system time.
    String shown = String.join(" ", List.of(words).subList(2, words.length));
    return process.exitValue() == COLD
        ? Optional.empty()
        : Optional.of(new Outcome(shown, process.exitValue(), out, err));
  }
}
