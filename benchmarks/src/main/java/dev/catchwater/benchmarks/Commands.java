package dev.catchwater.benchmarks;

import dev.catchwater.cli.Cli;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/// Commands in this process, as if no terminal were there.
///
/// @param folder the current folder of the commands
record Commands(Path folder) {

  /// Runs a command; anything but exit code 0 ends the benchmark.
  void run(String... words) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    int exit =
        Cli.run(
            words,
            InputStream.nullInputStream(),
            printed,
            printed,
            Map.of(),
            folder,
            InstantSource.system());
    if (exit != 0) {
      throw new IllegalStateException(
          String.join(" ", words) + ": " + printed.toString(StandardCharsets.UTF_8));
    }
  }
}
