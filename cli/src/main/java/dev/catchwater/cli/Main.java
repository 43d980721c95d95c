package dev.catchwater.cli;

import dev.catchwater.cli.terminal.Terminals;
import dev.catchwater.disk.LocalDisk;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/// Where the process begins and ends.
public final class Main {
  private Main() {}

  /// Runs the command line of the process and exits with its code.
  ///
  /// The launcher tells which streams are terminals in the property `catchwater.terminals`.
  public static void main(String[] words) {
    Map<String, String> environment = System.getenv();
    boolean colors =
        environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !environment.getOrDefault("TERM", "").equals("dumb");
    int code =
        Cli.run(
            words,
            new FileInputStream(FileDescriptor.in),
            new FileOutputStream(FileDescriptor.out),
            new FileOutputStream(FileDescriptor.err),
            Terminals.parse(System.getProperty("catchwater.terminals", ""), colors),
            environment,
            Path.of(""),
            InstantSource.system(),
            new LocalDisk());
    // Nothing is left to do at exit: no hooks, no buffers. Leaving at once saves milliseconds.
    Runtime.getRuntime().halt(code);
  }
}
