package dev.catchwater.flight;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Readers that are slow, go away, or are many.
@SuppressWarnings("try") // a client's close may be interrupted
class FlightLoadTest {
  private static final String MILLIONS = "SELECT range AS a, range * 2 AS b FROM range(4000000)";
  private static final String ENDLESS =
      "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range = b.range + 0.5";

  @TempDir Path folder;

  private FlightServed served(FlightLimits limits) {
    return FlightServed.of(folder, FlightAsks.MANIFEST, limits);
  }

  private static FlightLimits limits(int held, int streams, Duration patience) {
    FlightLimits standard = FlightLimits.standard();
    return new FlightLimits(
        held,
        standard.heldBytes(),
        Duration.ofSeconds(2),
        streams,
        patience,
        standard.memoryBytes(),
        standard.messageBytesMax(),
        standard.connectionIdle());
  }

  @Test
  void aSlowReaderHoldsAPieceOrTwoAndGetsEveryRow() throws Exception {
    try (FlightServed served = served(FlightLimits.standard());
        FlightSqlClient client = served.client()) {
      FlightInfo info = client.execute(MILLIONS);
      long most = 0;
      long rows = 0;
      try (FlightStream stream = FlightAsks.stream(client, info)) {
        for (int i = 0; i < 10 && stream.next(); i++) {
          rows += stream.getRoot().getRowCount();
          Thread.sleep(100);
          most = Math.max(most, served.door().allocatedBytes());
        }
        while (stream.next()) {
          rows += stream.getRoot().getRowCount();
        }
      }
      assertThat(rows).isEqualTo(4_000_000);
      // The whole result would be 64 MB.
      assertThat(most).isPositive().isLessThan(8L << 20);
      served.awaitNoResults();
      assertThat(served.door().allocatedBytes()).isZero();
    }
  }

  @Test
  void aReaderWhoGoesAwayLeavesNothing() throws Exception {
    try (FlightServed served = served(FlightLimits.standard())) {
      try (FlightSqlClient client = served.client()) {
        FlightInfo info = client.execute(MILLIONS);
        FlightStream stream = FlightAsks.stream(client, info);
        assertThat(stream.next()).isTrue();
        stream.cancel("enough", null);
        stream.close();
      }
      served.awaitNoResults();
      assertThat(served.door().allocatedBytes()).isZero();
    }
  }

  @Test
  void aReaderWhoTakesNothingIsCutAfterAWhile() throws Exception {
    try (FlightServed served = served(limits(4, 4, Duration.ofSeconds(1)));
        FlightSqlClient client = served.client()) {
      FlightInfo info = client.execute(MILLIONS);
      try (FlightStream stream = FlightAsks.stream(client, info)) {
        assertThat(stream.next()).isTrue();
        served.awaitNoResults();
        assertThat(served.door().allocatedBytes()).isZero();
        FlightRuntimeException cut =
            FlightAsks.refusal(() -> {
              while (stream.next()) {
                // what is on its way still comes
              }
            });
        assertThat(cut.status().code()).isEqualTo(FlightStatusCode.TIMED_OUT);
      }
    }
  }

  @Test
  void resultsThatNobodyFetchesAreFewAndAreDropped() throws Exception {
    try (FlightServed served = served(limits(2, 1, Duration.ofMinutes(1)));
        FlightSqlClient client = served.client()) {
      List<FlightInfo> waiting = new ArrayList<>();
      waiting.add(client.execute("SELECT 1"));
      waiting.add(client.execute("SELECT 2"));
      FlightRuntimeException full = FlightAsks.refusal(() -> client.execute("SELECT 3"));
      assertThat(full.status().code()).isEqualTo(FlightStatusCode.RESOURCE_EXHAUSTED);
      served.awaitNoResults();
      assertThat(client.execute("SELECT 3").getRecords()).isEqualTo(1);
      assertThat(waiting).hasSize(2);
    }
  }

  @Test
  void resultsThatWaitTakeNoMoreOfTheDiskThanTheyMay() throws Exception {
    FlightLimits few =
        new FlightLimits(
            8,
            20_000,
            Duration.ofSeconds(60),
            8,
            Duration.ofMinutes(1),
            128L << 20,
            4 << 20,
            Duration.ofHours(1));
    String numbers = "SELECT range * 7919 AS n FROM range(1500)";
    try (FlightServed served = served(few);
        FlightSqlClient client = served.client()) {
      FlightInfo first = client.execute(numbers);
      FlightRuntimeException full = FlightAsks.refusal(() -> client.execute(numbers));
      assertThat(full.status().code()).isEqualTo(FlightStatusCode.RESOURCE_EXHAUSTED);
      assertThat(full).hasMessageContaining("20000 bytes of the disk");
      assertThat(served.door().resultCount()).isEqualTo(1);
      assertThat(FlightAsks.column(client, first, 0)).hasSize(1500);
      served.awaitNoResults();
      assertThat(client.execute(numbers).getRecords()).isEqualTo(1500);
    }
  }

  @Test
  void aStatementEndsWhenItsClientGivesUp() throws Exception {
    try (FlightServed served = served(FlightLimits.standard());
        FlightSqlClient client = served.client()) {
      assertThat(client.execute("SELECT 1").getRecords()).isEqualTo(1);
      // The desk runs two at a time: if these went on, nothing else would be answered for a minute.
      for (int i = 0; i < 4; i++) {
        FlightRuntimeException late =
            FlightAsks.refusal(
                () -> client.execute(ENDLESS, CallOptions.timeout(2, TimeUnit.SECONDS)));
        assertThat(late.status().code()).isEqualTo(FlightStatusCode.TIMED_OUT);
      }
      long since = System.nanoTime();
      assertThat(client.execute("SELECT 2").getRecords()).isEqualTo(1);
      assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(30));
    }
  }
}
