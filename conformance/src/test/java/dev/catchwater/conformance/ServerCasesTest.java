package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The cases of the HTTP API: A122 to A141, and what ours does better there.
class ServerCasesTest {
  private static final String ST = "2050-01-01T12:00:00Z";
  private static final String SOURCE1 =
      """
          - kind: AddPushSource
            sourceName: source1
            read:
              kind: NdJson
              schema: [event_time TIMESTAMP NOT NULL, city STRING NOT NULL, population BIGINT NOT NULL]
            merge: {kind: Ledger, primaryKey: [event_time, city]}
      """;
  private static final String SOURCE2 =
      """
      kind: AddPushSource
      sourceName: source2
      read:
        kind: NdJson
        schema: [event_time TIMESTAMP NOT NULL, city STRING NOT NULL, population BIGINT NOT NULL]
      preprocess:
        kind: Sql
        engine: datafusion
        query: select event_time, city, population + 1 as population from input
      merge: {kind: Ledger, primaryKey: [event_time, city]}
      """;
  private static final String TWO =
      """
      [{"event_time":"2020-01-01T00:00:00","city":"A","population":100},
       {"event_time":"2020-01-02T00:00:00","city":"B","population":200}]\
      """;
  private static final Pattern TOKEN = Pattern.compile("\"uploadToken\":\"([^\"]+)\"");

  @TempDir Path folder;
  private Sandbox sandbox;

  @BeforeEach
  void open() {
    sandbox = Sandbox.in(folder).at(ST);
  }

  private void add(String... events) {
    String manifest =
        "kind: DatasetSnapshot\nversion: 1\ncontent:\n  name: population\n  kind: Root\n"
            + (events.length == 0
                ? "  metadata: []\n"
                : "  metadata:\n" + String.join("", events).indent(2));
    sandbox.pipe(manifest, "add", "--stdin").succeeded();
  }

  private static void accepted(Served.Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.header("Ingest-Outcome")).isEqualTo("applied");
  }

  @Test
  void A122_A123_A124_A126_pushesGoToTheSourceThatIsNamed() {
    add(SOURCE1);
    String ingest = "/kamu-server/population/ingest";
    try (Served served = Served.of(sandbox)) {
      accepted(served.post(ingest, TWO, "Content-Type", "application/json"));
      assertThat(sandbox.rows("population"))
          .containsExactly(
              "0,0," + ST + ",2020-01-01T00:00:00Z,A,100",
              "1,0," + ST + ",2020-01-02T00:00:00Z,B,200");
      assertThat(served.post("/population/sources", SOURCE2).status()).isEqualTo(201);
      assertThat(served.post("/population/sources", SOURCE2).status()).isEqualTo(200);
      assertThat(served.get("/population/sources").body()).contains("source1", "source2");

      Served.Reply unnamed = served.post(ingest, TWO, "Content-Type", "application/json");
      assertThat(unnamed.status()).isEqualTo(400);
      assertThat(unnamed.body()).contains("Explicit source name is required");

      String third = "{\"event_time\":\"2020-01-03T00:00:00\",\"city\":\"C\",\"population\":300}";
      accepted(
          served.post(ingest + "?sourceName=source2", third, "Content-Type", "application/json"));
      accepted(
          served.post(
              ingest + "?sourceName=source1",
              "2020-01-04T00:00:00,D,400",
              "Content-Type",
              "text/csv"));
      String tail = served.get("/population/tail?dataFormat=json-aoa").body();
      assertThat(tail).contains("\"C\",301]", "\"D\",400]");
    }
  }

  @Test
  void A127_A129_anUploadedFileNeedsNoSource() throws Exception {
    add();
    String rows = "[{\"city\":\"A\",\"population\":100},{\"city\":\"B\",\"population\":200}]";
    try (Served served = Served.of(sandbox)) {
      String token = upload(served, "population.json", rows, "&contentType=application%2Fjson");
      accepted(served.post("/population/ingest?uploadToken=" + token, ""));
      assertThat(served.get("/population/tail?dataFormat=JsonAoA").body())
          .contains("[0,0,\"" + ST + "\",\"" + ST + "\",\"A\",100]");
      assertThat(served.get("/population/sources").body()).contains("\"sourceName\":\"auto\"");

      String lines = "{\"city\":\"C\",\"population\":3}\n{\"city\":\"D\",\"population\":4}\n";
      String second = upload(served, "population.ndjson", lines, "");
      accepted(served.post("/population/ingest?uploadToken=" + second, ""));
      assertThat(served.get("/population/tail").body()).contains("\"city\":\"D\"");
    }
  }

  @Test
  void A128_anUploadedFileGoesToASource() throws Exception {
    add(SOURCE1);
    try (Served served = Served.of(sandbox)) {
      String token = upload(served, "population.json", TWO, "&contentType=application%2Fjson");
      accepted(served.post("/population/ingest?sourceName=source1&uploadToken=" + token, ""));
      assertThat(served.get("/population/tail").body())
          .contains("\"city\":\"B\",\"population\":200");
    }
  }

  /// What is about accounts and tokens comes with them.
  @Test
  void A131_anUploadIsWhatWasAnnounced() throws Exception {
    add(SOURCE1);
    try (Served served = Served.of(sandbox)) {
      String prepare = "/platform/file/upload/prepare?fileName=a.json&contentLength=";
      Served.Reply large = served.post(prepare + (1L << 40), "");
      assertThat(large.status()).isEqualTo(400);
      assertThat(large.body()).contains("\"message\":\"Content too large\"");

      String token = token(served.post(prepare + 9, ""));
      Served.Reply longer = send(served, token, "file", "x".repeat(27));
      assertThat(longer.status()).isEqualTo(400);
      assertThat(longer.body())
          .contains("Actual content length 27 does not match the initially declared length 9");
      Served.Reply other = send(served, token, "other", "x".repeat(9));
      assertThat(other.status()).isEqualTo(400);
      assertThat(other.body()).contains("Expected 'file' to be the only part of upload form");
      assertThat(served.get("/platform/file/upload/" + token).status()).isEqualTo(404);

      assertThat(send(served, token, "file", "\r\n--x\r\n-\r").status()).isEqualTo(200);
      assertThat(send(served, token, "file", "a\r\n-- \r\r\n").status()).isEqualTo(200);
      assertThat(served.get("/platform/file/upload/" + token).body()).isEqualTo("a\r\n-- \r\r\n");
      String forged = token.substring(0, token.length() - 3) + "AAA";
      assertThat(served.get("/platform/file/upload/" + forged).status()).isEqualTo(404);
    }
    Path key = folder.resolve(".catchwater/keys/upload");
    assertThat(Files.getPosixFilePermissions(key)).hasSize(2);
  }

  private static String upload(Served served, String name, String content, String more) {
    String prepared =
        "/platform/file/upload/prepare?fileName="
            + URLEncoder.encode(name, StandardCharsets.UTF_8)
            + "&contentLength="
            + content.length()
            + more;
    String token = token(served.post(prepared, ""));
    assertThat(send(served, token, "file", content).status()).isEqualTo(200);
    return token;
  }

  private static String token(Served.Reply reply) {
    Matcher matcher = TOKEN.matcher(reply.body());
    assertThat(matcher.find()).as(reply.body()).isTrue();
    return matcher.group(1);
  }

  private static Served.Reply send(Served served, String token, String part, String content) {
    String form =
        "--edge\r\nContent-Disposition: form-data; name=\""
            + part
            + "\"; filename=\"../../x\"\r\n\r\n"
            + content
            + "\r\n--edge--\r\n";
    return served.post(
        "/platform/file/upload/" + token,
        form,
        "Content-Type",
        "multipart/form-data; boundary=edge");
  }

  @Test
  void A134_tailIsInKamusShape() {
    add(SOURCE1);
    try (Served served = Served.of(sandbox)) {
      assertThat(served.get("/population/tail").body())
          .isEqualTo("{\"data\":[],\"dataFormat\":\"JsonAoS\"}");
      served.post("/population/ingest", TWO, "Content-Type", "application/json");
      assertThat(served.get("/population/tail?skip=0&limit=1").body())
          .isEqualTo(
              "{\"data\":[{\"offset\":1,\"op\":0,\"system_time\":\""
                  + ST
                  + "\",\"event_time\":\"2020-01-02T00:00:00Z\",\"city\":\"B\","
                  + "\"population\":200}],\"dataFormat\":\"JsonAoS\"}");
      assertThat(served.get("/population/tail?skip=1&dataFormat=json-soa").body())
          .contains("\"city\":[\"A\"]");
      assertThat(served.get("/population/tail?schemaFormat=OdfYaml").body())
          .contains("\"schemaFormat\":\"OdfYaml\"");
    }
  }

  @Test
  void A141_metadataIsWhatTheChainSays() {
    add(SOURCE1);
    try (Served served = Served.of(sandbox)) {
      assertThat(served.get("/population/metadata").body())
          .matches(
              "\\{\"output\":\\{\"seed\":\\{\"datasetId\":\"did:odf:f[0-9a-f]+\","
                  + "\"datasetKind\":\"Root\"}}}");
      String all =
          served
              .get("/population/metadata?include=attachments,info,license,refs,schema,seed,vocab")
              .body();
      assertThat(all)
          .contains("\"refs\":[{\"name\":\"head\",\"blockHash\":\"f1620")
          .contains(
              "\"vocab\":{\"offsetColumn\":\"offset\",\"operationTypeColumn\":\"op\","
                  + "\"systemTimeColumn\":\"system_time\",\"eventTimeColumn\":\"event_time\"}");
      assertThat(served.get("/population/metadata?include=sead").status()).isEqualTo(400);
    }
  }

  @Test
  void B17_aBadRowIsNamedByLineAndColumn() {
    add(SOURCE1);
    try (Served served = Served.of(sandbox)) {
      Served.Reply reply =
          served.push(
              "population",
              """
              {"event_time":"2020-01-01","city":"A","population":1}
              {"event_time":"2020-01-01","city":"B","population":"x"}
              """);
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.body())
          .contains(
              "\"type\":\"bad-data\"", "\"line\":2,", "\"column\":", "\"field\":\"population\"");
      assertThat(served.get("/population/tail").body()).contains("\"data\":[]");
    }
  }

  @Test
  void B18_aTypeMayHaveParameters() {
    add(SOURCE1);
    try (Served served = Served.of(sandbox)) {
      accepted(
          served.post(
              "/population/ingest", TWO, "Content-Type", "application/json; charset=utf-8"));
    }
  }

  @Test
  void B34_aPushThatIsSentAgainIsAppliedOnce() {
    sandbox.pipe(BadHttpTest.MANIFEST, "add", "--stdin").succeeded();
    String row = "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":1}";
    Served.Reply first;
    try (Served served = Served.of(sandbox)) {
      first = served.push("gps", row, "Idempotency-Key", "k");
      accepted(first);
      Served.Reply again = served.push("gps", row, "Idempotency-Key", "\"k\"");
      accepted(again);
      assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
      assertThat(again.body()).isEqualTo(first.body());
      assertThat(served.push("gps", row + "\n", "Idempotency-Key", "k").status()).isEqualTo(422);
    }
    try (Served served = Served.of(sandbox)) {
      assertThat(served.push("gps", row, "Idempotency-Key", "k").body()).isEqualTo(first.body());
      assertThat(served.get("/gps/tail").body()).containsOnlyOnce("\"offset\"");
    }
  }

  @Test
  void aDryRunIsTheSamePushWithoutItsCommit() {
    add(SOURCE1);
    try (Served served = Served.of(sandbox)) {
      Served.Reply reply =
          served.post("/population/ingest?dryRun=true", TWO, "Content-Type", "application/json");
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("Ingest-Outcome")).isEqualTo("not-applied");
      assertThat(reply.body()).contains("\"dryRun\":true", "\"added\":2").doesNotContain("receipt");
      assertThat(served.get("/population/tail").body()).contains("\"data\":[]");
    }
  }

  @Test
  void aReceiptHasTheHashOfTheBytesAsTheyCame() {
    add(SOURCE1);
    byte[] bytes = TWO.getBytes(StandardCharsets.UTF_8);
    try (Served served = Served.of(sandbox)) {
      Served.Reply reply =
          served.post("/population/ingest", bytes, "Content-Type", "application/json");
      assertThat(reply.body())
          .contains("\"offsets\":{\"start\":0,\"end\":1}", "\"acceptedAt\":\"" + ST + "\"")
          .contains("\"bodyHash\":\"" + dev.catchwater.odf.identity.Multihash.sha3(bytes) + "\"");
    }
  }

  @Test
  void aReceiptHoldsBeforeAndAfterItsBlock() throws Exception {
    add(SOURCE1);
    String more = "{\"event_time\":\"2020-01-03T00:00:00\",\"city\":\"C\",\"population\":300}";
    Path early = folder.resolve("early.json");
    Path late = folder.resolve("late.json");
    Path key = folder.resolve("key");
    try (Served served = Served.of(sandbox)) {
      served.post("/population/ingest", TWO, "Content-Type", "application/json");
      Served.Reply reply =
          served.post(
              "/population/ingest",
              more,
              "Content-Type",
              "application/json",
              "Idempotency-Key",
              "k");
      Served.Reply again =
          served.post(
              "/population/ingest",
              more,
              "Content-Type",
              "application/json",
              "Idempotency-Key",
              "k");
      assertThat(again.body()).isEqualTo(reply.body());
      Files.writeString(early, reply.body());
      String id = reply.body().replaceFirst("(?s).*\"receipt\":\\{\"id\":\"([^\"]+)\".*", "$1");
      assertThat(served.get("/receipts/" + id).body()).contains("\"status\":\"acknowledged\"");
      served.post(
          "/population/ingest?wait=committed",
          more.replace("C", "D"),
          "Content-Type",
          "application/json");
      String now = served.get("/population/receipts/" + id).body();
      assertThat(now).contains("\"status\":\"sealed\"", "\"block\":{\"hash\":\"f1620");
      assertThat(served.get("/receipts/" + id).body()).isEqualTo(now);
      assertThat(served.get("/receipts/" + id.replace("-", "-0")).status()).isEqualTo(404);
      Files.writeString(late, now);
      Files.writeString(key, served.get("/receipts/key").body());
    }
    sandbox.run("receipt", "verify", early.toString()).succeeded();
    sandbox
        .run("receipt", "verify", late.toString(), "--key", key.toString())
        .succeeded()
        .says("The receipt holds: offsets 2 to 2, in block f1620");
    String tampered = Files.readString(late).replace("\"added\":1", "\"added\":9");
    Path changed = Files.writeString(folder.resolve("changed.json"), tampered);
    sandbox.run("receipt", "verify", changed.toString()).refused().says("was changed");
  }

  @Test
  void queriesAreAnsweredInKamusShapes() {
    add(SOURCE1);
    try (Served served = Served.of(sandbox)) {
      served.post("/population/ingest?wait=committed", TWO, "Content-Type", "application/json");
      String sql =
          "select offset, city, population from \\\"kamu-server/population\\\" order by 1 desc";
      String question = "{\"query\":\"" + sql + "\"";
      assertThat(served.post("/query", question + "}").body())
          .isEqualTo(
              "{\"output\":{\"data\":[{\"offset\":1,\"city\":\"B\",\"population\":200},"
                  + "{\"offset\":0,\"city\":\"A\",\"population\":100}],"
                  + "\"dataFormat\":\"JsonAoS\"}}");
      assertThat(served.post("/query", question + ",\"dataFormat\":\"json-soa\"}").body())
          .contains("{\"offset\":[1,0],\"city\":[\"B\",\"A\"],\"population\":[200,100]}");
      assertThat(served.post("/query", question + ",\"skip\":1,\"limit\":1}").body())
          .contains("\"A\"")
          .doesNotContain("\"B\"");
      assertThat(served.get("/query?query=select%20count(*)%20as%20n%20from%20population").body())
          .contains("[{\"n\":2}]");
      for (String bad :
          new String[] {
            "{}",
            "[]",
            "{\"query\":1}",
            question + ",\"limt\":1}",
            question + ",\"limit\":-1}",
            "{\"query\":\"select ???\"}",
            "{\"query\":\"select offzet from population\"}",
            "{\"query\":\"select * from read_csv('/etc/passwd')\"}",
            "{\"query\":\"select 1; select 2\"}"
          }) {
        assertThat(served.post("/query", bad).status()).as(bad).isEqualTo(400);
      }
      assertThat(served.post("/query", "{\"query\":\"select * from nowhere\"}").status())
          .isEqualTo(404);
      Served.Reply proof = served.post("/query", question + ",\"include\":[\"proof\"]}");
      assertThat(proof.status()).isEqualTo(200);
      assertThat(proof.body()).contains("\"commitment\":{", "\"proofValue\":");
    }
  }

  @Test
  void aRowIsFoundByItsKey() {
    add(SOURCE1);
    try (Served served = Served.of(sandbox)) {
      served.post("/population/ingest?wait=committed", TWO, "Content-Type", "application/json");
      assertThat(served.get("/population/rows/2020-01-02T00:00:00Z,B").body())
          .contains("\"city\":\"B\",\"population\":200");
      assertThat(served.get("/population/rows/2020-01-02T00:00:00Z,A").status()).isEqualTo(404);
      assertThat(served.get("/population/rows/B").status()).isEqualTo(400);
      assertThat(served.get("/population/rows/2020-01-02,B'%20or%201=1").status()).isEqualTo(404);
    }
  }

  @Test
  void aDatasetIsPulledFromTheServer(@TempDir Path elsewhere) {
    add(SOURCE1);
    try (Served served = Served.of(sandbox)) {
      served.post("/population/ingest?wait=committed", TWO, "Content-Type", "application/json");
      Sandbox copy = Sandbox.in(elsewhere).at(ST);
      copy.run("pull", served.at("/population/").toString(), "--as", "copy").succeeded();
      copy.run("verify", "copy").succeeded();
      assertThat(copy.rows("copy")).isEqualTo(sandbox.rows("population"));
      assertThat(served.get("/population/data/f1620" + "00".repeat(32)).status()).isEqualTo(404);
      assertThat(served.get("/population/data/head").status()).isEqualTo(404);
      assertThat(served.get("/population/refs/tail").status()).isEqualTo(404);
    }
  }

  @Test
  void datasetsAreListed() {
    add(SOURCE1);
    try (Served served = Served.of(sandbox)) {
      served.post("/population/ingest", TWO, "Content-Type", "application/json");
      String list = served.get("/datasets").body();
      assertThat(list).contains("\"datasetName\":\"population\"", "\"nextOffset\":2");
      Matcher id = Pattern.compile("did:odf:f[0-9a-f]+").matcher(list);
      assertThat(id.find()).isTrue();
      assertThat(served.get("/datasets/" + id.group()).body())
          .contains("\"owner\":{\"accountName\":\"kamu-server\"}");
      assertThat(served.get("/datasets/nowhere").status()).isEqualTo(404);
    }
  }
}
