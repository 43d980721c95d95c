package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What changes a history that is there: `reset`, `system compact`, `system gc`.
class RewriteCommandsTest {
  private static final String NAME = "player-scores";

  @TempDir Path folder;
  private Sandbox sandbox;

  @BeforeEach
  void open() {
    sandbox = Sandbox.with(folder, Samples.PLAYER_SCORES);
  }

  private List<String> blocks() {
    return sandbox.run("log", NAME).succeeded().outLines().stream()
        .filter(line -> line.startsWith("Block #"))
        .toList();
  }

  private static String hash(String block) {
    return block.substring(block.indexOf(": ") + 2);
  }

  @Test
  void A28_resetTakesADatasetBackToABlock() {
    List<String> before = blocks();
    assertThat(before).hasSize(3);
    sandbox.push(NAME, Samples.ROUND_1).succeeded();
    assertThat(blocks()).hasSize(5);
    sandbox
        .run("--yes", "reset", NAME, hash(before.getFirst()))
        .succeeded()
        .says("Dataset was reset");
    assertThat(blocks()).isEqualTo(before);
    assertThat(sandbox.rows(NAME)).isEmpty();
    sandbox.run("verify", NAME).succeeded();
    sandbox.push(NAME, Samples.ROUND_1).succeeded().says("Dataset updated");
    assertThat(sandbox.rows(NAME)).hasSize(2);
  }

  @Test
  void resetAsksAndSaysWhatLeavesTheHistory() {
    String first = hash(blocks().getFirst());
    sandbox.push(NAME, Samples.ROUND_1).succeeded();
    List<String> before = blocks();
    sandbox
        .run("reset", NAME, first)
        .refused()
        .says(
            "You are about to reset following dataset(s)",
            "to block #2, 2 block(s) with 2 row(s) leave its history",
            "Operation aborted");
    assertThat(blocks()).isEqualTo(before);
    sandbox.run("--yes", "reset", NAME, hash(before.getFirst())).succeeded().says("up-to-date");
  }

  @Test
  void aResetCanBeTakenBack() {
    String first = hash(blocks().getFirst());
    sandbox.push(NAME, Samples.ROUND_1).succeeded();
    List<String> before = blocks();
    String told = sandbox.run("--yes", "reset", NAME, first).succeeded().errLines().getLast();
    assertThat(told)
        .isEqualTo("To take it back: catchwater reset " + NAME + " " + hash(before.getFirst()));
    sandbox.run("--yes", "reset", NAME, hash(before.getFirst())).succeeded();
    assertThat(blocks()).isEqualTo(before);
    assertThat(sandbox.rows(NAME)).hasSize(2);
    sandbox.run("verify", NAME).succeeded();
    sandbox.push(NAME, Samples.ROUND_1).succeeded().says("up-to-date");
  }

  @Test
  void aResetCutsTheIndexOfKeys() {
    String first = hash(blocks().getFirst());
    sandbox.push(NAME, Samples.ROUND_1).succeeded();
    sandbox.run("--yes", "reset", NAME, first).succeeded();
    sandbox.push(NAME, Samples.ROUND_2).succeeded().says("updated");
    sandbox.push(NAME, Samples.ROUND_1).succeeded().says("updated");
    sandbox.push(NAME, Samples.ROUND_1).succeeded().says("up-to-date");
    assertThat(sandbox.rows(NAME)).hasSize(4);
  }

  @Test
  void blocksThatAreNotThereAreRefused() {
    sandbox.run("--yes", "reset", NAME, "f1620" + "0".repeat(64)).refused().says("has no block");
    sandbox.run("--yes", "reset", NAME, "yesterday").refused().says("yesterday");
    sandbox.run("--yes", "reset", "nope", "f1620" + "0".repeat(64)).refused().says("not found");
    sandbox.pipe(Samples.append(Samples.ndjson("n INT64")), "add", "--stdin").succeeded();
    String other = hash(sandbox.run("log", "x", "--limit", "1").outLines().getFirst());
    sandbox.run("--yes", "reset", NAME, other).refused().says("has no block");
  }

  @Test
  void BAD101_aDamagedHeadIsMendedByAReset() throws IOException {
    sandbox.push(NAME, Samples.ROUND_1).succeeded();
    String good = hash(blocks().getFirst());
    Path head = sandbox.dataset(NAME).resolve("refs/head");
    for (String bad : new String[] {"", "nonsense", good + "\n", "f1620" + "0".repeat(64)}) {
      Files.writeString(head, bad);
      sandbox.run("tail", NAME).refused();
      sandbox.run("--yes", "reset", NAME, good).succeeded().says("Dataset was reset");
      sandbox.run("verify", NAME).succeeded();
    }
    Files.delete(head);
    sandbox.run("--yes", "reset", NAME, good).succeeded();
    assertThat(sandbox.rows(NAME)).hasSize(2);
  }

  @Test
  void A148_compactPutsSmallSlicesTogether() {
    sandbox.push(NAME, Samples.ROUND_1).succeeded();
    sandbox.at("2050-01-03T00:00:00Z").push(NAME, Samples.ROUND_2).succeeded();
    sandbox.push(NAME, Samples.ROUND_3).succeeded();
    List<String> rows = sandbox.rows(NAME);
    sandbox
        .run("system", "compact", NAME)
        .refused()
        .says("Error: Soft compactions are not yet supported");
    sandbox.run("system", "compact", NAME, "--hard").refused().says("rewrite the history");
    sandbox
        .run("-y", "system", "compact", NAME, "--hard", "--verify", "--max-slice-records", "4")
        .succeeded()
        .says("1 dataset(s) were compacted", "3 slices became 2, 7 blocks 6");
    assertThat(sandbox.rows(NAME)).isEqualTo(rows);
    sandbox.run("verify", NAME).succeeded();
    sandbox.push(NAME, Samples.ROUND_2).succeeded().says("up-to-date");
    sandbox
        .run("-y", "system", "compact", NAME, "--hard", "--max-slice-records", "4")
        .succeeded()
        .says("1 dataset(s) up-to-date");
    sandbox
        .run("-y", "system", "compact", NAME, "--hard", "--keep-metadata-only")
        .succeeded()
        .says("1 dataset(s) were compacted");
    assertThat(sandbox.rows(NAME)).isEmpty();
    assertThat(sandbox.schema(NAME)).contains("player_id");
    sandbox.push(NAME, Samples.ROUND_2).succeeded().says("updated");
    sandbox.run("verify", NAME).succeeded();
  }

  @Test
  void aCompactedDatasetIsPushedToItsCopyByForceOnly() {
    String url = "file://" + folder.resolve("there");
    sandbox.push(NAME, Samples.ROUND_1).succeeded();
    sandbox.push(NAME, Samples.ROUND_2).succeeded();
    sandbox.run("push", NAME, "--to", url).succeeded();
    sandbox.run("-y", "system", "compact", NAME, "--hard").succeeded().says("were compacted");
    sandbox.run("push", NAME).refused().says("force");
    sandbox.run("push", NAME, "--force").succeeded();
    Sandbox.bare(folder).file("other/empty", "");
    Sandbox other = Sandbox.in(folder.resolve("other"));
    other.run("pull", url, "--as", NAME).succeeded();
    assertThat(other.rows(NAME)).isEqualTo(sandbox.rows(NAME));
  }

  @Test
  void BAD104_gcDeletesWhatNoHistoryLeadsToAndNothingElse() throws IOException {
    String first = hash(blocks().getFirst());
    sandbox.push(NAME, Samples.ROUND_1).succeeded();
    sandbox.run("system", "gc").succeeded().says("Workspace is already clean");
    sandbox.run("--yes", "reset", NAME, first).succeeded();
    Path data = sandbox.dataset(NAME).resolve("data");
    Files.writeString(data.resolve(".DS_Store"), "x");
    Files.writeString(data.resolve("head~"), "x");
    sandbox
        .run("system", "gc", "--dry-run")
        .succeeded()
        .says(
            NAME + ": 3 file(s)",
            "Nothing was deleted",
            "Not ours, left alone",
            ".DS_Store",
            "head~");
    sandbox.run("system", "gc").refused().says("Operation aborted");
    assertThat(sandbox.files(data)).hasSize(3);
    sandbox.run("-y", "system", "gc", NAME).succeeded().says("Deleted 3 file(s)");
    assertThat(sandbox.files(data)).containsOnlyKeys(".DS_Store", "head~");
    sandbox.run("verify", NAME).succeeded();
    sandbox.run("-y", "system", "gc").succeeded().says("already clean");
  }

  @Test
  void gcDeletesIndexesThatNoSourceUses() throws IOException {
    String manifest =
        Samples.dataset(
            "keyed",
            Samples.ndjson("k INT64", "v INT64"),
            "{kind: Snapshot, primaryKey: [k]}",
            null);
    sandbox.pipe(manifest, "add", "--stdin").succeeded();
    sandbox.push("keyed", "{\"k\": 1, \"v\": 1}\n").succeeded();
    String source = sandbox.run("source", "show", "keyed").succeeded().out();
    String compared =
        source.replaceFirst("(?m)^( *)primaryKey:", "$1compareColumns:\n$1- v\n$1primaryKey:");
    sandbox.pipe(compared, "source", "add", "keyed", "--stdin").succeeded();
    sandbox.push("keyed", "{\"k\": 1, \"v\": 2}\n").succeeded().says("1 corrected");
    Path indexes = sandbox.folder().resolve(".catchwater/index");
    assertThat(indexesIn(indexes)).hasSize(2);
    sandbox.run("system", "gc", "--dry-run").succeeded().says("keyed: 1 index(es) that no source");
    assertThat(indexesIn(indexes)).hasSize(2);
    sandbox.run("-y", "system", "gc").succeeded().says("Deleted 0 file(s)");
    assertThat(indexesIn(indexes)).hasSize(1);
    sandbox.push("keyed", "{\"k\": 1, \"v\": 2}\n").succeeded().says("up-to-date");
    sandbox.run("-y", "system", "gc").succeeded().says("already clean");
  }

  private static List<Path> indexesIn(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.filter(path -> path.getFileName().toString().startsWith("states-")).toList();
    }
  }

  @Test
  void gcLeavesADamagedDatasetAlone() throws IOException {
    sandbox.push(NAME, Samples.ROUND_1).succeeded();
    List<String> before = blocks();
    sandbox.run("--yes", "reset", NAME, hash(before.get(2))).succeeded();
    Files.delete(sandbox.dataset(NAME).resolve("blocks").resolve(hash(before.get(4))));
    var files = sandbox.files(sandbox.dataset(NAME));
    sandbox.run("-y", "system", "gc").refused().says("Left alone 1 dataset(s)", "Missing block");
    assertThat(sandbox.files(sandbox.dataset(NAME))).isEqualTo(files);
  }

  @Test
  void whatIsDerivedIsNamedBeforeItsInputChanges() {
    String first = hash(blocks().getFirst());
    sandbox.pipe(Samples.LEADERBOARD, "add", "--stdin").succeeded();
    sandbox.push(NAME, Samples.ROUND_1).succeeded();
    sandbox.run("reset", NAME, first).refused().says("made from its present history: leaderboard");
    sandbox.run("system", "compact", NAME, "--hard").refused().says("history: leaderboard");
    sandbox.run("-y", "system", "compact", "leaderboard", "--hard").refused().says("only root");
  }

  @Test
  void aBlockCanBeDecodedFromItsFile() {
    String seed = hash(blocks().getLast());
    String file = sandbox.dataset(NAME).resolve("blocks").resolve(seed).toString();
    assertThat(sandbox.run("system", "decode", file).succeeded().out())
        .contains("# Block: " + seed, "kind: Seed", "datasetKind: Root");
    sandbox.pipe("no block", "system", "decode", "--stdin").refused().says("STDIN");
    sandbox.run("system", "decode").refused().says("Specify a file or pass --stdin");
    sandbox.run("system", "info").succeeded();
    sandbox.run("system", "diagnose").succeeded().says("No problems found");
  }
}
