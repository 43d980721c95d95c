package dev.catchwater.cli;

import dev.catchwater.cli.terminal.Terminals;
import dev.catchwater.disk.LocalDisk;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/// Where the process begins and ends.
public final class Main {
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
  /// The launcher tells which streams are terminals in the property `catchwater.terminals`.
  static int run(String[] words, InputStream in, OutputStream out, OutputStream err, Path folder) {
    Map<String, String> environment = System.getenv();
    return Cli.run(
        words,
        in,
        out,
        err,
        Terminals.parse(System.getProperty("catchwater.terminals", ""), environment),
        environment,
        folder,
        InstantSource.system(),
        new LocalDisk());
  }
}
