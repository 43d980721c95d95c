package dev.catchwater.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.testkit.PemFiles;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The port with TLS.
@SuppressWarnings("try") // a client's close may be interrupted
class FlightTlsTest {
  @TempDir Path folder;
  @TempDir Path secrets;

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA", "Ed25519"})
  void whoeverTrustsTheCertificateGetsRowsAndNobodyElse(String algorithm) throws Exception {
    PemFiles files = PemFiles.make(secrets, "one", algorithm);
    try (FlightServed served = FlightServed.encrypted(folder, FlightAsks.MANIFEST, files);
        FlightSqlClient client = served.client()) {
      assertThat(served.door().address()).isEqualTo("grpc+tls://127.0.0.1:" + served.door().port());
      String writer = served.token("append");
      served.push("gps", FlightAsks.row(7), "Authorization", "Bearer " + writer);
      CallOption analyst = FlightAccessTest.bearer(served.token("query:gps"));
      FlightInfo info = client.execute("SELECT v FROM gps", analyst);
      try (FlightStream rows = FlightAsks.stream(client, info, analyst)) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getRoot().getVector(0).getObject(0)).isEqualTo(7L);
      }
      assertThat(FlightAsks.code(() -> client.execute("SELECT 1")))
          .isEqualTo(FlightStatusCode.UNAUTHENTICATED);
      Location address = Location.forGrpcTls("127.0.0.1", served.door().port());
      try (FlightSqlClient stranger =
              new FlightSqlClient(FlightClient.builder(served.memory(), address).build());
          FlightSqlClient plain = new FlightSqlClient(served.plainClient())) {
        assertThat(FlightAsks.code(() -> stranger.execute("SELECT 1", analyst)))
            .isEqualTo(FlightStatusCode.UNAVAILABLE);
        assertThat(FlightAsks.code(() -> plain.execute("SELECT 1", analyst)))
            .isEqualTo(FlightStatusCode.UNAVAILABLE);
      }
      served.awaitNoResults();
    }
  }

  @Test
  void aNewCertificateCountsForConnectionsThatBeginBehindIt() throws Exception {
    PemFiles files = PemFiles.make(secrets, "one", "EC");
    PemFiles next = PemFiles.make(secrets, "next", "RSA");
    try (FlightServed served = FlightServed.encrypted(folder, FlightAsks.MANIFEST, files);
        FlightSqlClient before = served.client()) {
      CallOption analyst = FlightAccessTest.bearer(served.token("query:gps"));
      assertThat(before.execute("SELECT 1", analyst).getRecords()).isEqualTo(1);
      Files.move(next.key(), files.key(), StandardCopyOption.REPLACE_EXISTING);
      Files.move(next.certificate(), files.certificate(), StandardCopyOption.REPLACE_EXISTING);
      for (int i = 0; i < 100 && !served.log().contains("certificate was changed"); i++) {
        Thread.sleep(100);
      }
      try (FlightSqlClient after = served.client()) {
        assertThat(after.execute("SELECT 2", analyst).getRecords()).isEqualTo(1);
      }
      assertThat(before.execute("SELECT 3", analyst).getRecords()).isEqualTo(1);
    }
  }

  @Test
  void driversOfJdbcAreToldOfTheCertificate() throws Exception {
    PemFiles files = PemFiles.make(secrets, "one", "EC");
    try (FlightServed served = FlightServed.encrypted(folder, FlightAsks.MANIFEST, files)) {
      String login = "&token=" + served.token("query");
      String trust =
          "&tlsRootCerts="
              + URLEncoder.encode(files.certificate().toString(), StandardCharsets.UTF_8);
      try (Connection connection = DriverManager.getConnection(served.jdbcUrl(login + trust));
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT 42")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getLong(1)).isEqualTo(42);
      }
      assertThatThrownBy(() -> DriverManager.getConnection(served.jdbcUrl(login)).close())
          .isInstanceOf(SQLException.class);
    }
  }
}
