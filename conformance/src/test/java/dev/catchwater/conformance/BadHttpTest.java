package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Heads of requests that are wrong: BAD73 to BAD83. Nothing of what is refused is stored.
class BadHttpTest {
  static final String MANIFEST =
      """
      kind: DatasetSnapshot
      version: 1
      content:
        name: gps
        kind: Root
        metadata:
          - kind: AddPushSource
            sourceName: default
            read:
              kind: NdJson
              schema: [t TIMESTAMP, v BIGINT]
            merge:
              kind: Append
          - kind: SetVocab
            eventTimeColumn: t
      """;
  private static final String ROW = "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":1}";
  private static final String INGEST = "POST /gps/ingest HTTP/1.1";

  @TempDir Path folder;
  private Sandbox sandbox;
  private Served served;

  @BeforeEach
  void open() {
    sandbox = Sandbox.with(folder, MANIFEST);
    served = Served.of(sandbox);
  }

  @AfterEach
  void close() {
    served.close();
  }

  private void refused(Served.Reply reply, int status, String... words) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(reply.header("Ingest-Outcome")).isEqualTo("not-applied");
    assertThat(reply.body()).contains("\"message\":", "\"requestId\":");
    for (String word : words) {
      assertThat(reply.body()).contains(word);
    }
    assertThat(reply.body()).doesNotContain("dev.catchwater", "Exception", folder.toString());
    nothingIsStored();
  }

  private void refused(String raw, int... statuses) {
    assertThat(raw).startsWith("HTTP/1.1 ");
    int status = Integer.parseInt(raw.substring(9, 12));
    assertThat(statuses).as(raw).contains(status);
    assertThat(raw).contains("application/problem+json").doesNotContain("Exception");
    nothingIsStored();
  }

  private void nothingIsStored() {
    assertThat(served.get("/gps/tail").body()).startsWith("{\"data\":[]");
  }

  private String head(String lines, String body) throws IOException {
    return served.raw(INGEST, lines + "Content-Length: " + body.length() + "\r\n", body);
  }

  @Test
  void BAD73_withoutATypeTheSourceDecidesAndTextIsRefused() throws IOException {
    Served.Reply plain = served.push("gps", ROW, "Content-Type", "text/plain");
    refused(plain, 415, "application/x-ndjson");
    assertThat(plain.header("Accept-Post")).contains("text/csv");
    assertThat(head("", ROW)).startsWith("HTTP/1.1 200");
    assertThat(served.push("gps", ROW, "Content-Type", "application/octet-stream").status())
        .isEqualTo(200);
  }

  @Test
  void BAD74_typesHaveParametersAndAnyCase() throws IOException {
    String type = "Content-Type: application/x-ndjson";
    refused(head(type + "; charset=utf-16\r\n", ROW), 415);
    refused(head(type + "\r\nContent-Type: text/csv\r\n", ROW), 400);
    refused(head("Content-Type: application/x-ndjson, text/csv\r\n", ROW), 400);
    refused(head(type + ";x=" + "a".repeat(10_000) + "\r\n", ROW), 431);
    refused(head("Content-Type: application/x-ndj\u00f6on\r\n", ROW), 415);
    assertThat(head(type + ";charset=UTF-8\r\n", ROW)).startsWith("HTTP/1.1 200");
    assertThat(head("content-TYPE: Application/X-NDJSON\r\n", ROW)).startsWith("HTTP/1.1 200");
  }

  @Test
  void BAD75_aLengthThatIsNotThatOfTheBodyIsRefused() throws IOException {
    for (String length : List.of("-1", "+5", "0x10", "5\r\nContent-Length: 6", "")) {
      refused(served.raw(INGEST, "Content-Length: " + length + "\r\n", ROW), 400);
    }
    String longer = INGEST + "\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n" + ROW;
    refused(served.raw(longer, true), 400);
    refused(served.raw(INGEST, "Content-Length: 10\r\n", ROW), 400);
  }

  @Test
  void BAD76_anEventTimeIsRfc3339() throws IOException {
    for (String time : List.of("yesterday", "", "2020-01-01", "99999-01-01T00:00:00Z", "\u00e4")) {
      refused(head("odf-event-time: " + time + "\r\n", ROW), 400);
    }
    String twice = "odf-event-time: 2020-01-01T00:00:00Z\r\n";
    refused(head(twice + twice, ROW), 400);
    assertThat(head(twice, "{\"v\":7}")).startsWith("HTTP/1.1 200");
    assertThat(served.get("/gps/tail").body()).contains("\"t\":\"2020-01-01T00:00:00Z\",\"v\":7");
  }

  @Test
  void BAD77_aKeyIsBareOrInQuotes() throws IOException {
    for (String key :
        List.of("", "a".repeat(129), "a b", "a\"b", "\"a", "\"a\"b", "\u00e4", "a\u0001b")) {
      refused(head("Idempotency-Key: " + key + "\r\n", ROW), 400);
    }
    refused(head("Idempotency-Key: a\r\nIdempotency-Key: a\r\n", ROW), 400);
    assertThat(head("Idempotency-Key: " + "k".repeat(128) + "\r\n", ROW))
        .startsWith("HTTP/1.1 200");
    assertThat(head("Idempotency-Key: \"k1\"\r\n", ROW)).contains("\"idempotencyKey\":\"k1\"");
  }

  @Test
  void BAD78_aSequenceIsAWholeNumberWithAProducer() throws IOException {
    for (String number : List.of("-1", "18446744073709551616", "1.0", "\u00b2", "", "1 2")) {
      refused(head("Producer-Id: p\r\nProducer-Seq: " + number + "\r\n", ROW), 400);
    }
    refused(head("Producer-Seq: 1\r\n", ROW), 400);
    refused(head("Producer-Id: p\r\n", ROW), 400);
    refused(head("Producer-Epoch: 1\r\n", ROW), 400);
  }

  @Test
  void BAD79_anOldHeadIsToldTheNewOne() {
    refused(served.push("gps", ROW, "If-Match", "no-hash"), 400);
    String head = served.get("/gps/refs/head").body();
    assertThat(served.push("gps", ROW, "If-Match", '"' + head + '"').status()).isEqualTo(200);
    assertThat(served.post("/gps/ingest?wait=committed", ROW).status()).isEqualTo(200);
    Served.Reply old = served.push("gps", ROW, "If-Match", head);
    assertThat(old.status()).isEqualTo(412);
    assertThat(old.header("ETag")).isNotEmpty().doesNotContain(head);
    assertThat(old.header("Ingest-Outcome")).isEqualTo("not-applied");
  }

  @Test
  void BAD80_theBodyIsPackedAsItsHeadSays() throws IOException {
    byte[] packed = gzip(ROW);
    refused(served.push("gps", ROW, "Content-Encoding", "gzip"), 400, "bad-encoding");
    refused(served.push("gps", ROW, "Content-Encoding", "zstd"), 400, "bad-encoding");
    refused(served.post("/gps/ingest", packed), 400, "begins with gzip magic");
    refused(
        served.post("/gps/ingest", gzip(packed), "Content-Encoding", "gzip"), 400, "gzip magic");
    refused(served.push("gps", ROW, "Content-Encoding", "br"), 415);
    refused(served.push("gps", ROW, "Content-Encoding", "gzip, gzip"), 415);
    assertThat(served.post("/gps/ingest", packed, "Content-Encoding", "GZIP").status())
        .isEqualTo(200);
  }

  static byte[] gzip(String text) throws IOException {
    return gzip(text.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] gzip(byte[] bytes) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  @Test
  void BAD81_preferencesAreIgnoredAndOnlyReadsAreNotAcceptable() {
    refused(served.push("gps", "{", "Accept", "application/xml"), 400, "bad-data");
    assertThat(served.push("gps", ROW, "Prefer", "respond-async", "Accept", "text/html").status())
        .isEqualTo(200);
    assertThat(served.get("/gps/tail", "Accept", "text/html").status()).isEqualTo(406);
    assertThat(served.get("/gps/tail", "Accept", "text/html, */*;q=0.1").status()).isEqualTo(200);
  }

  @Test
  void BAD82_addressesAreReadStrictly() throws IOException {
    String length = "Content-Length: " + ROW.length() + "\r\n";
    refused(
        served.raw(
            "POST /gps/ingest HTTP/1.0\r\nHost: localhost\r\n" + length + "\r\n" + ROW, false),
        400);
    refused(served.raw(INGEST + "\r\n" + length + "\r\n" + ROW, false), 400);
    refused(served.raw(INGEST, "Host: 127.0.0.1\r\n" + length, ROW), 400);
    refused(served.raw("POST http://evil.example/gps/ingest HTTP/1.1", length, ROW), 400, 421);
    for (String path :
        List.of(
            "/gps%2fingest",
            "/gps%00/ingest",
            "/gps%zz/ingest",
            "//gps/ingest",
            "/gps//ingest",
            "/gps/ingest;jsessionid=1",
            "/gps/../gps/ingest?sourcename=x",
            "/gps/ingest?sourceName=default&sourceName=default",
            "/gps/ingest?%zz=1")) {
      refused(served.raw("POST " + path + " HTTP/1.1", length, ROW), 400);
    }
    refused(served.raw("POST /gps/ingest?" + "a".repeat(9_000) + " HTTP/1.1", length, ROW), 414);
    refused(served.post("/gps/ingest?sourcename=other", ROW), 400, "did you mean 'sourceName'?");
  }

  @Test
  void BAD83_whatStandsBehindABodyIsNoRequest() throws IOException {
    String first =
        INGEST + "\r\nHost: localhost\r\nContent-Length: " + ROW.length() + "\r\n\r\n" + ROW;
    String answers = served.raw(first + "garbage that is no request\r\n\r\n", false);
    assertThat(answers).startsWith("HTTP/1.1 200").contains("HTTP/1.1 400 ");
    assertThat(served.get("/gps/tail").body()).containsOnlyOnce("\"offset\"");
  }
}
