package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `ingest --dry-run` prints, for each merge strategy.
class DryRunTest {
  @TempDir Path folder;
  private Sandbox sandbox;

  @BeforeEach
  void open() {
    sandbox = Sandbox.in(folder);
  }

  @Test
  void aDryRunShowsWhatEachStrategyWouldStore() {
    String columns = "{kind: NdJson, ddlSchema: [\"sku STRING\", \"site INT\", \"qty INT\"]}";
    String manifest =
        Samples.dataset("x", columns, "{kind: Snapshot, primaryKey: [sku, site]}", null);
    String[][] others = {
      {"ledger", "{kind: Ledger, primaryKey: [sku, site]}"},
      {"append", "{kind: Append}"},
      {"upsert", "{kind: UpsertStream, primaryKey: [sku, site]}"},
      {"changelog", "{kind: ChangelogStream, primaryKey: [sku, site]}"}
    };
    for (String[] other : others) {
      boolean hasOperation = other[0].equals("upsert") || other[0].equals("changelog");
      String read = hasOperation ? columns.replace("[", "[\"op INT\", ") : columns;
      manifest +=
          "    - {kind: AddPushSource, sourceName: "
              + other[0]
              + ", read: "
              + read
              + ", merge: "
              + other[1]
              + "}\n";
    }
    sandbox.pipe(manifest, "add", "--stdin").succeeded();
    sandbox
        .push("x", stock("a-17 2 7", "b-02 1 4", "c 1 1"), "--source-name", "default")
        .succeeded();
    assertThat(dryRun("default", stock("a-17 2 5", "c 1 1", "d 9 2")))
        .containsExactly(
            "Dataset would be updated",
            "   1 appended, 1 corrected, 1 retracted, 1 unchanged; nothing written",
            "   ~ sku=a-17 site=2   qty 7 → 5",
            "   - sku=b-02 site=1   qty 4",
            "   + sku=d site=9   qty 2",
            "  offsets 3 to 6");
    assertThat(dryRun("default", stock("a-17 2 5", "d 9 2"), "--differences", "1"))
        .contains("   ~ sku=a-17 site=2   qty 7 → 5", "   … and 3 more");
    assertThat(dryRun("default", stock("a-17 2 7", "b-02 1 4", "c 1 1")))
        .containsExactly("Dataset would stay up-to-date", "   3 unchanged; nothing written");
    assertThat(dryRun("ledger", stock("a-17 2 5", "c 1 1", "d 9 2")))
        .contains(
            "   1 appended, 1 unchanged, 1 conflicting; nothing written",
            "   + sku=d site=9   qty 2");
    assertThat(dryRun("append", stock("a-17 2 5")))
        .contains("   1 appended; nothing written", "   + sku a-17, site 2, qty 5");
    assertThat(dryRun("upsert", changes("0 a-17 2 null", "1 b-02 1 null", "0 e-f= 1 null")))
        .contains(
            "   1 appended, 1 corrected, 1 retracted; nothing written",
            "   ~ sku=a-17 site=2   qty 7 → null",
            "   - sku=b-02 site=1   qty 4",
            "   + sku=\"e-f=\" site=1");
    assertThat(dryRun("changelog", changes("2 a-17 2 7", "3 a-17 2 8", "1 c 1 1")))
        .contains(
            "   1 corrected, 1 retracted; nothing written",
            "   ~ sku=a-17 site=2   qty 7 → 8",
            "   - sku=c site=1   qty 1");
    assertThat(sandbox.rows("x")).hasSize(3);
  }

  private List<String> dryRun(String source, String rows, String... options) {
    List<String> words = new ArrayList<>(List.of(options));
    words.addAll(List.of("--dry-run", "--source-name", source));
    List<String> lines =
        sandbox.push("x", rows, words.toArray(String[]::new)).succeeded().errLines();
    return lines.stream().filter(line -> !line.startsWith("  time")).toList();
  }

  /// `a-17 2 7` is sku a-17 at site 2, quantity 7.
  private static String stock(String... rows) {
    StringBuilder text = new StringBuilder();
    for (String row : rows) {
      String[] words = row.split(" ", 3);
      text.append("{\"sku\": \"").append(words[0]).append("\", \"site\": ");
      text.append(words[1]).append(", \"qty\": ").append(words[2]).append("}\n");
    }
    return text.toString();
  }

  /// `2 a-17 2 7` is the same with operation type 2.
  private static String changes(String... rows) {
    StringBuilder text = new StringBuilder();
    for (String row : rows) {
      String plain = stock(row.substring(2));
      text.append("{\"op\": ").append(row.charAt(0)).append(", ").append(plain.substring(1));
    }
    return text.toString();
  }
}
