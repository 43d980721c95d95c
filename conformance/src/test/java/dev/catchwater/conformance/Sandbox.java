package dev.catchwater.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A folder and the command in it, as a person has them; the command runs in this process.
final class Sandbox {
  /// The system time of every command that is not given another one.
  static final String SYSTEM_TIME = "2050-01-02T03:04:05Z";

  private final Path folder;
  private String systemTime = SYSTEM_TIME;

  private Sandbox(Path folder) {
    this.folder = folder;
  }

  /// An empty folder without a workspace.
  static Sandbox bare(Path folder) {
    return new Sandbox(folder);
  }

  /// A folder with an empty workspace.
  static Sandbox in(Path folder) {
    Sandbox sandbox = bare(folder);
    sandbox.run("init").succeeded();
    return sandbox;
  }

  /// A workspace with the dataset of a manifest in it.
  static Sandbox with(Path folder, String manifest) {
    Sandbox sandbox = in(folder);
    sandbox.pipe(manifest, "add", "--stdin").succeeded();
    return sandbox;
  }

  Path folder() {
    return folder;
  }

  /// The system time of the commands.
  String time() {
    return systemTime;
  }

  /// Sets the system time of the commands from here on.
  Sandbox at(String time) {
    systemTime = time;
    return this;
  }

  /// Writes a file into the folder and returns its name.
  String file(String name, String content) {
    return file(name, content.getBytes(StandardCharsets.UTF_8));
  }

  /// Writes a file into the folder and returns its name.
  String file(String name, byte[] content) {
    try {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, content);
      return name;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Runs a command without input.
  Outcome run(String... arguments) {
    return InProcess.run(folder, systemTime, new byte[0], arguments);
  }

  /// Runs a command with input.
  Outcome pipe(String input, String... arguments) {
    return pipe(input.getBytes(StandardCharsets.UTF_8), arguments);
  }

  /// Runs a command with input.
  Outcome pipe(byte[] input, String... arguments) {
    return InProcess.run(folder, systemTime, input, arguments);
  }

  /// Pushes rows through standard input.
  Outcome push(String dataset, String rows, String... options) {
    List<String> arguments = new ArrayList<>(List.of("ingest", dataset, "--stdin"));
    arguments.addAll(List.of(options));
    return pipe(rows, arguments.toArray(String[]::new));
  }

  /// All rows of a dataset as CSV lines without the header.
  List<String> rows(String dataset) {
    List<String> lines = csv(dataset);
    return lines.isEmpty() ? lines : lines.subList(1, lines.size());
  }

  /// The rows from an offset on.
  List<String> rowsFrom(String dataset, int offset) {
    List<String> rows = rows(dataset);
    return rows.subList(Math.min(offset, rows.size()), rows.size());
  }

  /// The names of a dataset's columns.
  String header(String dataset) {
    List<String> lines = csv(dataset);
    return lines.isEmpty() ? "" : lines.getFirst();
  }

  private List<String> csv(String dataset) {
    return run("tail", dataset, "-o", "csv", "-n", "1000000000").succeeded().outLines();
  }

  /// The schema in the Parquet notation.
  String schema(String dataset) {
    return run("inspect", "schema", dataset, "-o", "parquet").succeeded().out();
  }

  /// The names of all datasets.
  List<String> datasets() {
    List<String> lines = run("list", "-o", "csv").succeeded().outLines();
    return lines.stream().skip(1).map(line -> line.substring(0, line.indexOf(','))).toList();
  }

  /// The watermark that `list -w` shows, empty where there is none.
  String watermark(String dataset) {
    String json = run("list", "-w", "-o", "ndjson").succeeded().out();
    for (String line : json.lines().toList()) {
      if (line.contains("\"Name\":\"" + dataset + "\"")) {
        int at = line.indexOf("\"Watermark\":\"");
        return at < 0 ? "" : line.substring(at + 13, line.indexOf('"', at + 13));
      }
    }
    throw new IllegalStateException("no dataset " + dataset + " in " + json);
  }

  /// How many blocks the log shows.
  long blockCount(String dataset) {
    return run("log", dataset).succeeded().outLines().stream()
        .filter(line -> line.startsWith("Block #"))
        .count();
  }

  /// The folder of a dataset.
  Path dataset(String name) {
    return folder.resolve(".catchwater/datasets").resolve(name);
  }

  /// Every file below a folder with its size, to show that nothing was written.
  Map<String, Long> files(Path below) {
    Map<String, Long> sizes = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(below)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        sizes.put(below.relativize(path).toString(), Files.size(path));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sizes;
  }
}
