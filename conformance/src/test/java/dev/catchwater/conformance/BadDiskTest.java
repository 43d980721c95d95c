package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A user's accidents with the files of a dataset: BAD101 to BAD104.
class BadDiskTest {
  @TempDir Path folder;
  private Sandbox sandbox;
  private Path dataset;

  @BeforeEach
  void open() {
    sandbox = Sandbox.in(folder);
    for (String name : new String[] {"x", "y"}) {
      String manifest = Samples.dataset(name, Samples.ndjson("n INT64"), "{kind: Append}", null);
      sandbox.pipe(manifest, "add", "--stdin").succeeded();
      sandbox.push(name, "{\"n\": 1}\n").succeeded();
    }
    dataset = sandbox.dataset("x");
  }

  private Outcome broken(String... command) {
    Outcome outcome = sandbox.run(command).refused();
    sandbox.run("verify", "y").succeeded();
    sandbox.run("tail", "y").succeeded();
    return outcome;
  }

  private static Path onlyFile(Path folder) throws IOException {
    return files(folder).getFirst();
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @Test
  void BAD101_aHeadThatIsNone() throws IOException {
    Path head = dataset.resolve("refs/head");
    String good = Files.readString(head);
    String other = Files.readString(sandbox.dataset("y").resolve("refs/head"));
    for (String bad : new String[] {"", "nonsense", "f1620" + "0".repeat(64), other}) {
      Files.writeString(head, bad);
      broken("tail", "x").says("refs/head");
      broken("verify", "x").says("refs/head");
      sandbox.push("x", "{\"n\": 2}\n").refused();
    }
    Files.delete(head);
    broken("tail", "x").says("head");
    Files.writeString(head, good + "\n");
    broken("tail", "x").says("head", "newline");
    Files.writeString(head, good);
    sandbox.run("tail", "x").succeeded();
    sandbox.run("verify", "x").succeeded();
  }

  @Test
  void BAD102_aBlockThatChanged() throws IOException {
    String head = Files.readString(dataset.resolve("refs/head")).strip();
    Path block = dataset.resolve("blocks").resolve(head);
    byte[] good = Files.readAllBytes(block);
    byte[] longer = java.util.Arrays.copyOf(good, good.length + 1);
    byte[] flipped = good.clone();
    flipped[flipped.length / 2] ^= 1;
    for (byte[] bad : new byte[][] {{}, longer, flipped}) {
      Files.write(block, bad);
      broken("verify", "x").says(head);
    }
    Files.write(block, good);
    Files.move(block, block.resolveSibling("f1620" + "1".repeat(64)));
    broken("verify", "x").says(head);
  }

  @Test
  void BAD103_aSliceThatIsGoneOrChanged() throws IOException {
    Path slice = onlyFile(dataset.resolve("data"));
    byte[] good = Files.readAllBytes(slice);
    byte[] flipped = good.clone();
    flipped[flipped.length / 2] ^= 1;
    Files.write(slice, flipped);
    broken("verify", "x").says(slice.getFileName().toString());
    Files.delete(slice);
    broken("verify", "x").says(slice.getFileName().toString());
    broken("tail", "x").says(slice.getFileName().toString());
  }

  @Test
  void BAD104_filesThatAreNotOurs() throws IOException {
    for (String place : new String[] {"", "blocks", "data", "refs"}) {
      Files.writeString(dataset.resolve(place).resolve(".DS_Store"), "x");
      Files.writeString(dataset.resolve(place).resolve("head~"), "x");
    }
    Files.createDirectories(dataset.resolve("unknown/deep"));
    Path copy = dataset.resolve("data/f1620" + "2".repeat(64));
    Files.copy(
        onlyFile(sandbox.dataset("y").resolve("data")), copy, StandardCopyOption.REPLACE_EXISTING);
    sandbox.push("x", "{\"n\": 2}\n").succeeded();
    sandbox.run("verify", "x").succeeded();
    assertThat(sandbox.rows("x")).hasSize(2);
    sandbox.run("list").succeeded();
    assertThat(dataset.resolve("unknown/deep")).exists();
    assertThat(dataset.resolve("data/.DS_Store")).exists();
    assertThat(copy).exists();
  }
}
