package dev.catchwater.cli;

import dev.catchwater.cli.resident.EngineCommand;
import dev.catchwater.cli.terminal.Terminals;
import dev.catchwater.disk.LocalDisk;
import dev.catchwater.storage.Workspace;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where the process begins and ends.
public final class Main {
  private static final String FOLDER = ".catchwater";

  private Main() {}

  /// Runs the command line of the process and exits with its code.
  public static void main(String[] words) {
    int code =
        run(
            words,
            new FileInputStream(FileDescriptor.in),
            new FileOutputStream(FileDescriptor.out),
            new FileOutputStream(FileDescriptor.err),
            Path.of(""));
    // Nothing is left to do at exit: no hooks, no buffers. Leaving at once saves milliseconds.
    Runtime.getRuntime().halt(code);
  }

  /// Runs a command line in the environment of the process.
  ///
  /// The launcher tells which streams are terminals in the property `catchwater.terminals`. Where
  /// the workspace has an engine, that runs the command; the launcher asks it before it starts a
  /// JVM, where it can.
  static int run(String[] words, InputStream in, OutputStream out, OutputStream err, Path folder) {
    Map<String, String> environment = System.getenv();
    String terminals = System.getProperty("catchwater.terminals", "");
    File root = rootOf(environment, folder);
    if (root != null && new File(root, "run/engine.sock").exists()) {
      return EngineCommand.run(words, in, out, err, terminals, environment, folder, root.toPath());
    }
    return Cli.run(
        words,
        in,
        out,
        err,
        Terminals.parse(terminals, environment),
        environment,
        folder,
        InstantSource.system(),
        new LocalDisk());
  }

  /// The `.catchwater` folder that the command will work with, null where there is none.
  private static @Nullable File rootOf(Map<String, String> environment, Path folder) {
    String forced = environment.getOrDefault(Workspace.VARIABLE, "");
    File at = folder.toAbsolutePath().toFile();
    if (!forced.isEmpty()) {
      File named = folder.resolve(forced).toFile();
      return named.getName().equals(FOLDER) ? named : new File(named, FOLDER);
    }
    while (at != null && !new File(at, FOLDER + "/version").exists()) {
      at = at.getParentFile();
    }
    return at == null ? null : new File(at, FOLDER);
  }
}
