package dev.catchwater.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.catchwater.server.http.RequestNotes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Calls in the server's log and figures, as requests are.
@SuppressWarnings("try") // a client's close may be interrupted
class FlightNotesTest {
  private static final String PATH = "/arrow.flight.protocol.FlightService/";

  @TempDir Path folder;

  // A client is answered a moment before the server has said so.
  private static List<RequestNotes.Note> notes(FlightServed served, int count)
      throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (served.notes().size() < count && System.nanoTime() < end) {
      Thread.sleep(10);
    }
    return served.notes();
  }

  @Test
  void eachCallIsHeardOfOnceWithItsStatus() throws Exception {
    try (FlightServed served = FlightServed.guarded(folder, FlightAsks.MANIFEST);
        FlightSqlClient client = served.client()) {
      CallOption analyst = FlightAccessTest.bearer(served.token("query:gps"));
      FlightInfo info = client.execute("SELECT 1 AS x", analyst);
      try (FlightStream rows = FlightAsks.stream(client, info, analyst)) {
        while (rows.next()) {
          assertThat(rows.getRoot().getRowCount()).isEqualTo(1);
        }
      }
      assertThat(FlightAsks.code(() -> client.execute("SELECT 1")))
          .isEqualTo(FlightStatusCode.UNAUTHENTICATED);
      assertThat(FlightAsks.code(() -> client.execute("SELECT * FROM gsp", analyst)))
          .isEqualTo(FlightStatusCode.NOT_FOUND);
      assertThat(FlightAsks.code(() -> client.executeUpdate("DELETE FROM gps", analyst)))
          .isEqualTo(FlightStatusCode.UNIMPLEMENTED);
      List<RequestNotes.Note> notes = notes(served, 5);
      assertThat(notes)
          .extracting(RequestNotes.Note::path, RequestNotes.Note::status)
          .containsExactlyInAnyOrder(
              tuple(PATH + "GetFlightInfo", 200),
              tuple(PATH + "DoGet", 200),
              tuple(PATH + "GetFlightInfo", 401),
              tuple(PATH + "GetFlightInfo", 404),
              tuple(PATH + "DoPut", 501));
      assertThat(notes).allMatch(note -> note.nanos() > 0 && note.route().equals(note.path()));
      assertThat(served.log())
          .contains("\"path\":\"" + PATH + "GetFlightInfo\",\"status\":404")
          .contains("Dataset not found: gsp")
          .doesNotContain("\"level\":\"error\"", "\"status\":200");
    }
  }

  @Test
  void aCallThatItsClientGivesUpIsHeardOfOnceToo() throws Exception {
    try (FlightServed served = FlightServed.of(folder, FlightAsks.MANIFEST)) {
      try (FlightSqlClient client = served.client()) {
        FlightInfo info = client.execute("SELECT range AS a FROM range(4000000)");
        FlightStream stream = FlightAsks.stream(client, info);
        assertThat(stream.next()).isTrue();
        stream.cancel("enough", null);
        stream.close();
      }
      served.awaitNoResults();
      assertThat(notes(served, 2)).extracting(RequestNotes.Note::status).containsExactly(200, 499);
    }
  }

  // `serve --stop-when-idle` goes by it.
  @Test
  void theDoorIsIdleWhileNobodyIsConnected() throws Exception {
    try (FlightServed served = FlightServed.of(folder, FlightAsks.MANIFEST)) {
      assertThat(served.door().idle()).isPositive();
      try (FlightSqlClient client = served.client()) {
        FlightInfo _ = client.execute("SELECT 1 AS x");
        assertThat(served.door().idle()).isZero();
      }
      long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      while (served.door().idle().isZero() && System.nanoTime() < end) {
        Thread.sleep(10);
      }
      assertThat(served.door().idle()).isPositive();
    }
  }
}
