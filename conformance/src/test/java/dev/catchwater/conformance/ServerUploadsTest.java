package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.identity.Multihash;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Large files that are uploaded in parts, cut off and gone on with.
class ServerUploadsTest {
  private static final Pattern TOKEN = Pattern.compile("\"uploadToken\":\"([^\"]+)\"");
  private static final String UPLOADS = ".catchwater/state/uploads";

  @TempDir Path folder;

  private final HttpClient client = HttpClient.newHttpClient();

  // What lies on the disk is judged by its age.
  private Sandbox sandbox() {
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    return Sandbox.with(folder, BadHttpTest.MANIFEST).at(now);
  }

  private static String token(Served served, long length) {
    return token(served, length, "gps.ndjson");
  }

  private static String token(Served served, long length, String name) {
    String address = "/platform/file/upload/prepare?contentLength=" + length + "&fileName=";
    Served.Reply reply = served.post(address + name, "");
    Matcher matcher = TOKEN.matcher(reply.body());
    assertThat(matcher.find()).as(reply.body()).isTrue();
    return matcher.group(1);
  }

  private HttpResponse<String> send(
      Served served, String method, String token, byte[] body, String... headers) {
    URI uri = served.at("/platform/file/upload/" + token);
    HttpRequest.BodyPublisher content =
        method.equals("PATCH")
            ? HttpRequest.BodyPublishers.ofByteArray(body)
            : HttpRequest.BodyPublishers.noBody();
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).method(method, content);
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return client.send(
          request.timeout(Duration.ofMinutes(2)).build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpResponse<String> patch(Served served, String token, long from, byte[] body) {
    return send(
        served,
        "PATCH",
        token,
        body,
        "Content-Type",
        "application/partial-upload",
        "Upload-Offset",
        Long.toString(from));
  }

  private long offset(Served served, String token) {
    HttpResponse<String> reply = send(served, "HEAD", token, new byte[0]);
    assertThat(reply.statusCode()).isEqualTo(204);
    return reply.headers().firstValueAsLong("Upload-Offset").orElseThrow();
  }

  /// Sends some of what is missing and hangs up.
  private static void cut(Served served, String token, byte[] file, int from, int count)
      throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), served.port())) {
      String head =
          "PATCH /platform/file/upload/"
              + token
              + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/partial-upload\r\n"
              + "Upload-Offset: "
              + from
              + "\r\nContent-Length: "
              + (file.length - from)
              + "\r\n\r\n";
      OutputStream out = socket.getOutputStream();
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      out.write(file, from, count);
      out.flush();
    } catch (SocketException e) {
      // A part that was cut before may come through only now: this one is refused, cut as well.
    }
  }

  private static byte[] rows(int bytes) {
    StringBuilder text = new StringBuilder(bytes + 100);
    Random random = new Random(7);
    while (text.length() < bytes) {
      text.append("{\"t\":\"2020-01-01T00:00:00Z\",\"v\":")
          .append(random.nextLong())
          .append(",\"more\":\"")
          .append("x".repeat(random.nextInt(200)))
          .append("\"}\n");
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private void uploadInPieces(byte[] file, int cuts) throws IOException {
    Sandbox sandbox = sandbox();
    Random random = new Random(8);
    Served served = Served.of(sandbox);
    try {
      String token = token(served, file.length);
      long before = 0;
      for (int i = 0; i < cuts; i++) {
        int from = (int) offset(served, token);
        assertThat((long) from).as("nothing that was told is lost").isGreaterThanOrEqualTo(before);
        before = from;
        cut(
            served,
            token,
            file,
            from,
            Math.min(file.length - from, file.length / cuts - random.nextInt(100_000)));
        if (i == cuts / 2) {
          before = offset(served, token);
          served.close();
          served = Served.of(sandbox);
        }
      }
      assertThat(served.post("/gps/ingest?uploadToken=" + token, "").status()).isEqualTo(404);
      HttpResponse<String> last;
      do {
        int from = (int) offset(served, token);
        assertThat(from).as("cuts left something").isPositive();
        last = patch(served, token, from, Arrays.copyOfRange(file, from, file.length));
      } while (last.statusCode() == 409); // a part that was cut came through behind the question
      assertThat(last.statusCode()).as(last.body()).isEqualTo(204);
      assertThat(last.headers().firstValue("Upload-Complete")).contains("?1");
      Served.Reply push = served.post("/gps/ingest?uploadToken=" + token, "");
      assertThat(push.status()).as(push.body()).isEqualTo(200);
      assertThat(push.body()).contains("\"bodyHash\":\"" + Multihash.sha3(file) + "\"");
      long rows = new String(file, StandardCharsets.US_ASCII).lines().count();
      assertThat(push.body()).contains("\"added\":" + rows + ",");
    } finally {
      served.close();
    }
  }

  private String uploaded(Served served, byte[] file) {
    String token = token(served, file.length, "users.csv&contentType=text/csv");
    int half = file.length / 2;
    assertThat(patch(served, token, 0, Arrays.copyOf(file, half)).statusCode()).isEqualTo(204);
    byte[] rest = Arrays.copyOfRange(file, half, file.length);
    assertThat(patch(served, token, half, rest).statusCode()).isEqualTo(204);
    return token;
  }

  @Test
  void aFileInPartsBecomesEventsOfAStream() {
    byte[] file = "a,b\n1,x\n2,y\n".getBytes(StandardCharsets.US_ASCII);
    try (Served served = Served.of(sandbox())) {
      assertThat(served.post("/streams", "{\"name\":\"clicks\"}").status()).isEqualTo(201);
      String token = uploaded(served, file);
      String address = "/streams/clicks/ingest?format=csv&uploadToken=";
      Served.Reply push = served.post(address + token, "");
      assertThat(push.body()).contains("\"added\":2,");
      assertThat(served.get("/clicks/tail").body()).contains("{\\\"a\\\":2,\\\"b\\\":\\\"y\\\"}");
      assertThat(served.post(address + token(served, 9), "").status()).isEqualTo(404);
    }
  }

  @Test
  void aFileInPartsBecomesAVersionOfATable() {
    byte[] file = "id,b\n1,x\n2,y\n".getBytes(StandardCharsets.US_ASCII);
    try (Served served = Served.of(sandbox())) {
      String address = "/tables?name=users&primaryKey=id&format=csv&uploadToken=";
      String token = uploaded(served, file);
      Served.Reply made = served.post(address + token, "");
      assertThat(made.status()).as(made.body()).isEqualTo(201);
      assertThat(made.body()).contains("\"rows\":2");
      assertThat(served.get("/tables/users/rows/2").body()).isEqualTo("{\"id\":2,\"b\":\"y\"}");
      assertThat(served.post(address + token, "").status()).as("the same again").isEqualTo(200);
      assertThat(served.post(address + token(served, 9), "").status()).isEqualTo(404);
      assertThat(served.post("/tables?uploadToken=" + token, "{}").status()).isEqualTo(400);
    }
  }

  @Test
  void aFileInPartsBecomesRowsOfADynamicTable() {
    byte[] file = "{\"id\":1,\"v\":2}\n".getBytes(StandardCharsets.US_ASCII);
    try (Served served = Served.of(sandbox())) {
      String table = "{\"name\":\"t\",\"primaryKey\":\"id\"}";
      assertThat(served.post("/tables", table).status()).isEqualTo(201);
      String token = uploaded(served, file);
      Served.Reply push = served.post("/tables/t/rows?format=ndjson&uploadToken=" + token, "");
      assertThat(push.body()).contains("\"added\":1,");
      assertThat(served.get("/tables/t/rows/1").body()).isEqualTo("{\"id\":1,\"v\":2}");
    }
  }

  @Test
  void aFileThatIsCutTenTimesComesWhole() throws IOException {
    uploadInPieces(rows(20 << 20), 10);
  }

  @Test
  @Tag("slow")
  void aFileOf200MegabytesThatIsCutTenTimesComesWhole() throws IOException {
    uploadInPieces(rows(200_000_000), 10);
  }

  @Test
  void whereAPartBeginsMustBeWhereTheLastOneEnded() {
    byte[] file = "{\"v\":1}\n".getBytes(StandardCharsets.US_ASCII);
    try (Served served = Served.of(sandbox())) {
      String token = token(served, file.length);
      assertThat(offset(served, token)).isZero();
      assertThat(patch(served, token, 0, Arrays.copyOf(file, 3)).statusCode()).isEqualTo(204);
      HttpResponse<String> gap = patch(served, token, 5, new byte[1]);
      assertThat(gap.statusCode()).isEqualTo(409);
      assertThat(gap.headers().firstValue("Upload-Offset")).contains("3");
      assertThat(patch(served, token, 3, new byte[6]).statusCode()).as("too long").isEqualTo(413);
      assertThat(send(served, "PATCH", token, file, "Upload-Offset", "3").statusCode())
          .isEqualTo(415);
      assertThat(
              send(served, "PATCH", token, file, "Content-Type", "application/partial-upload")
                  .statusCode())
          .isEqualTo(400);
      assertThat(patch(served, token + "A", 0, file).statusCode()).isEqualTo(404);
      assertThat(served.get("/platform/file/upload/" + token).status()).isEqualTo(404);
      patch(served, token, 3, Arrays.copyOfRange(file, 3, file.length));
      assertThat(served.get("/platform/file/upload/" + token).body()).isEqualTo("{\"v\":1}\n");
      assertThat(send(served, "DELETE", token, file).statusCode()).isEqualTo(204);
      assertThat(served.get("/platform/file/upload/" + token).status()).isEqualTo(404);
    }
  }

  @Test
  void whoAsksHowFarItCameEndsWhoStillSends() throws IOException {
    byte[] file = new byte[1000];
    try (Served served = Served.of(sandbox());
        Socket first = new Socket(InetAddress.getLoopbackAddress(), served.port())) {
      String token = token(served, file.length);
      String head =
          "PATCH /platform/file/upload/"
              + token
              + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/partial-upload\r\n"
              + "Upload-Offset: 0\r\nContent-Length: 1000\r\n\r\n";
      first.getOutputStream().write((head + "0123456789").getBytes(StandardCharsets.US_ASCII));
      long from = offset(served, token);
      while (from == 0) {
        from = offset(served, token);
        if (from == 0) {
          first.getOutputStream().write('0');
        }
      }
      first.getOutputStream().write('0');
      first.setSoTimeout(20_000);
      assertThat(new String(first.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 409");
      assertThat(offset(served, token)).isEqualTo(from);
    }
  }

  @Test
  void whatIsLeftOfOldUploadsIsRemoved() throws IOException {
    Sandbox sandbox = sandbox();
    byte[] file = new byte[10];
    try (Served served = Served.of(sandbox)) {
      patch(served, token(served, 20), 0, file);
    }
    List<Path> left = files();
    assertThat(left).hasSize(1);
    Served.of(sandbox).close();
    assertThat(files()).as("not yet").isEqualTo(left);
    Instant dayBefore = Instant.parse(sandbox.time()).minus(Duration.ofHours(25));
    Files.setLastModifiedTime(left.getFirst(), FileTime.from(dayBefore));
    Served.of(sandbox).close();
    assertThat(files()).isEmpty();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(UPLOADS))) {
      return files.toList();
    }
  }
}
