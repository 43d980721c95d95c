package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.codec.MetadataBlockCodec;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.receipt.Checkpoint;
import dev.catchwater.odf.receipt.MerkleTree;
import dev.catchwater.odf.receipt.Receipt;
import dev.catchwater.odf.receipt.ReceiptFacts;
import dev.catchwater.odf.receipt.ReceiptJson;
import dev.catchwater.odf.receipt.SigningKey;
import dev.catchwater.odf.receipt.TlogProof;
import dev.catchwater.storage.record.SideLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What catchwater itself does to a history and its keys is written down, and told from what others
/// do.
class SideLogTest {
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

  private String push() {
    Served.Reply reply = served.post("/gps/ingest?wait=committed", ROW);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply.body();
  }

  private void restart(String time) {
    served.close();
    sandbox.at(time);
    served = Served.of(sandbox);
  }

  private Path state(String name) throws IOException {
    try (Stream<Path> found = Files.list(folder.resolve(".catchwater/state"))) {
      for (Path path : found.toList()) {
        if (Files.exists(path.resolve(name))) {
          return path.resolve(name);
        }
      }
    }
    throw new IllegalStateException("no " + name + " of any dataset");
  }

  /// How many blocks have the end of the side log.
  private long marks() throws IOException {
    long marks = 0;
    try (Stream<Path> blocks = Files.list(folder.resolve(".catchwater/datasets/gps/blocks"))) {
      for (Path block : blocks.toList()) {
        boolean isMarked =
            MetadataBlockCodec.decode(Files.readAllBytes(block)).event() instanceof AddData data
                && SideLog.markOf(data.extra()) != null;
        marks += isMarked ? 1 : 0;
      }
    }
    return marks;
  }

  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private Outcome verifyReceipt(String json, String name) {
    sandbox.file(name, json);
    return sandbox.run("receipt", "verify", name);
  }

  /// A receipt as a thief of the key would make it.
  private static String forged(Receipt like, SigningKey key, Instant time) {
    ReceiptFacts facts = like.facts();
    ReceiptFacts said =
        new ReceiptFacts(
            facts.number(),
            facts.dataset(),
            facts.source(),
            facts.offsets(),
            facts.rows(),
            facts.bodyHash(),
            time,
            facts.head(),
            null,
            null,
            key.verifier().idText());
    byte[] leaf = said.leafHash();
    MerkleTree tree = MerkleTree.of(leaf);
    String origin = ReceiptFacts.groupOrigin(facts.dataset(), facts.number());
    String proof =
        TlogProof.text(0, tree.path(0), key.sign(new Checkpoint(origin, 1, tree.root())));
    StringBuilder json = new StringBuilder();
    JsonTree.write(
        json,
        ReceiptJson.of(new Receipt(said, ReceiptFacts.id(facts.number(), leaf), proof, null)));
    return json.toString();
  }

  @Test
  void TH48_receiptsOfAKeyThatWasReplacedStayGoodUpToItsEnd() throws Exception {
    String first = push();
    String receipt = served.get("/gps/receipts/" + ReceiptJson.parse(first).id()).body();
    String formerKey = served.get("/receipts/key").body().strip();
    SigningKey former =
        SigningKey.parse(Files.readString(folder.resolve(".catchwater/keys/receipts")));
    String proven =
        served.post("/query", "{\"query\":\"select v from gps\",\"include\":[\"Proof\"]}").body();
    sandbox.run("--yes", "system", "rotate-key").succeeded().says("signed with", "good until");
    restart("2050-01-02T04:00:00Z");
    assertThat(served.get("/receipts/key").body().strip()).isNotEqualTo(formerKey);
    assertThat(served.get("/receipts/keys").body())
        .contains(formerKey + " until 2050-01-02T03:04:15Z\n");
    // The same receipt, byte for byte, and good; as is what the new key signs.
    assertThat(served.get("/gps/receipts/" + ReceiptJson.parse(first).id()).body())
        .isEqualTo(receipt);
    String second = push();
    verifyReceipt(first, "first.json").succeeded();
    verifyReceipt(second, "second.json").succeeded();
    Receipt taken = ReceiptJson.parse(second);
    Instant end = Instant.parse("2050-01-02T03:04:15Z");
    verifyReceipt(forged(taken, former, end.plusMillis(1)), "late.json")
        .refused()
        .says("was replaced at 2050-01-02T03:04:15Z and signs nothing later");
    assertThat(served.post("/verify", proven).body()).isEqualTo("{\"ok\":true}");
    sandbox.run("verify", "gps", "--receipt", "first.json", "--receipt", "second.json").succeeded();
    // Stolen: nothing that the second key signed since is believed.
    sandbox
        .run("--yes", "system", "rotate-key", "--revoked-since", "2050-01-02T03:30:00Z")
        .succeeded()
        .says("revoked since");
    restart("2050-01-02T05:00:00Z");
    verifyReceipt(first, "first.json").succeeded();
    verifyReceipt(second, "second.json").refused().says("was revoked since 2050-01-02T03:30:00Z");
    assertThat(served.post("/verify", proven).status()).isEqualTo(200);
    sandbox
        .run("system", "rotate-key", "--revoked-since", "2099-01-01T00:00:00Z")
        .refused()
        .says("a time in the past");
  }

  @Test
  void TH48_aServerThatRunsTakesTheNewKey() throws Exception {
    push();
    String formerKey = served.get("/receipts/key").body();
    sandbox.run("--yes", "system", "rotate-key").succeeded();
    Instant patience = Instant.now().plus(Duration.ofSeconds(30));
    while (served.get("/receipts/key").body().equals(formerKey)) {
      assertThat(Instant.now()).isBefore(patience);
      Thread.sleep(100);
    }
    verifyReceipt(push(), "new.json").succeeded();
  }

  @Test
  void theNextBlockHasTheHashOfTheLogAndVerifyWantsIt() throws Exception {
    push();
    sandbox.run("--yes", "system", "rotate-key").succeeded();
    restart("2050-01-02T04:00:00Z");
    push();
    push();
    served.close();
    assertThat(marks()).isEqualTo(1);
    sandbox.run("verify", "gps").succeeded();
    Path log = state("sidelog");
    String text = Files.readString(log);
    assertThat(text).contains("\"kind\":\"rotate-key\"", "\"formerSignature\":\"");
    Files.writeString(log, text.replace("T03:04:15Z", "T03:04:16Z"));
    sandbox.run("verify", "gps").refused().says("not signed by a key of this workspace");
    Files.delete(log);
    sandbox.run("verify", "gps").refused().says("The side log was cut or changed");
    Files.writeString(log, text);
    sandbox.run("verify", "gps").succeeded();
    served = Served.of(sandbox);
  }

  @Test
  void TH46_aDatasetThatWasRolledBackIsRefusedAloneUntilSomebodySaysItIsMeant() throws Exception {
    sandbox.pipe(BadHttpTest.MANIFEST.replace("name: gps", "name: other"), "add", "--stdin");
    push();
    served.close();
    Path data = folder.resolve(".catchwater/datasets/gps");
    copy(data, folder.resolve("backup"));
    served = Served.of(sandbox);
    push();
    served.close();
    delete(data);
    copy(folder.resolve("backup"), data);
    served = Served.of(sandbox);
    for (Served.Reply reply :
        new Served.Reply[] {
          served.get("/gps/tail"),
          served.push("gps", ROW),
          served.get("/gps/refs/head"),
          served.post("/query", "{\"query\":\"select v from gps\"}")
        }) {
      assertThat(reply.status()).as(reply.body()).isEqualTo(503);
      assertThat(reply.body()).contains("\"type\":\"rollback-detected\"", "--accept-rollback");
    }
    assertThat(served.push("other", ROW).status()).isEqualTo(200);
    assertThat(served.get("/datasets").body()).contains("\"problem\":\"rollback-detected\"");
    sandbox.run("verify", "gps").refused().says("was rolled back, or replaced");
    Outcome doctor = sandbox.run("doctor");
    assertThat(doctor.exit()).isEqualTo(1);
    assertThat(doctor.out())
        .contains("was rolled back, or replaced", "doctor --accept-rollback gps");
    sandbox.push("gps", ROW).refused().says("--accept-rollback gps");
    sandbox.run("doctor", "--accept-rollback", "gps").succeeded().says("is taken as it is");
    sandbox.run("doctor", "--accept-rollback", "gps").succeeded().says("nothing is done");
    push();
    assertThat(served.get("/gps/tail").body()).contains("\"offset\":1");
    served.close();
    sandbox.run("verify", "gps").succeeded();
    assertThat(Files.readString(state("sidelog"))).contains("\"kind\":\"accept-rollback\"");
    served = Served.of(sandbox);
  }

  @Test
  void TH46_whatCatchwaterItselfDoesToAHistoryIsNoRollback() throws Exception {
    push();
    served.close();
    String first =
        sandbox.run("log", "gps").succeeded().outLines().stream()
            .filter(line -> line.startsWith("Block #"))
            .findFirst()
            .orElseThrow();
    for (int i = 0; i < 3; i++) {
      sandbox.push("gps", ROW).succeeded();
    }
    sandbox.run("--yes", "system", "compact", "gps", "--hard").succeeded().says("compacted");
    served = Served.of(sandbox);
    push();
    served.close();
    sandbox.run("--yes", "reset", "gps", first.substring(first.indexOf(": ") + 2)).succeeded();
    served = Served.of(sandbox);
    push();
    served.close();
    sandbox.run("verify", "gps").succeeded();
    assertThat(Files.readString(state("sidelog")))
        .contains("\"kind\":\"compact\"", "\"kind\":\"reset\"");
    served = Served.of(sandbox);
  }
}
