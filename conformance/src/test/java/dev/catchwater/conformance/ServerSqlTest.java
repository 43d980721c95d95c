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
import java.util.SplittableRandom;
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

  private static final String SHOWN =
      "select cast(timestamptz '2020-01-01 00:00:00Z' as varchar) t, x"
          + " from (values (1), (null)) as v(x) order by x";

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

  @Test
  void aStatementLeavesNothingForTheNext() throws IOException {
    try (Served served = Served.of(sandbox())) {
      served.push("gps", ROW);
      String settings = ask(served, SHOWN, "").body();
      assertThat(settings).contains("00:00:00");
      for (String made :
          List.of(
              "create temp table left_over as select 1 as x",
              "create view left_over as select 1 as x",
              "create macro left_over() as 1",
              "create type left_over as enum ('a')",
              "create sequence left_over",
              "create schema left_over",
              "set variable left_over = 1",
              "set threads = 1",
              "set TimeZone = 'Asia/Tokyo'",
              "set default_null_order = 'nulls_first'",
              "prepare left_over as select 1",
              "attach ':memory:' as left_over",
              "pragma enable_profiling",
              "select json_get(j, 'a') from (select '{}' as j)",
              "select setseed(0.5)",
              "with left_over as (select 1 as x) select * from left_over")) {
        ask(served, made, "");
        for (String used :
            List.of(
                "select * from left_over",
                "select left_over()",
                "select 'a'::left_over",
                "select nextval('left_over')",
                "select getvariable('left_over') is not null as x where x",
                "execute left_over",
                "select * from left_over.main.t")) {
          Served.Reply reply = ask(served, used, "");
          assertThat(reply.status() >= 400 || reply.body().contains("\"data\":[]"))
              .as(made + " ⇒ " + used + " ⇒ " + reply.body())
              .isTrue();
        }
        assertThat(ask(served, "select v from gps", "").body()).as(made).contains("[{\"v\":1}]");
      }
      assertThat(ask(served, SHOWN, "").body()).isEqualTo(settings);
    }
  }

  @Test
  void rowsAreThereInWhateverOrderPushesAndStatementsCome() {
    SplittableRandom random = new SplittableRandom(11);
    try (Served served = Served.of(sandbox())) {
      long next = 0;
      for (int i = 0; i < 60; i++) {
        StringBuilder rows = new StringBuilder();
        for (int count = 1 + random.nextInt(i % 10 == 0 ? 300 : 4); count > 0; count--) {
          rows.append("{\"t\":\"2020-01-01T00:00:00Z\",\"v\":").append(next++).append("}\n");
        }
        String wait = random.nextInt(8) == 0 ? "?wait=committed" : "";
        assertThat(
                served
                    .post(
                        "/gps/ingest" + wait,
                        rows.toString(),
                        "Content-Type",
                        "application/x-ndjson")
                    .status())
            .isEqualTo(200);
        if (random.nextInt(3) > 0) {
          assertThat(
                  ask(served, "select count(*) n, sum(v)::bigint s, max(\"offset\") o from gps", "")
                      .body())
              .contains(
                  "[{\"n\":"
                      + next
                      + ",\"s\":"
                      + next * (next - 1) / 2
                      + ",\"o\":"
                      + (next - 1)
                      + "}]");
        }
      }
    }
  }
}
