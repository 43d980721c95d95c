package dev.catchwater.benchmarks;

import java.nio.file.Path;

/// Pushes one file into a dataset many times, to make a long chain.
///
/// Arguments: folder of the workspace, dataset, file, how often.
public final class RepeatIngest {
  private RepeatIngest() {}

  /// Runs the pushes.
  public static void main(String[] arguments) {
    Commands commands = new Commands(Path.of(arguments[0]));
    int count = Integer.parseInt(arguments[3]);
    for (int push = 0; push < count; push++) {
      commands.run("ingest", arguments[1], arguments[2]);
    }
  }
}
