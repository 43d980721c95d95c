package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.odf.proof.AnswerProof;
import dev.catchwater.odf.proof.CanonicalJson;
import dev.catchwater.odf.receipt.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Answers that are signed, and `POST /verify`.
class ServerProofTest {
  private static final String SQL = "select \\\"offset\\\", v from gps order by v desc";

  @TempDir Path folder;
  private Sandbox sandbox;
  private Served served;

  @BeforeEach
  void open() {
    sandbox = Sandbox.with(folder, BadHttpTest.MANIFEST);
    served = Served.of(sandbox);
    push(1);
  }

  @AfterEach
  void close() {
    served.close();
  }

  private void push(int v) {
    String row = "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":" + v + "}";
    assertThat(served.push("gps", row, "Content-Type", "application/x-ndjson").status())
        .isEqualTo(200);
  }

  private String ask(String include) {
    Served.Reply reply =
        served.post("/query", "{\"query\":\"" + SQL + "\",\"include\":[" + include + "]}");
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply.body();
  }

  private static String member(String json, String... path) {
    Tree tree = JsonTree.read(json);
    for (String name : path) {
      tree = ((Tree.Fields) java.util.Objects.requireNonNull(tree)).fields().get(name);
    }
    return tree instanceof Tree.Text text
        ? text.value()
        : CanonicalJson.of(java.util.Objects.requireNonNull(tree));
  }

  private static String without(String answer, String name) {
    TreeMap<String, Tree> members =
        new TreeMap<>(
            ((Tree.Fields) java.util.Objects.requireNonNull(JsonTree.read(answer))).fields());
    members.remove(name);
    return CanonicalJson.of(new Tree.Fields(members));
  }

  private void holds(String answer) {
    Served.Reply reply = served.post("/verify", answer);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo("{\"ok\":true}");
  }

  private void disputed(String answer, String kind) {
    Served.Reply reply = served.post("/verify", answer);
    assertThat(reply.status()).as(reply.body()).isEqualTo(400);
    assertThat(reply.body()).startsWith("{\"error\":{\"kind\":\"" + kind + "\",\"message\":\"");
    assertThat(reply.body()).endsWith("},\"ok\":false}");
  }

  /// The answer with other hashes, signed again by the server's own key: what only it could do.
  private String signedAgain(String answer, String what, String by) throws Exception {
    String changed = answer.replace(what, by);
    assertThat(changed).isNotEqualTo(answer);
    SigningKey key =
        SigningKey.parse(Files.readString(folder.resolve(".catchwater/keys/receipts")));
    AnswerProof proof =
        AnswerProof.sign(key, member(changed, "input"), member(changed, "output"), "[]");
    Tree.Fields fields = (Tree.Fields) java.util.Objects.requireNonNull(JsonTree.read(changed));
    return CanonicalJson.of(
        fields.put("commitment", proof.commitment()).put("proof", proof.proof()));
  }

  @Test
  void A142_aProvenAnswerIsInKamusShapeAndHolds() {
    push(2);
    String answer = ask("\"proof\",\"INPUT\"");
    assertThat(answer)
        .startsWith(
            "{\"output\":{\"data\":[{\"offset\":1,\"v\":2},{\"offset\":0,\"v\":1}],"
                + "\"dataFormat\":\"JsonAoS\"},\"input\":{\"dataFormat\":\"JsonAoS\",\"datasets\":"
                + "[{\"alias\":\"gps\",\"blockHash\":\"f1620")
        .contains(
            "\"id\":\"did:odf:",
            "\"include\":[\"Input\",\"Proof\"],\"limit\":100,\"query\":\"select ",
            "\"queryDialect\":\"SqlDuckDb\",\"schemaFormat\":\"ArrowJson\",\"skip\":0}",
            ",\"subQueries\":[],\"commitment\":{\"inputHash\":\"f1620",
            "\"subQueriesHash\":\"f1620ca4510738395af1429224dd785675309c344b2b549632e20275c"
                + "69b15ed1d210\"",
            "\"type\":\"Ed25519Signature2020\",\"verificationMethod\":\"did:key:z6Mk");
    holds(answer);
    holds(without(answer, "output"));
    // Rows that come later do not change what was.
    push(3);
    holds(without(answer, "output"));
    assertThat(ask("\"Schema\""))
        .contains("\"schemaFormat\":\"ArrowJson\"")
        .doesNotContain("proof");
  }

  @Test
  void A138_theInputIsWhatHasToBeAskedToGetTheAnswerAgain() {
    String first = ask("\"Input\",\"Schema\"");
    assertThat(first).contains("\"include\":[\"Input\",\"Schema\"]").doesNotContain("commitment");
    push(2);
    Served.Reply again = served.post("/query", member(first, "input"));
    assertThat(again.body()).isEqualTo(first);
    assertThat(served.get("/query?query=select%201%20as%20a&include=input,proof").body())
        .contains("\"datasets\":[]", "\"include\":[\"Input\",\"Proof\"]", "\"proofValue\":\"u");
  }

  @Test
  void TH39_everyForgeryHasItsKind() throws Exception {
    String answer = ask("\"Proof\"");
    String block = member(answer, "input", "datasets").replaceAll(".*(f1620\\w+).*", "$1");
    String id = member(answer, "input", "datasets").replaceAll(".*(did:odf:\\w+).*", "$1");
    String inputHash = member(answer, "commitment", "inputHash");
    String outputHash = member(answer, "commitment", "outputHash");
    disputed(answer.replace("\"limit\":100", "\"limit\":101"), "InvalidRequest::InputHash");
    disputed(answer.replace(inputHash, outputHash), "InvalidRequest::InputHash");
    disputed(answer.replace(block, block.replace('0', '1')), "InvalidRequest::InputHash");
    disputed(
        answer.replace("\"subQueries\":[]", "\"subQueries\":[{}]"),
        "InvalidRequest::SubQueriesHash");
    disputed(answer.replace(outputHash, inputHash), "InvalidRequest::BadSignature");
    String value = member(answer, "proof", "proofValue");
    disputed(
        answer.replace(value, "u" + (value.charAt(1) == 'A' ? "B" : "A") + value.substring(2)),
        "InvalidRequest::BadSignature");
    disputed(answer.replace("Signature2020", "Signature2021"), "InvalidRequest::BadSignature");
    disputed(answer.replace("\"v\":1", "\"v\":2"), "VerificationFailed::OutputMismatch");
    // Another key, by whose word everything fits.
    SigningKey stranger = SigningKey.create(new SplittableRandom(1));
    AnswerProof forged =
        AnswerProof.sign(stranger, member(answer, "input"), member(answer, "output"), "[]");
    Tree.Fields fields = (Tree.Fields) java.util.Objects.requireNonNull(JsonTree.read(answer));
    disputed(
        CanonicalJson.of(
            fields.put("commitment", forged.commitment()).put("proof", forged.proof())),
        "InvalidRequest::BadSignature");
    // What the holder of the key itself says wrongly.
    disputed(
        without(signedAgain(answer, "\"v\":1", "\"v\":2"), "output"),
        "VerificationFailed::OutputMismatch");
    disputed(
        signedAgain(answer, id, id.substring(0, id.length() - 4) + "0000"),
        "VerificationFailed::DatasetNotFound");
    disputed(
        signedAgain(answer, block, "f1620" + "0".repeat(64)),
        "VerificationFailed::DatasetBlockNotFound");
  }

  @Test
  void TH39_anInputThatWasNotSignedIsNeverRun() {
    String answer = ask("\"Proof\"");
    // It would be refused as SQL if anybody looked at it.
    disputed(answer.replace(" from gps", " fro gps"), "InvalidRequest::InputHash");
    assertThat(served.post("/verify", "{\"input\":{}}").status()).isEqualTo(400);
    for (String body :
        List.of(
            "",
            "7",
            "{}",
            answer.replaceFirst("\\{", "{\"x\":1,"),
            answer.replace("\"commitment\":{", "\"commitment\":{\"inputHash\":\"f\","),
            answer.replace("\"proofValue\":\"", "\"proofValu\":\""))) {
      Served.Reply reply = served.post("/verify", body);
      assertThat(reply.status()).as(reply.body()).isEqualTo(400);
      assertThat(reply.body()).contains("\"type\":\"bad-argument\"");
    }
  }

  @Test
  void TH40_provenStatementsStandUnderTheRulesOfAllOthers() {
    for (String sql :
        List.of(
            "copy gps to 'x'",
            "select * from read_csv('/etc/passwd')",
            "select random() as r",
            "select now() as n",
            "select current_timestamp as n",
            "show tables")) {
      Served.Reply reply =
          served.post("/query", "{\"query\":\"" + sql + "\",\"include\":[\"Proof\"]}");
      assertThat(reply.status()).as(sql).isEqualTo(400);
      assertThat(reply.body()).contains("\"type\":\"sql-not-allowed\"");
    }
    Served.Reply large =
        served.post(
            "/query",
            "{\"query\":\"select repeat('x', 1000) as x from range(10000)\",\"limit\":10000,"
                + "\"include\":[\"Proof\"]}");
    assertThat(large.status()).as(large.body()).isEqualTo(413);
  }

  @Test
  void T35_theSameQueryHasTheSameOutputHashAcrossSealsRestartsAndCompaction() throws IOException {
    // Slices without receipts, which a compaction puts together.
    served.close();
    for (int i = 100; i < 103; i++) {
      sandbox.push("gps", "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":" + i + "}").succeeded();
    }
    served = Served.of(sandbox);
    for (int i = 2; i <= 30; i++) {
      push(i);
      if (i % 7 == 0) {
        ask("\"Proof\""); // seals what is there
      }
    }
    String first = ask("\"Proof\"");
    String hash = member(first, "commitment", "outputHash");
    String input = member(first, "input");
    int asked = 0;
    for (int round = 0; round < 4; round++) {
      for (int i = 0; i < 13; i++) {
        assertThat(member(ask("\"Proof\""), "commitment", "outputHash")).isEqualTo(hash);
        assertThat(member(served.post("/query", input).body(), "commitment", "outputHash"))
            .isEqualTo(hash);
        asked += 2;
      }
      holds(without(first, "output"));
      served.close();
      if (round == 1) {
        sandbox.run("--yes", "system", "compact", "gps", "--hard").succeeded().says("compacted");
      }
      served = Served.of(sandbox);
    }
    assertThat(asked).isGreaterThanOrEqualTo(100);
    // The blocks of before the compaction go with the garbage, and their answers with them.
    served.close();
    sandbox.run("--yes", "system", "gc", "gps").succeeded();
    served = Served.of(sandbox);
    disputed(first, "VerificationFailed::DatasetBlockNotFound");
    assertThat(member(ask("\"Proof\""), "commitment", "outputHash")).isEqualTo(hash);
  }
}
