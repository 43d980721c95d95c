package dev.catchwater.flight;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightCallHeaders;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.HeaderCallOption;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tokens at the Flight port: the same as at HTTP's.
@SuppressWarnings("try") // a client's close may be interrupted
class FlightAccessTest {
  private static final String LONG = "SELECT range AS n FROM range(3000000)";

  @TempDir Path folder;

  static CallOption bearer(String token) {
    return header("Bearer " + token);
  }

  private static CallOption header(String value) {
    CallHeaders headers = new FlightCallHeaders();
    headers.insert("authorization", value);
    return new HeaderCallOption(headers);
  }

  private static FlightStatusCode code(FlightRuntimeException e) {
    return e.status().code();
  }

  @Test
  void nobodyGetsInWithoutATokenWhereOneIsNeeded() throws Exception {
    try (FlightServed served = FlightServed.guarded(folder, FlightAsks.MANIFEST);
        FlightSqlClient client = served.client()) {
      assertThat(code(FlightAsks.refusal(() -> client.execute("SELECT 1"))))
          .isEqualTo(FlightStatusCode.UNAUTHENTICATED);
      assertThat(code(FlightAsks.refusal(client::getCatalogs)))
          .isEqualTo(FlightStatusCode.UNAUTHENTICATED);
      CallOption wrong = bearer("cw_nothing");
      assertThat(code(FlightAsks.refusal(() -> client.execute("SELECT 1", wrong))))
          .isEqualTo(FlightStatusCode.UNAUTHENTICATED);
    }
  }

  @Test
  void aTokenSeesItsDatasetsAndNoOthers() throws Exception {
    try (FlightServed served = FlightServed.guarded(folder, FlightAsks.MANIFEST);
        FlightSqlClient client = served.client()) {
      String writer = served.token("append");
      served.push("gps", FlightAsks.row(7), "Authorization", "Bearer " + writer);
      CallOption analyst = bearer(served.token("query:gps"));
      FlightInfo info = client.execute("SELECT v FROM gps", analyst);
      try (FlightStream rows = FlightAsks.stream(client, info, analyst)) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getRoot().getVector(0).getObject(0)).isEqualTo(7L);
      }
      FlightRuntimeException hidden =
          FlightAsks.refusal(() -> client.execute("SELECT * FROM \"com.example.users\"", analyst));
      FlightRuntimeException missing =
          FlightAsks.refusal(() -> client.execute("SELECT * FROM \"com.example.nobody\"", analyst));
      assertThat(code(hidden)).isEqualTo(FlightStatusCode.NOT_FOUND).isEqualTo(code(missing));
      assertThat(hidden.toString().replace("users", "nobody")).isEqualTo(missing.toString());
      FlightInfo tables = client.getTables(null, null, null, null, true, analyst);
      try (FlightStream rows = FlightAsks.stream(client, tables, analyst)) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getRoot().getRowCount()).isEqualTo(1);
        assertThat(rows.getRoot().getVector("table_name").getObject(0)).hasToString("gps");
      }
      CallOption reader = bearer(served.token("read:gps"));
      FlightRuntimeException unasked =
          FlightAsks.refusal(() -> client.execute("SELECT * FROM gps", reader));
      assertThat(code(unasked)).isEqualTo(FlightStatusCode.UNAUTHORIZED);
      assertThat(unasked).hasMessageContaining("query:gps");
    }
  }

  @Test
  void aResultBelongsToWhoeverAskedForIt() throws Exception {
    try (FlightServed served = FlightServed.guarded(folder, FlightAsks.MANIFEST);
        FlightSqlClient client = served.client()) {
      CallOption one = bearer(served.token("query"));
      CallOption other = bearer(served.token("query"));
      Ticket ticket = client.execute("SELECT 1", one).getEndpoints().getFirst().getTicket();
      FlightRuntimeException stolen =
          FlightAsks.refusal(() -> {
            try (FlightStream rows = client.getStream(ticket, other)) {
              rows.next();
            }
          });
      assertThat(code(stolen)).isEqualTo(FlightStatusCode.NOT_FOUND);
      try (FlightStream rows = client.getStream(ticket, one)) {
        assertThat(rows.next()).isTrue();
      }
    }
  }

  @Test
  void aPasswordIsATokenAndTheAnswerHasItAsABearer() throws Exception {
    try (FlightServed served = FlightServed.guarded(folder, FlightAsks.MANIFEST);
        FlightClient client = served.rawClient()) {
      String token = served.token("query");
      CredentialCallOption bearer = client.authenticateBasicToken("whoever", token).orElseThrow();
      try (FlightSqlClient sql = new FlightSqlClient(client)) {
        assertThat(sql.execute("SELECT 1", bearer).getRecords()).isEqualTo(1);
        String pair = "me:wrong";
        String basic = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        assertThat(
                code(FlightAsks.refusal(() -> sql.execute("SELECT 1", header("Basic " + basic)))))
            .isEqualTo(FlightStatusCode.UNAUTHENTICATED);
      }
    }
  }

  @Test
  void aRevokedTokenEndsWithinASecondAlsoInTheMiddleOfAResult() throws Exception {
    try (FlightServed served = FlightServed.guarded(folder, FlightAsks.MANIFEST);
        FlightSqlClient client = served.client()) {
      CallOption analyst = bearer(served.token("query"));
      try (PreparedStatement prepared = client.prepare("SELECT 1 AS x", analyst)) {
        FlightInfo info = client.execute(LONG, analyst);
        long rows = 0;
        FlightRuntimeException ended = null;
        try (FlightStream stream = FlightAsks.stream(client, info, analyst)) {
          assertThat(stream.next()).isTrue();
          served.revokeAll();
          long since = System.nanoTime();
          Thread.sleep(1_500);
          while (stream.next()) {
            rows += stream.getRoot().getRowCount();
          }
          assertThat(System.nanoTime() - since).isLessThan(10_000_000_000L);
        } catch (FlightRuntimeException e) {
          ended = e;
        }
        assertThat(ended)
            .as("%d rows came", rows)
            .isInstanceOfSatisfying(
                FlightRuntimeException.class,
                e -> assertThat(code(e)).isEqualTo(FlightStatusCode.UNAUTHENTICATED));
        assertThat(code(FlightAsks.refusal(() -> prepared.execute(analyst))))
            .isEqualTo(FlightStatusCode.UNAUTHENTICATED);
        assertThat(FlightAsks.refusal(() -> prepared.close(analyst))).isNotNull();
      } catch (FlightRuntimeException e) {
        // What closes the statement is not let in any more either.
        assertThat(code(e)).isEqualTo(FlightStatusCode.UNAUTHENTICATED);
      }
      served.awaitNoResults();
    }
  }
}
