package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `ingest --on-error quarantine` and `quarantine list|show|replay|drop`.
class QuarantineCommandsTest {
  @TempDir Path folder;

  private Sandbox sandbox() {
    return Sandbox.with(folder, Samples.append(Samples.csv("n INT64", "v STRING")));
  }

  private static List<String> values(Sandbox sandbox) {
    return sandbox.rows("x").stream().map(row -> row.split(",", 5)[4]).toList();
  }

  private static List<String> ids(Sandbox sandbox, String... options) {
    String[] command = new String[options.length + 6];
    String[] fixed = {"quarantine", "list", "x", "--rows", "-o", "csv"};
    System.arraycopy(fixed, 0, command, 0, 6);
    System.arraycopy(options, 0, command, 6, options.length);
    List<String> lines = sandbox.run(command).succeeded().outLines();
    return lines.stream().skip(1).map(line -> line.substring(0, line.indexOf(','))).toList();
  }

  @Test
  void badRowsWaitInQuarantineAndAreReplayedWhenTheyAreMended() {
    Sandbox sandbox = sandbox();
    String file = sandbox.file("a.csv", "n,v\n1,a\ntwo,b\n3,c\nfour,d\n5\n");
    sandbox.run("ingest", "x", file).refused();
    sandbox
        .run("ingest", "x", "--on-error", "quarantine", file)
        .succeeded()
        .says("2 added, 3 quarantined", "a.csv:3", "rows that were set aside");
    assertThat(values(sandbox)).containsExactly("1,a", "3,c");
    assertThat(sandbox.datasets()).contains("x.quarantine");
    String causes = sandbox.run("quarantine", "list", "x", "-o", "csv").succeeded().out();
    assertThat(causes.lines().toList()).hasSize(3);
    assertThat(causes).contains("bad-data,n,");
    List<String> ids = ids(sandbox);
    assertThat(ids).hasSize(3);
    String show = sandbox.run("quarantine", "show", "x", ids.getFirst()).succeeded().out();
    assertThat(show).contains("\"row\":\"two,b\"", "\"line\":3", "\"header\":\"n,v\"", "a.csv");
    assertThat(sandbox.run("quarantine", "show", "x", ids.getFirst(), "--raw").succeeded().out())
        .isEqualTo("two,b");
    // As it is it is refused again, and stays.
    sandbox.run("quarantine", "replay", "x", ids.getFirst()).refused().says("refused again");
    // Mended it is taken, once.
    sandbox
        .pipe("2,b", "quarantine", "replay", "x", ids.getFirst(), "--stdin")
        .succeeded()
        .says("1 replayed", "added at offset 2");
    sandbox
        .pipe("22,b", "quarantine", "replay", "x", ids.getFirst(), "--stdin")
        .succeeded()
        .says("1 settled before");
    assertThat(values(sandbox)).containsExactly("1,a", "3,c", "2,b");
    assertThat(sandbox.run("quarantine", "show", "x", ids.getFirst()).succeeded().out())
        .contains("\"state\":\"replayed\"", "\"start\":2", "\"replayedRow\":\"2,b\"");
    assertThat(ids(sandbox)).hasSize(2);
    sandbox
        .run("quarantine", "drop", "x", ids.get(1), "--yes")
        .succeeded()
        .says("1 row(s) dropped");
    assertThat(ids(sandbox)).containsExactly(ids.get(2));
    assertThat(ids(sandbox, "--state", "all")).hasSize(3);
    sandbox.run("verify", "x").succeeded();
    sandbox.run("verify", "x.quarantine").succeeded();
  }

  @Test
  void aMendedSourceTakesWhatTheOldOneRefused() {
    Sandbox sandbox = sandbox();
    sandbox.push("x", "n,v\n1,a\n", "--on-error", "quarantine").succeeded();
    sandbox.push("x", "n,v\n2;c\n3;d\n", "--on-error", "quarantine").succeeded();
    String source =
        """
        kind: AddPushSource
        sourceName: default
        read: {kind: Csv, header: false, separator: ";", schema: ["n BIGINT", "v STRING"]}
        merge: {kind: Append}
        """;
    String file = sandbox.file("source.yaml", source);
    sandbox.run("source", "add", "x", file).succeeded();
    sandbox.run("quarantine", "replay", "x", "--all").succeeded().says("2 replayed");
    assertThat(values(sandbox)).containsExactly("1,a", "2,c", "3,d");
    assertThat(ids(sandbox)).isEmpty();
    sandbox.run("sql", "-c", "select count(*) from \"x.quarantine\"").succeeded();
    assertThat(sandbox.rows("x.quarantine")).hasSize(4);
  }

  @Test
  void aMostlyWrongPushIsRefusedBySettings() {
    Sandbox sandbox = sandbox();
    sandbox.run("config", "set", "quarantine.rows-min", "2").succeeded();
    sandbox.run("config", "set", "quarantine.percent-max", "40").succeeded();
    sandbox
        .push("x", "n,v\n1,a\nx,b\n", "--on-error", "quarantine")
        .refused()
        .says("1 of 2 rows cannot be taken, more than 40 %", "field \"n\"");
    sandbox.push("x", "n,v\n1,a\n2,b\nx,c\n", "--on-error", "quarantine").succeeded();
    assertThat(values(sandbox)).hasSize(2);
  }

  @Test
  void namesOfQuarantinesAreTaken() {
    Sandbox sandbox = sandbox();
    sandbox.run("rename", "x", "y.quarantine").refused().says("reserved for the quarantine");
    sandbox
        .run("ingest", "x", "--stdin", "--batch-rows", "5", "--on-error", "quarantine")
        .refused();
    sandbox.run("quarantine", "replay", "x").refused();
    sandbox.run("quarantine", "replay", "x", "--all").succeeded().says("Nothing to replay");
    sandbox.run("quarantine", "show", "x", "1-a.1").refused().says("No row");
  }

  @Test
  void aCommandSaysWhereRowsCouldNotBeMoved() throws IOException {
    Sandbox sandbox = sandbox();
    String file = sandbox.file("a.csv", "n,v\n1,a\ntwo,b\n");
    sandbox.run("ingest", "x", "--on-error", "quarantine", file).succeeded().doesNotSay("Warning");
    Path journal = ServerQuarantineTest.quarantineJournal(folder);
    Files.deleteIfExists(journal);
    Files.writeString(journal, "no folder");
    sandbox
        .run("ingest", "x", "--on-error", "quarantine", file)
        .says("Warning: x: Rows that were set aside could not be put into their quarantine");
    Files.delete(journal);
    assertThat(ids(sandbox)).hasSize(2);
    assertThat(values(sandbox)).containsExactly("1,a", "1,a");
  }
}
