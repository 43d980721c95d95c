package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `HEAD`: what a `GET` would be answered with, without the body.
class ServerHeadTest {
  private static final int TIMES = 60;

  @TempDir Path folder;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /// Bodies that nobody wants are made of open files and results of statements: each that was asked
  /// for with `HEAD` stayed open.
  @Test
  void nothingStaysOpenOfABodyThatIsNotSent() throws Exception {
    Sandbox.with(folder, BadHttpTest.MANIFEST);
    try (ServerProcess server = ServerProcess.start(folder)) {
      byte[] row = Wire.push("gps", "?wait=committed", "", rows(3_000));
      assertThat(server.send(row).status()).isEqualTo(200);
      String sql = URLEncoder.encode("select * from gps", StandardCharsets.UTF_8);
      for (String path :
          List.of("/gps/data/" + slice(), "/gps/tail?limit=50000", "/query?query=" + sql)) {
        assertThat(head(server, path)).isEqualTo(200);
        long before = server.descriptorCount();
        for (int i = 0; i < TIMES; i++) {
          assertThat(head(server, path)).as(path).isEqualTo(200);
        }
        assertThat(server.descriptorCount()).as(path).isLessThan(before + TIMES / 2);
      }
    }
  }

  private static byte[] rows(int count) {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < count; i++) {
      rows.append("{\"t\":\"2020-01-01T00:00:00Z\",\"v\":").append(i).append("}\n");
    }
    return rows.toString().getBytes(StandardCharsets.UTF_8);
  }

  private String slice() throws IOException {
    try (Stream<Path> slices = Files.list(folder.resolve(".catchwater/datasets/gps/data"))) {
      return slices.findFirst().orElseThrow().getFileName().toString();
    }
  }

  private int head(ServerProcess server, String path) throws IOException, InterruptedException {
    URI address = URI.create("http://127.0.0.1:" + server.port() + path);
    HttpRequest request =
        HttpRequest.newBuilder(address).method("HEAD", HttpRequest.BodyPublishers.noBody()).build();
    return client.send(request, BodyHandlers.discarding()).statusCode();
  }
}
