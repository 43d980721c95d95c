package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `doctor` finds what is wrong, and the command it names mends it.
class DoctorTest {
  @TempDir Path folder;
  private Sandbox sandbox;

  @BeforeEach
  void open() {
    sandbox = Sandbox.with(folder, Samples.append(Samples.ndjson("n INT64")));
    for (int n = 0; n < 3; n++) {
      sandbox.push("x", "{\"n\": " + n + "}\n").succeeded();
    }
  }

  private List<String> findings(Outcome outcome, String subject) {
    return outcome.outLines().stream().filter(line -> line.contains(" " + subject + " ")).toList();
  }

  private List<String> blocks() {
    return sandbox.run("log", "x").succeeded().outLines().stream()
        .filter(line -> line.startsWith("Block #"))
        .map(line -> line.substring(line.indexOf(": ") + 2))
        .toList();
  }

  /// Runs the command that the report names.
  private Outcome mend(Outcome report) {
    for (String line : report.outLines()) {
      int at = line.indexOf("→ catchwater ");
      if (at >= 0) {
        String[] words = ("--yes " + line.substring(at + 13)).split(" ");
        return sandbox.run(words).succeeded();
      }
    }
    throw new AssertionError("no command in\n" + report.out());
  }

  @Test
  void aHealthyWorkspaceHasNoProblems() {
    Outcome outcome = sandbox.run("doctor", "--verify").succeeded().says("No problems found");
    assertThat(outcome.out()).contains("java", "disk", "sync", "clock").doesNotContain("problem");
    assertThat(findings(outcome, "x")).singleElement().asString().contains("ok", "3 rows");
    assertThat(sandbox.run("doctor", "-o", "csv").outLines().getFirst())
        .isEqualTo("Level,Subject,Finding,Mend");
  }

  @Test
  void nothingIsChanged() {
    var before = sandbox.files(folder);
    sandbox.run("doctor").succeeded();
    sandbox.run("doctor", "--verify").succeeded();
    assertThat(sandbox.files(folder)).isEqualTo(before);
  }

  @Test
  void BAD101_forADamagedHeadItOffersTheLastBlockThatVerifies() throws IOException {
    Path head = sandbox.dataset("x").resolve("refs/head");
    String good = Files.readString(head);
    for (String bad : new String[] {"", "nonsense", good + "\n", "f1620" + "0".repeat(64)}) {
      Files.writeString(head, bad);
      Outcome report = sandbox.run("doctor");
      assertThat(report.exit()).isEqualTo(1);
      assertThat(report.err()).contains("1 problem(s) found");
      assertThat(report.out()).contains("→ catchwater reset x " + good);
      mend(report);
      sandbox.run("doctor").succeeded();
      sandbox.run("verify", "x").succeeded();
      assertThat(Files.readString(head)).isEqualTo(good);
    }
  }

  @Test
  void withoutACacheTheLongestWholeHistoryIsOffered() throws IOException {
    List<String> blocks = blocks();
    Path head = sandbox.dataset("x").resolve("refs/head");
    for (Path file : List.of(head, sandbox.dataset("x").resolve("blocks").resolve(blocks.get(1)))) {
      Files.delete(file);
    }
    deleteCaches();
    Outcome report = sandbox.run("doctor");
    assertThat(report.out()).contains("→ catchwater reset x " + blocks.get(2));
    mend(report);
    assertThat(sandbox.rows("x")).hasSize(1);
    sandbox.run("verify", "x").succeeded();
  }

  private void deleteCaches() throws IOException {
    Path index = folder.resolve(".catchwater/index");
    for (String file : sandbox.files(index).keySet()) {
      Files.delete(index.resolve(file));
    }
  }

  @Test
  void BAD103_aMissingSliceIsFoundByVerifyAndTheBlockBeforeItOffered() throws IOException {
    List<String> blocks = blocks();
    String json = sandbox.run("log", "x", "--limit", "1", "-o", "json").out();
    int at = json.indexOf("\"physicalHash\":\"") + 16;
    Files.delete(sandbox.dataset("x").resolve("data").resolve(json.substring(at, at + 69)));
    sandbox.run("doctor").succeeded();
    Outcome report = sandbox.run("doctor", "--verify");
    assertThat(report.exit()).isEqualTo(1);
    assertThat(report.out()).contains("Missing slice", "→ catchwater reset x " + blocks.get(1));
    mend(report);
    sandbox.run("doctor", "--verify").succeeded();
  }

  @Test
  void aDamagedCopyIsFetchedAgain() throws IOException {
    String url = "file://" + folder.resolve("there");
    sandbox.run("push", "x", "--to", url).succeeded();
    Sandbox.bare(folder).file("other/empty", "");
    sandbox = Sandbox.in(folder.resolve("other"));
    sandbox.run("pull", url, "--as", "x").succeeded();
    Files.writeString(sandbox.dataset("x").resolve("refs/head"), "");
    Outcome report = sandbox.run("doctor");
    assertThat(report.out()).contains("→ catchwater pull x --force");
    mend(report);
    sandbox.run("doctor").succeeded();
  }

  @Test
  void whatNothingRefersToIsNoticed() {
    sandbox.run("--yes", "reset", "x", blocks().get(1)).succeeded();
    Outcome report = sandbox.run("doctor").succeeded();
    assertThat(report.out()).contains("2 file(s)", "→ catchwater system gc x");
    mend(report);
    assertThat(sandbox.run("doctor").out()).doesNotContain("file(s)");
  }

  @Test
  void BAD104_foreignFilesAndLeftoversAreNamed() throws IOException {
    Files.writeString(sandbox.dataset("x").resolve("data/.DS_Store"), "x");
    Path build = folder.resolve(".catchwater/run/workspace.build/half");
    Files.createDirectories(build);
    Outcome report = sandbox.run("doctor").succeeded();
    assertThat(report.out()).contains("not ours", ".DS_Store", "killed", "→ catchwater system gc");
    sandbox.run("system", "gc").succeeded();
    assertThat(build).doesNotExist();
    assertThat(sandbox.dataset("x").resolve("data/.DS_Store")).exists();
  }

  @Test
  void oneDamagedDatasetDoesNotHideTheOthers() throws IOException {
    sandbox
        .pipe(Samples.append(Samples.ndjson("n INT64")), "add", "--stdin", "--name", "y")
        .succeeded();
    Files.writeString(sandbox.dataset("x").resolve("refs/head"), "");
    Outcome report = sandbox.run("doctor");
    assertThat(findings(report, "y")).singleElement().asString().startsWith("ok");
    assertThat(findings(report, "x").getFirst()).startsWith("problem");
  }

  @Test
  void aClockThatWentBackIsNoticed() {
    sandbox.at("2027-01-01T00:00:00Z");
    assertThat(sandbox.run("doctor").succeeded().out())
        .contains("notice   x", "2050-01-02T03:04:05Z", "→ set the clock");
    sandbox.at("1970-01-01T00:10:00Z");
    assertThat(sandbox.run("doctor").exit()).isEqualTo(1);
  }

  @Test
  void outsideAWorkspaceItSaysSo(@TempDir Path elsewhere) {
    Sandbox.bare(elsewhere).run("doctor").refused().says("not a", "catchwater init");
  }
}
