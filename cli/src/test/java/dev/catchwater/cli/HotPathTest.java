package dev.catchwater.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a cold `ingest` and `tail` must not load: each of these costs milliseconds at every start.
class HotPathTest {
  // Nothing of the command line's own, and of the JDK nothing that its start does not load anyway.
  private static final List<String> UNWANTED =
      List.of(
          "org.snakeyaml.",
          "org.duckdb.",
          "picocli.",
          "org.apache.arrow.",
          "io.grpc.",
          "io.netty.",
          "dev.catchwater.flight.",
          "dev.catchwater.connectors.",
          "com.google.flatbuffers.FlexBuffers",
          "java.net.http.",
          "java.util.logging.",
          "java.util.regex.Matcher",
          "java.util.stream.ReferencePipeline",
          "java.util.Formatter",
          "java.time.format.",
          "java.security.SecureRandom$",
          "java.lang.runtime.",
          "dev.catchwater.odf.manifest.",
          "dev.catchwater.ingest.KeyedMerges",
          "dev.catchwater.ingest.index.StateIndex",
          "dev.catchwater.ingest.live.OpenDataset",
          "dev.catchwater.ingest.live.Replay",
          "dev.catchwater.ingest.live.record.",
          "dev.catchwater.journal.",
          "dev.catchwater.ingest.read.Json",
          "dev.catchwater.ingest.read.Parquet",
          "dev.catchwater.ingest.read.Shape",
          "dev.catchwater.ingest.read.WholeInput",
          "dev.catchwater.ingest.read.cast.",
          "dev.catchwater.ingest.read.geo.",
          "dev.catchwater.ingest.read.shape.",
          "dev.catchwater.storage.transfer.Http",
          "dev.catchwater.cli.command.Remote");

  @TempDir Path folder;

  @BeforeEach
  void aDatasetWithARow() throws IOException, InterruptedException {
    Files.writeString(
        folder.resolve("gps.yaml"),
        """
        kind: DatasetSnapshot
        version: 1
        content:
          name: gps
          kind: Root
          metadata:
            - kind: AddPushSource
              sourceName: default
              read:
                kind: NdJson
                schema:
                  - t TIMESTAMP
                  - long DOUBLE
                  - lat DOUBLE
              merge:
                kind: Append
            - kind: SetVocab
              eventTimeColumn: t
        """);
    Files.writeString(
        folder.resolve("data.json"),
        "{\"t\": \"2020-01-01T00:00:00Z\", \"long\": -123.12, \"lat\": 49.28}\n");
    assertThat(run("init").code()).isZero();
    assertThat(run("add", "gps.yaml").code()).isZero();
    assertThat(run("ingest", "gps", "data.json").code()).isZero();
  }

  private FreshProcess.Ran run(String... words) throws IOException, InterruptedException {
    List<String> command = FreshProcess.command();
    command.addAll(List.of(words));
    return FreshProcess.run(folder, command);
  }

  private List<String> loadedBy(String... words) throws IOException, InterruptedException {
    Path log = folder.resolve("classes.log");
    List<String> command = FreshProcess.command("-Xlog:class+load:file=" + log);
    command.addAll(List.of(words));
    FreshProcess.Ran ran = FreshProcess.run(folder, command);
    assertThat(ran.code()).as(ran.text()).isZero();
    List<String> loaded = new ArrayList<>();
    for (String line : Files.readAllLines(log)) {
      int tags = line.indexOf("] ", line.indexOf("][") + 1);
      int end = line.indexOf(' ', tags + 2);
      if (tags >= 0 && end > 0) {
        loaded.add(line.substring(line.lastIndexOf("] ", end) + 2, end));
      }
    }
    assertThat(loaded).contains("dev.catchwater.cli.Cli");
    return loaded;
  }

  private static void assertLean(List<String> loaded) {
    List<String> found = new ArrayList<>();
    for (String name : loaded) {
      for (String unwanted : UNWANTED) {
        if (name.startsWith(unwanted)) {
          found.add(name);
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void aOneRowIngestLoadsNothingHeavy() throws IOException, InterruptedException {
    assertLean(loadedBy("ingest", "gps", "data.json"));
  }

  @Test
  void aOneRowPushIntoALedgerLoadsNothingHeavy() throws IOException, InterruptedException {
    String manifest = Files.readString(folder.resolve("gps.yaml"));
    Files.writeString(
        folder.resolve("ledger.yaml"),
        manifest
            .replace("name: gps", "name: ledger")
            .replace("kind: Append", "kind: Ledger\n        primaryKey: [t, long]"));
    assertThat(run("add", "ledger.yaml").code()).isZero();
    assertThat(run("ingest", "ledger", "data.json").code()).isZero();
    String row = Files.readString(folder.resolve("data.json"));
    Files.writeString(folder.resolve("data.json"), row.replace("123", "124"));
    List<String> loaded = loadedBy("ingest", "ledger", "data.json");
    assertThat(loaded).contains("dev.catchwater.ingest.index.KeyIndex");
    assertThat(loaded).doesNotContain("java.security.SecureRandom");
    assertLean(loaded);
  }

  @Test
  void aTailLoadsNothingHeavy() throws IOException, InterruptedException {
    assertLean(loadedBy("tail", "gps"));
    assertLean(loadedBy("tail", "gps", "-o", "table"));
  }
}
