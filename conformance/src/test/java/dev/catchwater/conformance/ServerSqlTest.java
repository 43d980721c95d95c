package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.server.ServerSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Statements that a server runs, and what they cannot reach.
class ServerSqlTest {
  private static final String ROW = "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":1}";
  private static final String CANARY = "secret\n1\n";
  private static final Path ESCAPES =
      Path.of("../query/src/test/resources/dev/catchwater/query/cage/escapes.txt");
  private static final String ENDLESS =
      "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range = b.range + 0.5";

  @TempDir Path folder;

  private Sandbox sandbox() {
    return Sandbox.with(folder, BadHttpTest.MANIFEST);
  }

  private static Served.Reply ask(Served served, String sql, String more) {
    StringBuilder text = new StringBuilder("{\"query\":\"");
    for (int i = 0; i < sql.length(); i++) {
      char c = sql.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        text.append(c);
      }
    }
    return served.post("/query", text + "\"" + more + "}");
  }

  @Test
  void TH36_TH38_TH42_noStatementLeavesTheServer() throws IOException {
    Sandbox sandbox = sandbox();
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Path canary = Files.writeString(outside.resolve("canary.csv"), CANARY);
    List<String> passed = new ArrayList<>();
    try (Served served = Served.of(sandbox);
        ServerSocket port = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      port.setSoTimeout(1);
      served.push("gps", ROW);
      for (String line : Files.readAllLines(ESCAPES, StandardCharsets.UTF_8)) {
        String statement =
            line.replace("{FILE}", canary.toString())
                .replace("{DIR}", outside.toString())
                .replace("{NEW}", outside.resolve("new").toString())
                .replace("{PORT}", Integer.toString(port.getLocalPort()));
        // Which datasets there are, anyone may ask a server.
        if (!line.startsWith("#") && !line.contains("SHOW TABLES")) {
          Served.Reply reply = ask(served, statement, "");
          if (reply.status() < 400
              || reply.status() >= 500
              || reply.body().contains("\"secret\":")) {
            passed.add(statement + " ⇒ " + reply.status() + " " + reply.body());
          }
        }
      }
      Assertions.assertThatThrownBy(port::accept)
          .as("nobody connected")
          .isInstanceOf(SocketTimeoutException.class);
      assertThat(ask(served, "select v from gps", "").body()).contains("[{\"v\":1}]");
    }
    assertThat(passed).isEmpty();
    assertThat(Files.readString(canary)).isEqualTo(CANARY);
    try (var left = Files.list(outside)) {
      assertThat(left).containsExactly(canary);
    }
  }

  @Test
  void aStatementOverItsTimeGets408AndOthersAreAnswered() throws Exception {
    ServerSettings hasty =
        ServerSettings.standard(0, "kamu-server").withSqlTime(Duration.ofSeconds(4));
    try (Served served = Served.of(sandbox(), hasty)) {
      served.push("gps", ROW);
      assertThat(ask(served, "select v from gps", "").status()).isEqualTo(200);
      Thread slow =
          Thread.ofVirtual()
              .unstarted(() -> {
                Served.Reply reply = ask(served, ENDLESS, "");
                assertThat(reply.status()).isEqualTo(408);
                assertThat(reply.body()).contains("query-timeout", "4 s");
              });
      List<Throwable> failures = new ArrayList<>();
      slow.setUncaughtExceptionHandler((_, e) -> failures.add(e));
      slow.start();
      for (int i = 0; i < 5; i++) {
        assertThat(ask(served, "select v from gps", "").status()).isEqualTo(200);
      }
      slow.join();
      assertThat(failures).isEmpty();
      assertThat(ask(served, "select v from gps", "").status()).isEqualTo(200);
    }
  }

  @Test
  void aStatementEndsWithTheRowsThatAreWanted() {
    try (Served served = Served.of(sandbox())) {
      Served.Reply reply =
          ask(served, "select range as x from range(1000000000000)", ",\"skip\":2,\"limit\":3");
      assertThat(reply.body()).contains("[{\"x\":2},{\"x\":3},{\"x\":4}]");
      assertThat(ask(served, "select * from range(9)", ",\"limit\":0").body())
          .contains("\"data\":[]");
    }
  }
}
