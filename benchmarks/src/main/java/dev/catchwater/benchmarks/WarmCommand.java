package dev.catchwater.benchmarks;

import java.nio.file.Path;
import java.util.Arrays;

/// One command again and again in this process: what it takes without a start, without a socket.
public final class WarmCommand {
  private WarmCommand() {}

  /// `FOLDER WARMING RUNS WORD…`: prints the seconds of each run after the warming ones as JSON.
  public static void main(String[] arguments) {
    Commands commands = new Commands(Path.of(arguments[0]));
    int warming = Integer.parseInt(arguments[1]);
    int runs = Integer.parseInt(arguments[2]);
    String[] words = Arrays.copyOfRange(arguments, 3, arguments.length);
    StringBuilder json = new StringBuilder("[");
    for (int i = 0; i < warming + runs; i++) {
      long start = System.nanoTime();
      commands.run(words);
      if (i >= warming) {
        json.append(json.length() > 1 ? "," : "").append((System.nanoTime() - start) / 1e9);
      }
    }
    System.out.println(json.append(']'));
  }
}
