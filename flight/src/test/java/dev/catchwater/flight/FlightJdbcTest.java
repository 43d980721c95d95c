package dev.catchwater.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The port against Arrow's JDBC driver, as DBeaver and others use it.
class FlightJdbcTest {
  @TempDir Path folder;

  private static List<String> texts(ResultSet rows, int column) throws SQLException {
    List<String> texts = new ArrayList<>();
    while (rows.next()) {
      texts.add(rows.getString(column));
    }
    return texts;
  }

  @Test
  void statementsAndRows() throws SQLException {
    try (FlightServed served = FlightServed.of(folder, FlightAsks.MANIFEST);
        Connection connection = DriverManager.getConnection(served.jdbcUrl(""));
        Statement statement = connection.createStatement()) {
      served.push("gps", FlightAsks.row(1) + FlightAsks.row(2));
      try (ResultSet rows = statement.executeQuery("SELECT v, device, t FROM gps ORDER BY v")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getLong("v")).isEqualTo(1);
        assertThat(rows.getString("device")).isEqualTo("a");
        assertThat(rows.getTimestamp("t"))
            .isEqualTo(Timestamp.from(Instant.parse("2020-01-01T00:00:00Z")));
        assertThat(rows.next()).isTrue();
        assertThat(rows.next()).isFalse();
      }
      served.push("gps", FlightAsks.row(3));
      try (ResultSet rows = statement.executeQuery("SELECT max(v) FROM gps")) {
        assertThat(texts(rows, 1)).containsExactly("3");
      }
      assertThatThrownBy(() -> statement.executeQuery("SELECT nope FROM gps"))
          .isInstanceOf(SQLException.class)
          .hasStackTraceContaining("nope");
    }
  }

  @Test
  void whatATreeOfTablesShows() throws SQLException {
    try (FlightServed served = FlightServed.of(folder, FlightAsks.MANIFEST);
        Connection connection = DriverManager.getConnection(served.jdbcUrl(""))) {
      served.push("gps", FlightAsks.row(1));
      DatabaseMetaData data = connection.getMetaData();
      assertThat(data.getDatabaseProductName()).isEqualTo("catchwater");
      assertThat(data.isReadOnly()).isTrue();
      assertThat(data.getIdentifierQuoteString()).isEqualTo("\"");
      try (ResultSet rows = data.getSchemas()) {
        assertThat(texts(rows, 1)).containsExactly("main");
      }
      try (ResultSet rows = data.getTables(null, null, "%", new String[] {"TABLE"})) {
        assertThat(texts(rows, 3)).containsExactly("com.example.users", "gps");
      }
      try (ResultSet rows = data.getColumns(null, null, "gps", "%")) {
        assertThat(texts(rows, 4))
            .containsExactly("offset", "op", "system_time", "t", "device", "v");
      }
      try (ResultSet rows = data.getPrimaryKeys(null, "main", "com.example.users")) {
        assertThat(texts(rows, 4)).containsExactly("id");
      }
    }
  }

  @Test
  void aPreparedStatementTakesTexts() throws SQLException {
    try (FlightServed served = FlightServed.of(folder, FlightAsks.MANIFEST);
        Connection connection = DriverManager.getConnection(served.jdbcUrl(""))) {
      served.push("gps", FlightAsks.row(1) + FlightAsks.row(2));
      try (PreparedStatement prepared =
          connection.prepareStatement("SELECT count(*) FROM gps WHERE device = ? AND v > 1")) {
        assertThat(prepared.getParameterMetaData().getParameterCount()).isEqualTo(1);
        for (String device : List.of("a", "b", "it's")) {
          prepared.setString(1, device);
          try (ResultSet rows = prepared.executeQuery()) {
            assertThat(texts(rows, 1)).containsExactly(device.equals("a") ? "1" : "0");
          }
        }
      }
    }
  }

  @Test
  void aPasswordIsAToken() throws SQLException {
    try (FlightServed served = FlightServed.guarded(folder, FlightAsks.MANIFEST)) {
      String token = served.token("query");
      for (String login : List.of("&user=me&password=" + token, "&token=" + token)) {
        try (Connection connection = DriverManager.getConnection(served.jdbcUrl(login));
            Statement statement = connection.createStatement();
            ResultSet rows = statement.executeQuery("SELECT 42")) {
          assertThat(texts(rows, 1)).containsExactly("42");
        }
      }
      assertThatThrownBy(
              () -> DriverManager.getConnection(served.jdbcUrl("&user=me&password=wrong")).close())
          .isInstanceOf(SQLException.class)
          .hasStackTraceContaining("UNAUTHENTICATED");
    }
  }
}
