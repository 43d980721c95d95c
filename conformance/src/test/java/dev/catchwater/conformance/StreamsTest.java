package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Streams over HTTP; the names of tests are the facts of streamsql-api §2 and its S-rows.
class StreamsTest {
  @TempDir Path folder;
  private Sandbox sandbox;
  private Served served;

  @BeforeEach
  void open() {
    sandbox = Sandbox.in(folder);
    served = Served.of(sandbox);
  }

  @AfterEach
  void close() {
    served.close();
  }

  private void make(String definition) {
    assertThat(served.post("/streams", definition).status()).isEqualTo(201);
  }

  private String tail(String dataset) {
    Served.Reply reply = served.get("/" + dataset + "/tail");
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply.body();
  }

  private void sent(Served.Reply reply, int events) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.body()).contains("\"outcome\":\"applied\"", "\"added\":" + events + ",");
  }

  @Test
  void F2_1_aStreamIsMadeByItsNameAndFoundAgain() {
    Served.Reply made = served.post("/streams", "{\"name\":\"MyStream\"}");
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    assertThat(made.body())
        .contains("\"name\":\"MyStream\"", "\"dataset\":\"MyStream\"", "\"rows\":0");
    Served.Reply again = served.post("/streams", "{\"name\":\"MyStream\"}");
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(made.body());
    assertThat(served.get("/streams/MyStream").body()).isEqualTo(made.body());
    assertThat(served.get("/streams").body()).isEqualTo("{\"streams\":[" + made.body() + "]}");
    assertThat(served.get("/streams/Other").body()).contains("stream-not-found");
  }

  @Test
  void S10_aStreamThatIsDefinedOtherwiseIsRefused() {
    make("{\"name\":\"MyStream\"}");
    Served.Reply other = served.post("/streams", "{\"name\":\"MyStream\",\"schema\":[\"id INT\"]}");
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.body()).contains("\"type\":\"stream-exists\"");
    sandbox.pipe(BadHttpTest.MANIFEST, "add", "--stdin").succeeded();
    assertThat(served.post("/streams", "{\"name\":\"GPS\"}").status()).isEqualTo(409);
    assertThat(served.post("/streams", "{\"name\":\"a b\"}").body()).contains("bad-name");
    assertThat(served.post("/streams", "{\"name\":\"a.v1\"}").body()).contains("bad-name");
    assertThat(served.post("/streams", "{\"name\":\"tables\"}").body()).contains("bad-name");
    assertThat(served.post("/streams", "{\"name\":\"x\",\"colour\":1}").status()).isEqualTo(400);
    // A character outside of the first plane is two to Java, and one where it is shown.
    Served.Reply strange = served.post("/streams", "{\"\\ud8e7\\ude28\":1}");
    assertThat(strange.status()).as(strange.body()).isEqualTo(400);
    String kept = "{\"name\":\"x\",\"retention\":{\"age\":\"30d\"}}";
    assertThat(served.post("/streams", kept).status()).isEqualTo(201);
    String longer = "{\"name\":\"x\",\"retention\":{\"age\":\"31d\"}}";
    assertThat(served.post("/streams", longer).body()).contains("\"type\":\"stream-exists\"");
  }

  @Test
  void S38_caseDoesNotMatterAndAnUnderscoreIsKept() {
    make("{\"name\":\"My_Stream\",\"retention\":null}");
    assertThat(served.post("/streams", "{\"name\":\"my_stream\"}").status()).isEqualTo(200);
    sent(served.post("/streams/MY_STREAM/ingest", "{\"a\":1}"), 1);
    assertThat(served.get("/streams/my_stream").body())
        .contains("\"name\":\"My_Stream\"", "\"dataset\":\"My-Stream\"", "\"rows\":1");
    Served.Reply collision = served.post("/streams", "{\"name\":\"My-Stream\"}");
    assertThat(collision.status()).isEqualTo(409);
    assertThat(collision.body()).contains("My_Stream");
    assertThat(served.get("/streams/My-Stream").status()).isEqualTo(404);
  }

  @Test
  void F2_4_F2_6_anEventIsStoredAsJson() {
    make("{\"name\":\"MyStream\"}");
    sent(served.post("/streams/MyStream/ingest", "{ \"key\" : \"va lue\\n\", \"n\": 1.50 }"), 1);
    assertThat(tail("MyStream"))
        .contains("\"payload\":\"{\\\"key\\\":\\\"va lue\\\\n\\\",\\\"n\\\":1.50}\"");
  }

  @Test
  void F2_5_theTimeOfAnEventIsItsArrivalUnlessItIsSaid() {
    make("{\"name\":\"MyStream\"}");
    sent(served.post("/streams/MyStream/ingest", "{\"event_time\":\"1999-01-01\"}"), 1);
    String arrived = "\"event_time\":\"" + Sandbox.SYSTEM_TIME.substring(0, 19);
    assertThat(tail("MyStream")).contains(arrived).contains("\\\"event_time\\\":\\\"1999-01-01");
    sent(
        served.post("/streams/MyStream/ingest", "{}", "odf-event-time", "2001-02-03T04:05:06Z"), 1);
    assertThat(tail("MyStream")).contains("\"event_time\":\"2001-02-03T04:05:06Z\"");
  }

  @Test
  void S7_eachFormatBecomesEvents() {
    make("{\"name\":\"s\"}");
    sent(served.post("/streams/s/ingest?format=json", "[1,\"two\",null,{\"a\":[1, 2]}]"), 4);
    assertThat(tail("s"))
        .contains("\"payload\":\"1\"", "\"payload\":\"\\\"two\\\"\"", "\"payload\":\"null\"")
        .contains("\"payload\":\"{\\\"a\\\":[1,2]}\"");
    sent(served.post("/streams/s/ingest?format=ndjson", "{\"b\":1}\r\n\n{\"b\":2}"), 2);
    sent(
        served.post("/streams/s/ingest", "{\"b\":3}\n", "Content-Type", "application/x-ndjson"), 1);
    assertThat(tail("s")).contains("{\\\"b\\\":2}", "{\\\"b\\\":3}");
    String csv = "id,zip,n,ok,note\n1,01234,1.50,TRUE,\"a \"\"b\"\"\"\n2,9,7,false,\n";
    sent(served.post("/streams/s/ingest?format=csv", csv), 2);
    assertThat(tail("s"))
        .contains(
            "{\\\"id\\\":1,\\\"zip\\\":\\\"01234\\\",\\\"n\\\":1.50,\\\"ok\\\":true,"
                + "\\\"note\\\":\\\"a \\\\\\\"b\\\\\\\"\\\"}")
        .contains("\\\"zip\\\":\\\"9\\\",\\\"n\\\":7,\\\"ok\\\":false,\\\"note\\\":null}");
    sent(served.post("/streams/s/ingest?format=bytes", new byte[] {0, 1, -1}), 1);
    assertThat(tail("s")).contains("{\\\"base64\\\":\\\"AAH/\\\"}");
    Served.Reply unknown = served.post("/streams/s/ingest?format=xml", "<a/>");
    assertThat(unknown.status()).isEqualTo(400);
  }

  @Test
  void S7_parquetBecomesEvents() throws Exception {
    make("{\"name\":\"s\"}");
    sent(served.post("/streams/s/ingest", "[{\"a\":1},{\"a\":2}]"), 2);
    sandbox.run("export", "s", "--output-path", "rows", "--output-format", "parquet");
    try (var files = java.nio.file.Files.walk(sandbox.folder().resolve("rows"))) {
      Path file = files.filter(java.nio.file.Files::isRegularFile).findFirst().orElseThrow();
      byte[] parquet = java.nio.file.Files.readAllBytes(file);
      sent(served.post("/streams/s/ingest?format=parquet", parquet), 2);
    }
    assertThat(tail("s"))
        .contains("\\\"offset\\\":1,")
        .contains("\\\"payload\\\":\\\"{\\\\\\\"a\\\\\\\":2}");
  }

  @Test
  void aTypedStreamTakesItsColumnsOnly() {
    make("{\"name\":\"gps\",\"schema\":[\"id BIGINT\",\"city STRING\"]}");
    sent(served.post("/streams/gps/ingest", "{\"id\":1,\"city\":\"Bergen\"}"), 1);
    sent(served.post("/streams/gps/ingest?format=csv", "id,city\n2,Oslo\n"), 1);
    assertThat(tail("gps")).contains("\"id\":1,\"city\":\"Bergen\"", "\"id\":2,\"city\":\"Oslo\"");
    Served.Reply bad = served.post("/streams/gps/ingest", "{\"id\":\"x\"}");
    assertThat(bad.status()).isEqualTo(400);
    assertThat(bad.header("Ingest-Outcome")).isEqualTo("not-applied");
    assertThat(served.post("/streams/gps/ingest?format=bytes", "x").status()).isEqualTo(400);
    Served.Reply schema = served.post("/streams", "{\"name\":\"t\",\"schema\":[\"id BLOB\"]}");
    assertThat(schema.status()).as(schema.body()).isEqualTo(400);
  }

  @Test
  void badEventsAreRefusedWithTheirPlaceOrSetAside() {
    make("{\"name\":\"s\"}");
    Served.Reply line = served.post("/streams/s/ingest?format=ndjson", "{\"a\":1}\n{\"a\":}\n");
    assertThat(line.status()).isEqualTo(400);
    assertThat(line.body()).contains("\"type\":\"bad-data\"", "\"line\":2");
    assertThat(line.header("Ingest-Outcome")).isEqualTo("not-applied");
    Served.Reply two = served.post("/streams/s/ingest", "{\"a\":1}\n{\"a\":2}");
    assertThat(two.status()).isEqualTo(400);
    assertThat(two.body()).contains("ndjson");
    assertThat(served.get("/streams/s").body()).contains("\"rows\":0");
    Served.Reply aside =
        served.post(
            "/streams/s/ingest?format=ndjson&onError=quarantine", "{\"a\":1}\n{\"a\":}\n{\"a\":2}");
    assertThat(aside.status()).as(aside.body()).isEqualTo(200);
    assertThat(aside.body()).contains("\"added\":2,", "\"quarantined\":1");
  }

  @Test
  void anUploadThatIsRepeatedIsThereOnce() {
    make("{\"name\":\"s\"}");
    String[] key = {"Idempotency-Key", "k1"};
    sent(served.post("/streams/s/ingest", "{\"a\":1}", key), 1);
    Served.Reply again = served.post("/streams/s/ingest", "{\"a\":1}", key);
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(served.post("/streams/s/ingest", "{\"a\":2}", key).status()).isEqualTo(422);
    assertThat(served.get("/streams/s").body()).contains("\"rows\":1");
  }

  @Test
  void aStreamIsADatasetForListTailSqlAndVerify() {
    make("{\"name\":\"MyStream\"}");
    sent(served.post("/streams/MyStream/ingest?wait=committed", "[{\"n\":3},{\"n\":4}]"), 2);
    String sql = "select sum((payload->>'n')::bigint) as s from MyStream";
    Served.Reply sum = served.get("/query?query=" + URLEncoder.encode(sql, StandardCharsets.UTF_8));
    assertThat(sum.body()).contains("[{\"s\":7}]");
    assertThat(sandbox.run("list").succeeded().out()).contains("MyStream");
    assertThat(sandbox.run("tail", "MyStream").succeeded().out()).contains("payload");
    sandbox.run("verify", "MyStream").succeeded();
  }
}
