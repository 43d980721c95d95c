package dev.catchwater.cli;

import dev.catchwater.query.cage.Cage;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A run of the common commands, so that an AOT cache (JEP 483, 514) holds the classes that they
/// need. `tools/prepare-launch.sh` makes two caches, because a JVM loads all classes of its cache
/// at every start: one from `all` commands in an empty folder, then one in the same folder from the
/// `hot` ones, `ingest` and `tail`, which are started most. The exit code is that of the first
/// command that fails.
public final class Training {
  private static final int ROWS = 2_000;
  private static final String MANIFEST =
      """
      kind: DatasetSnapshot
      version: 1
      content:
        name: NAME
        kind: Root
        metadata:
          - kind: AddPushSource
            sourceName: default
            read:
              kind: READ
              schema:
                - t TIMESTAMP
                - long DOUBLE
                - lat DOUBLE
                - id BIGINT
                - name STRING
            merge:
              kind: MERGE
          - kind: SetVocab
            eventTimeColumn: t
      """;

  private final Path folder;

  private Training(Path folder) {
    this.folder = folder;
  }

  /// Runs the commands: `all FOLDER` or `hot FOLDER`; or makes the cache of caged processes in a
  /// folder: `cage FOLDER INTO`.
  public static void main(String[] arguments) throws IOException {
    Training training = new Training(Path.of(arguments[1]));
    if (arguments[0].equals("cage")) {
      System.exit(Cage.train(Path.of(arguments[2]), training.folder) ? 0 : 1);
    }
    System.exit(arguments[0].equals("hot") ? training.runHot() : training.runAll());
  }

  private int runHot() throws IOException {
    String[][] commands = {
      {"ingest", "append", "one.json"},
      {"ingest", "append", "--stdin"},
      {"ingest", "append", "many.json"},
      {"ingest", "ledger", "many.csv"},
      {"ingest", "ledger", "more.csv"},
      {"tail", "append"},
      {"tail", "ledger", "-o", "table"},
    };
    return run(commands);
  }

  private int runAll() throws IOException {
    manifest("append", "NdJson", "Append");
    manifest("ledger", "Csv", "Ledger\n        primaryKey: [id]");
    Files.writeString(folder.resolve("one.json"), json(0));
    Files.writeString(folder.resolve("one.csv"), csv(0));
    StringBuilder json = new StringBuilder();
    StringBuilder csv = new StringBuilder();
    for (int i = 0; i < ROWS; i++) {
      json.append(json(i));
      csv.append(csv(i));
    }
    Files.writeString(folder.resolve("many.json"), json);
    Files.writeString(folder.resolve("many.csv"), csv);
    Files.writeString(folder.resolve("more.csv"), csv(ROWS));
    String[][] commands = {
      {"init"},
      {"add", "append.yaml", "ledger.yaml"},
      {"tail", "append"},
      {"ingest", "append", "one.json"},
      {"ingest", "append", "--stdin"},
      {"ingest", "append", "many.json"},
      {"ingest", "append", "one.json"},
      {"ingest", "ledger", "many.csv"},
      {"ingest", "ledger", "one.csv"},
      {"ingest", "ledger", "--dry-run", "one.csv"},
      {"tail", "append"},
      {"tail", "append", "-o", "table"},
      {"tail", "ledger", "-o", "csv"},
      {"list", "-w"},
      {"list", "-o", "table"},
      {"log", "append"},
      {"inspect", "schema", "ledger"},
      {"inspect", "slices", "ledger"},
      {"inspect", "lineage"},
      {"source", "list", "ledger"},
      {"source", "show", "ledger"},
      {"repo", "list"},
      {"config", "list"},
      {"verify", "append"},
      {"verify", "ledger"},
      {"sql", "-c", "SELECT count(*) FROM append"},
    };
    int code = run(commands);
    if (code != 0) {
      return code;
    }
    // A refused push is common as well.
    Files.writeString(folder.resolve("bad.json"), "{\"t\": \"yesterday\"}\n");
    run(new String[] {"ingest", "append", "bad.json"});
    // What it finds is no matter here.
    run(new String[] {"doctor"});
    return 0;
  }

  private int run(String[][] commands) throws IOException {
    for (String[] words : commands) {
      int code = run(words);
      if (code != 0) {
        return code;
      }
    }
    return 0;
  }

  private int run(String[] words) throws IOException {
    Path out = folder.resolve("out");
    try (InputStream in = new FileInputStream(folder.resolve("one.json").toFile());
        OutputStream sink = new FileOutputStream(out.toFile())) {
      return Main.run(inFolder(words), in, sink, System.err, folder);
    }
  }

  private String[] inFolder(String[] words) {
    String[] absolute = words.clone();
    for (int i = 0; i < absolute.length; i++) {
      if (absolute[i].indexOf('.') > 0) {
        absolute[i] = folder.resolve(absolute[i]).toString();
      }
    }
    return absolute;
  }

  private void manifest(String name, String read, String merge) throws IOException {
    String text = MANIFEST.replace("NAME", name).replace("READ", read).replace("MERGE", merge);
    Files.write(folder.resolve(name + ".yaml"), text.getBytes(StandardCharsets.UTF_8));
  }

  private static String json(int i) {
    return "{\"t\": \"2020-01-01T00:00:00Z\", \"long\": -123."
        + i
        + ", \"lat\": 49.28, \"id\": "
        + i
        + ", \"name\": \"n"
        + i % 10
        + "\"}\n";
  }

  private static String csv(int i) {
    return "2020-01-01T00:00:00Z,-123." + i + ",49.28," + i + ",n" + i % 10 + "\n";
  }
}
