package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.server.Encryption;
import dev.catchwater.server.ServerSettings;
import dev.catchwater.testkit.PemFiles;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A server that others reach.
class AccessNetworkTest {
  @TempDir Path folder;
  @TempDir Path secrets;
  private Sandbox sandbox;

  @BeforeEach
  void make() {
    sandbox = Sandbox.with(folder, BadHttpTest.MANIFEST);
  }

  private String token() {
    return sandbox.run("token", "create", "all", "-s", "read").succeeded().out().strip();
  }

  private static ServerSettings on(String address, Encryption encryption) {
    return ServerSettings.standard(0, "kamu-server").withAddress(address, encryption);
  }

  private static Encryption tls(PemFiles files) {
    return new Encryption(files.certificate(), files.key(), false);
  }

  @Test
  void othersAreServedWithTokensAndTlsOnly() throws Exception {
    PemFiles files = PemFiles.make(secrets, "one", "EC");
    sandbox
        .run("serve", "--address", "0.0.0.0", "--port", "0")
        .refused()
        .says("without TLS", "--tls-cert", "--insecure-http");
    assertThatThrownBy(() -> Served.of(sandbox, on("0.0.0.0", tls(files))).close())
        .isInstanceOf(CatchwaterException.class)
        .hasMessageContaining("token create");
    String token = token();
    try (Served served = Served.of(sandbox, on("0.0.0.0", tls(files)))) {
      HttpResponse<String> none = get(files, served.port(), "", "/gps/tail");
      assertThat(none.statusCode()).isEqualTo(401);
      HttpResponse<String> reply = get(files, served.port(), token, "/gps/tail");
      assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    }
    Encryption byProxy = new Encryption(null, null, true);
    try (Served served = Served.of(sandbox, on("0.0.0.0", byProxy))) {
      String tail = served.raw("GET /gps/tail HTTP/1.1", "", "");
      assertThat(tail).startsWith("HTTP/1.1 401");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA", "Ed25519"})
  void TLS_speaksBothVersionsOfHttp(String algorithm) throws Exception {
    PemFiles files = PemFiles.make(secrets, "one", algorithm);
    try (Served served = Served.of(sandbox, on("127.0.0.1", tls(files)))) {
      assertThat(served.server().address().getScheme()).isEqualTo("https");
      for (HttpClient.Version version : HttpClient.Version.values()) {
        if (version.name().equals("HTTP_3")) {
          continue;
        }
        try (HttpClient client =
            HttpClient.newBuilder().version(version).sslContext(files.trusted()).build()) {
          HttpResponse<String> reply =
              client.send(
                  HttpRequest.newBuilder(served.at("/gps/tail")).build(),
                  HttpResponse.BodyHandlers.ofString());
          assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
          assertThat(reply.version()).isEqualTo(version);
        }
      }
    }
  }

  @Test
  void aCertificateIsRenewedWhileTheServerRuns() throws Exception {
    PemFiles old = PemFiles.make(secrets, "old", "EC");
    PemFiles next = PemFiles.make(secrets, "next", "RSA");
    try (Served served = Served.of(sandbox, on("127.0.0.1", tls(old)))) {
      assertThat(get(old, served.port(), "", "/gps/tail").statusCode()).isEqualTo(200);
      Files.move(next.key(), old.key(), StandardCopyOption.REPLACE_EXISTING);
      Files.move(next.certificate(), old.certificate(), StandardCopyOption.REPLACE_EXISTING);
      for (int i = 0; i < 100 && !served.log().contains("certificate was changed"); i++) {
        Thread.sleep(100);
      }
      assertThat(get(old, served.port(), "", "/gps/tail").statusCode()).isEqualTo(200);
      assertThat(served.log()).contains("certificate was changed");
    }
  }

  private static HttpResponse<String> get(PemFiles files, int port, String token, String path)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    try (HttpClient client = HttpClient.newBuilder().sslContext(files.trusted()).build()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void TH50_aKeyThatOthersMayReadOrThatIsNotOfTheCertificateIsRefused() throws Exception {
    PemFiles files = PemFiles.make(secrets, "one", "EC");
    PemFiles other = PemFiles.make(secrets, "two", "EC");
    refused(new Encryption(files.certificate(), other.key(), false), "not that of the certificate");
    PemFiles rsa = PemFiles.make(secrets, "three", "RSA");
    refused(new Encryption(files.certificate(), rsa.key(), false), "not one of the certificate");
    refused(new Encryption(files.certificate(), files.certificate(), false), "chmod 600");
    Files.setPosixFilePermissions(files.key(), PosixFilePermissions.fromString("rw-r--r--"));
    refused(tls(files), "chmod 600 " + files.key());
  }

  private void refused(Encryption encryption, String words) throws IOException {
    assertThatThrownBy(() -> Served.of(sandbox, on("127.0.0.1", encryption)).close())
        .isInstanceOf(CatchwaterException.class)
        .hasMessageContaining(words);
  }
}
