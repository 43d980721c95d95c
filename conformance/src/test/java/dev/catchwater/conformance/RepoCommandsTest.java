package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Names of places with datasets, and the addresses remembered for datasets: `repo …`.
class RepoCommandsTest {
  @TempDir Path folder;
  private Sandbox sandbox;
  private String backup;

  @BeforeEach
  void open() {
    sandbox = Sandbox.with(folder, Samples.append(Samples.ndjson("n INT64")));
    sandbox.push("x", "{\"n\": 1}\n").succeeded();
    backup = "file://" + folder.resolve("backup") + "/";
  }

  private List<String> aliases(String... words) {
    String[] command = new String[words.length + 5];
    List.of("repo", "alias", "list", "-o", "csv").toArray(command);
    System.arraycopy(words, 0, command, 5, words.length);
    List<String> lines = sandbox.run(command).succeeded().outLines();
    return lines.subList(Math.min(1, lines.size()), lines.size());
  }

  @Test
  void A34_repositoriesAndAliasesAreKept() {
    sandbox.run("repo", "delete", "--all").succeeded().says("There are no repositories to delete");
    sandbox
        .run("repo", "delete", "some-repo")
        .refused()
        .says("Error: Repository some-repo does not exist");
    sandbox
        .run("repo", "delete", "--all", "some-repo")
        .refused()
        .says("You can either specify repository(s) or pass --all");
    sandbox.run("repo", "delete").refused().says("Specify repository(s) or pass --all");
    for (String url : new String[] {"http://b.org/x", "http://a.org/x/", "https://c.org/x"}) {
      sandbox.run("repo", "alias", "add", "--pull", "x", url).succeeded();
    }
    assertThat(aliases())
        .containsExactly(
            "x,Pull,http://b.org/x/", "x,Pull,http://a.org/x/", "x,Pull,https://c.org/x/");
    sandbox.run("repo", "alias", "rm", "--all", "x").succeeded().says("Deleted 3 alias(es)");
    assertThat(aliases("x")).isEmpty();
  }

  @Test
  void aNameStandsForAnAddress() {
    sandbox.run("repo", "add", "Backup", backup).succeeded().says("Added: Backup");
    sandbox.run("repo", "add", "backup", "file:///else").refused().says("backup already exists");
    assertThat(sandbox.run("repo", "list", "-o", "csv").outLines())
        .containsExactly("Name,URL", "backup," + backup);
    sandbox.run("push", "x", "--to", "backup/x").succeeded().says("1 dataset(s) pushed");
    assertThat(aliases("x")).containsExactly("x,Push," + backup + "x/");
    Sandbox.bare(folder).file("other/empty", "");
    Sandbox other = Sandbox.in(folder.resolve("other"));
    other.run("repo", "add", "b", backup).succeeded();
    other.run("pull", "b/x").succeeded().says("1 dataset(s) updated");
    assertThat(other.rows("x")).hasSize(1);
    sandbox.push("x", "{\"n\": 2}\n").succeeded();
    sandbox.run("push", "x").succeeded();
    other.run("pull", "x").succeeded();
    assertThat(other.rows("x")).hasSize(2);
    other.run("pull", "nope/x").refused();
  }

  @Test
  void theOnlyRepositoryIsPushedToWhereNoAddressIsKnown() {
    sandbox.run("push", "x").refused().says("--to");
    sandbox.run("repo", "add", "backup", backup).succeeded();
    sandbox.run("push", "x").succeeded().says("1 dataset(s) pushed");
    assertThat(folder.resolve("backup/x/refs/head")).exists();
  }

  @Test
  void deletingAsksAndForgetsTheNameOnly() {
    sandbox.run("repo", "add", "backup", backup).succeeded();
    sandbox.run("repo", "add", "open", "https://data.example.org").succeeded();
    sandbox.run("push", "x", "--to", "backup/x").succeeded();
    sandbox.run("repo", "rm", "backup").refused().says("You are about to delete", "aborted");
    sandbox.run("-y", "repo", "rm", "backup").succeeded().says("Deleted 1 repository(s)");
    sandbox.run("-y", "repo", "delete", "-a").succeeded().says("Deleted 1 repository(s)");
    assertThat(sandbox.run("repo", "ls", "-o", "json").out()).isEqualTo("[]");
    assertThat(Files.exists(folder.resolve("backup/x/refs/head"))).isTrue();
    assertThat(aliases("x")).hasSize(1);
  }

  @Test
  void aCopyWithoutItsAliasTakesRows() {
    sandbox.run("push", "x", "--to", backup + "x").succeeded();
    sandbox.run("repo", "alias", "add", "--pull", "x", backup + "x").succeeded().says("(pull)");
    sandbox.push("x", "{\"n\": 2}\n").refused().says("histories to diverge", backup + "x/");
    sandbox.run("repo", "alias", "delete", "x", backup + "y").refused().says("has no alias");
    sandbox.run("repo", "alias", "delete", "--pull", "x", backup + "x").succeeded();
    assertThat(aliases("x")).containsExactly("x,Push," + backup + "x/");
    sandbox.push("x", "{\"n\": 2}\n").succeeded();
  }

  @Test
  void whatIsWrittenIsKamusManifest() throws java.io.IOException {
    sandbox.run("repo", "add", "open", "https://data.example.org").succeeded();
    Path file = folder.resolve(".catchwater/repos/open");
    assertThat(Files.readString(file))
        .isEqualTo(
            """
            kind: Repository
            version: 1
            content:
              url: https://data.example.org/
            """);
    Files.writeString(file, "kind: Repository\nversion: 2\ncontent: {url: x}\n");
    sandbox.run("repo", "list").refused().says("open:2:", "version");
  }

  @Test
  void whatIsNoAddressIsRefused() {
    sandbox.run("repo", "add", "a_b", backup).refused().says("not a valid");
    sandbox.run("repo", "add", "a", "ftp://x").refused().says("Not an address");
    sandbox.run("repo", "alias", "add", "x", backup).refused().says("either --pull or --push");
    sandbox
        .run("repo", "alias", "add", "--pull", "x", "elsewhere")
        .refused()
        .says("Not an address");
    sandbox.run("repo", "alias", "delete", "x").refused().says("Specify an alias or pass --all");
    sandbox.run("repo", "alias").misused().says("Keeps the addresses");
  }

  @Test
  void completionKnowsRepositories() {
    sandbox.run("repo", "add", "backup", backup).succeeded();
    assertThat(sandbox.run("complete", "catchwater repo ").outLines())
        .containsExactly("add", "list", "delete", "alias");
    assertThat(sandbox.run("complete", "catchwater repo alias ").outLines())
        .containsExactly("add", "list", "delete");
    assertThat(sandbox.run("complete", "catchwater repo delete ").outLines())
        .containsExactly("backup");
  }
}
