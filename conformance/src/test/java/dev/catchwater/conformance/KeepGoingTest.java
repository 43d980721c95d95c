package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `ingest --keep-going`: files that do not hold each other back.
class KeepGoingTest {
  @TempDir Path folder;

  @Test
  void B40_goodFilesStayWhereABadOneIsNamed() {
    Sandbox sandbox = Sandbox.with(folder, Samples.append(Samples.ndjson("n INT64")));
    String one = sandbox.file("1.ndjson", "{\"n\": 1}\n");
    String bad = sandbox.file("2.ndjson", "{\"n\": 2}\n{\"n\": \"two\"}\n");
    String three = sandbox.file("3.ndjson", "{\"n\": 3}\n");
    Outcome outcome = sandbox.run("ingest", "x", "--keep-going", one, bad, three).refused();
    outcome.says("Dataset updated", "1 of 3 files were refused", "2.ndjson:2", "\"two\"");
    assertThat(sandbox.rows("x").stream().map(row -> row.split(",", 5)[4]))
        .containsExactly("1", "3");
    sandbox.run("ingest", "x", "--keep-going", one, three).succeeded();
    sandbox.run("ingest", "x", "--keep-going", "--dry-run", one, bad).refused().says("would be");
    assertThat(sandbox.rows("x")).hasSize(4);
    sandbox.run("verify", "x").succeeded();
  }
}
