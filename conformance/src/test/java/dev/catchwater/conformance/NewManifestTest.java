package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `new` writes a manifest that can be added as it is.
class NewManifestTest {
  @TempDir Path folder;

  @Test
  void theTemplateCanBeAddedAndPushedInto() {
    Sandbox sandbox = Sandbox.in(folder);
    sandbox
        .run("new", "--root", "my.data")
        .succeeded()
        .says("Written new manifest template to: my.data.yaml", "`catchwater add my.data.yaml`");
    sandbox.run("add", "my.data.yaml").succeeded().says("Added: my.data");
    String row = "{\"event_time\": \"2020-01-01\", \"id\": 1, \"name\": \"a\", \"value\": 0.5}\n";
    sandbox.push("my.data", row).succeeded();
    sandbox.push("my.data", row).succeeded().says("up-to-date");
    assertThat(sandbox.rows("my.data")).hasSize(1);
  }

  @Test
  void aFileThatIsThereIsKept() throws IOException {
    Sandbox sandbox = Sandbox.bare(folder);
    sandbox.file("gps.yaml", "mine");
    sandbox.run("new", "gps").refused().says("File gps.yaml already exists");
    assertThat(Files.readString(folder.resolve("gps.yaml"))).isEqualTo("mine");
    sandbox.run("new", "a_b").refused().says("not a valid DatasetName");
    sandbox.run("new").misused();
  }
}
