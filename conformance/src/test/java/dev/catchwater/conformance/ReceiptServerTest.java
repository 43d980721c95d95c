package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `receipt verify --server`: the receipt of a push against what the server says now.
class ReceiptServerTest {
  private static final String ROW = "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":1}";

  @TempDir Path folder;
  private Sandbox sandbox;
  private Served served;

  @BeforeEach
  void open() {
    sandbox = Sandbox.with(folder, BadHttpTest.MANIFEST);
    served = Served.of(sandbox);
  }

  @AfterEach
  void close() {
    served.close();
  }

  private Outcome verify(String answer, String... more) throws IOException {
    Files.writeString(folder.resolve("receipt.json"), answer);
    String[] words = {"receipt", "verify", "receipt.json", "--server", served.at("").toString()};
    String[] all = java.util.Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return sandbox.run(all);
  }

  @Test
  void aReceiptHoldsBeforeAndAfterItsRowsAreSealed() throws IOException {
    String first = served.post("/gps/ingest?wait=committed", ROW).body();
    verify(first).succeeded().says("The receipt holds: offsets 0 to 0, in block");
    String hot = served.push("gps", ROW).body();
    verify(hot).succeeded().says("The receipt is signed: offsets 1 to 1, not sealed");
    String sealed = served.post("/gps/ingest?wait=committed", ROW).body();
    verify(sealed).succeeded().says("The receipt holds: offsets 2 to 2, in block");
    verify(hot).succeeded().says("The receipt holds: offsets 1 to 1, in block");
  }

  @Test
  void aReceiptThatWasChangedDoesNotHold() throws IOException {
    String answer = served.push("gps", ROW).body();
    int receipt = answer.indexOf("\"receipt\":");
    assertThat(receipt).isPositive();
    String forged =
        answer.substring(0, receipt)
            + answer.substring(receipt).replace("\"added\":1", "\"added\":2");
    verify(forged).refused().says("it, or its proof, was changed");
  }

  @Test
  void aServerThatNeverGaveTheReceiptIsToldApart() throws IOException {
    String answer = served.push("gps", ROW).body();
    String key = served.get("/receipts/key").body().strip();
    served.close();
    Path other = folder.resolve("other");
    Files.createDirectories(other);
    Sandbox stranger = Sandbox.with(other, BadHttpTest.MANIFEST);
    served = Served.of(stranger);
    verify(answer).refused().says("key");
    verify(answer, "--key", key).refused().says("answers 404");
  }

  @Test
  void aServerThatIsAwayIsNamed() throws IOException {
    String answer = served.push("gps", ROW).body();
    Files.writeString(folder.resolve("receipt.json"), answer);
    sandbox
        .run("receipt", "verify", "receipt.json", "--server", "http://127.0.0.1:1")
        .refused()
        .says("The server does not answer at http://127.0.0.1:1/");
  }
}
