package dev.catchwater.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Pushes one file into a new dataset again and again in one process and prints what each run after
/// the warming ones took: CPU seconds of all threads, compiler and collector too, and wall seconds.
///
/// Arguments: folder, manifest of a dataset `readings`, file, warming runs, measured runs, further
/// options of `ingest`. Prints one line of JSON.
public final class WarmIngest {
  private WarmIngest() {}

  /// Runs the benchmark.
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    int warming = Integer.parseInt(arguments[3]);
    int runs = Integer.parseInt(arguments[4]);
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    List<String> words = new ArrayList<>();
    words.addAll(List.of("ingest", "readings", arguments[2], "--no-read-back"));
    words.addAll(List.of(arguments).subList(5, arguments.length));
    String[] command = words.toArray(String[]::new);
    StringBuilder json = new StringBuilder("[");
    for (int run = 0; run < warming + runs; run++) {
      Path own = Files.createDirectories(folder.resolve("run-" + run));
      Commands commands = new Commands(own);
      commands.run("init");
      commands.run("add", arguments[1]);
      long cpu = system.getProcessCpuTime();
      long wall = System.nanoTime();
      commands.run(command);
      if (run >= warming) {
        json.append(json.length() > 1 ? ", " : "");
        json.append("{\"cpu\": ").append((system.getProcessCpuTime() - cpu) / 1e9);
        json.append(", \"wall\": ").append((System.nanoTime() - wall) / 1e9).append('}');
      }
      commands.run("--yes", "delete", "readings");
    }
    System.out.println(json.append(']'));
  }
}
