package dev.catchwater.flight;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.CloseSessionResult;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;
import org.apache.arrow.flight.sql.util.TableRef;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The port against Arrow's own client of Flight SQL.
@SuppressWarnings("try") // its close may be interrupted
class FlightSqlTest {
  @TempDir Path folder;

  @Test
  void aStatementSeesEveryAcknowledgedRowAtOnce() throws Exception {
    try (FlightServed served = FlightServed.of(folder, FlightAsks.MANIFEST);
        FlightSqlClient client = served.client()) {
      for (int i = 0; i < 3; i++) {
        served.push("gps", FlightAsks.row(i));
        FlightInfo info = client.execute("SELECT v FROM gps ORDER BY v DESC");
        assertThat(info.getRecords()).isEqualTo(i + 1);
        assertThat(FlightAsks.column(client, info, 0)).hasSize(i + 1).startsWith((long) i);
      }
      assertThat(FlightAsks.column(client, client.execute("SELECT max(v) FROM main.gps"), 0))
          .containsExactly(2L);
      served.awaitNoResults();
    }
  }

  @Test
  void whatIsWrongWithAStatementIsToldWithItsPlaceAndHint() throws Exception {
    try (FlightServed served = FlightServed.of(folder, FlightAsks.MANIFEST);
        FlightSqlClient client = served.client()) {
      FlightRuntimeException misspelled =
          FlightAsks.refusal(() -> client.execute("SELECT v FROM gsp"));
      assertThat(misspelled.status().code()).isEqualTo(FlightStatusCode.NOT_FOUND);
      assertThat(misspelled)
          .hasMessageContaining("Dataset not found: gsp")
          .hasMessageContaining("gps");
      FlightRuntimeException bad = FlightAsks.refusal(() -> client.execute("SELEC 1"));
      assertThat(bad.status().code()).isEqualTo(FlightStatusCode.INVALID_ARGUMENT);
      FlightRuntimeException writing =
          FlightAsks.refusal(() -> client.execute("INSERT INTO gps VALUES (1)"));
      assertThat(writing.status().code()).isEqualTo(FlightStatusCode.INVALID_ARGUMENT);
      FlightRuntimeException file =
          FlightAsks.refusal(() -> client.execute("SELECT * FROM read_csv('/etc/passwd')"));
      assertThat(file).hasMessageContaining("not allowed");
      assertThat(served.log()).doesNotContain("\"level\":\"error\"");
    }
  }

  @Test
  void everythingThatWouldWriteIsRefusedInPlainWords() throws Exception {
    try (FlightServed served = FlightServed.of(folder, FlightAsks.MANIFEST);
        FlightSqlClient client = served.client()) {
      FlightRuntimeException update =
          FlightAsks.refusal(() -> client.executeUpdate("DELETE FROM gps"));
      assertThat(update.status().code()).isEqualTo(FlightStatusCode.UNIMPLEMENTED);
      assertThat(update).hasMessageContaining("This port only reads");
      assertThat(FlightAsks.refusal(client::beginTransaction))
          .hasMessageContaining("no transactions");
      byte[] noise = {1, 2, 3};
      FlightRuntimeException unknown =
          FlightAsks.refusal(() -> {
            try (var raw = served.rawClient()) {
              raw.getInfo(FlightDescriptor.command(noise));
            }
          });
      assertThat(unknown.status().code()).isNotEqualTo(FlightStatusCode.OK);
    }
  }

  @Test
  void catalogsListDatasetsAsTables() throws Exception {
    try (FlightServed served = FlightServed.of(folder, FlightAsks.MANIFEST);
        FlightSqlClient client = served.client()) {
      served.push("gps", FlightAsks.row(1));
      assertThat(FlightAsks.column(client, client.getCatalogs(), 0)).isEmpty();
      assertThat(FlightAsks.column(client, client.getSchemas(null, null), 1))
          .containsExactly("main");
      assertThat(FlightAsks.column(client, client.getSchemas(null, "x%"), 1)).isEmpty();
      FlightInfo all = client.getTables(null, null, null, null, false);
      assertThat(FlightAsks.column(client, all, 2)).containsExactly("com.example.users", "gps");
      assertThat(FlightAsks.column(client, client.getTables(null, "main", "g_s", null, false), 2))
          .containsExactly("gps");
      assertThat(FlightAsks.column(client, client.getTables("other", null, null, null, false), 2))
          .isEmpty();
      assertThat(
              FlightAsks.column(
                  client, client.getTables(null, null, null, List.of("VIEW"), false), 2))
          .isEmpty();
      assertThat(FlightAsks.column(client, client.getTableTypes(), 0)).containsExactly("TABLE");
      assertThat(
              FlightAsks.column(client, client.getPrimaryKeys(TableRef.of(null, null, "gps")), 3))
          .isEmpty();
      TableRef users = TableRef.of(null, "main", "com.example.users");
      assertThat(FlightAsks.column(client, client.getPrimaryKeys(users), 3)).containsExactly("id");
      assertThat(FlightAsks.column(client, client.getImportedKeys(users), 0)).isEmpty();
      assertThat(FlightAsks.column(client, client.getExportedKeys(users), 0)).isEmpty();
      assertThat(FlightAsks.column(client, client.getCrossReference(users, users), 0)).isEmpty();
      assertThat(FlightAsks.column(client, client.getXdbcTypeInfo(), 0))
          .contains("BIGINT", "VARCHAR");
      assertThat(FlightAsks.column(client, client.getXdbcTypeInfo(-5), 0)).contains("BIGINT");
      assertThat(FlightAsks.column(client, client.getSqlInfo(SqlInfo.FLIGHT_SQL_SERVER_NAME), 1))
          .hasToString("[catchwater]");
      assertThat(
              FlightAsks.column(client, client.getSqlInfo(SqlInfo.FLIGHT_SQL_SERVER_READ_ONLY), 1))
          .containsExactly(true);
    }
  }

  @Test
  void theColumnsOfATableAreThoseOfItsRows() throws Exception {
    try (FlightServed served = FlightServed.of(folder, FlightAsks.MANIFEST);
        FlightSqlClient client = served.client()) {
      served.push("gps", FlightAsks.row(1));
      Schema columns = FlightAsks.columnsOf(client, "gps");
      assertThat(columns.findField("v").getType()).isEqualTo(new ArrowType.Int(64, true));
    }
  }

  @Test
  void aPreparedStatementRunsWithValuesAndWithoutAndSeesNewRows() throws Exception {
    try (FlightServed served = FlightServed.of(folder, FlightAsks.MANIFEST);
        FlightSqlClient client = served.client()) {
      served.push("gps", FlightAsks.row(1) + FlightAsks.row(2) + FlightAsks.row(3));
      try (PreparedStatement all = client.prepare("SELECT count(*) AS n FROM gps")) {
        assertThat(all.getResultSetSchema().getFields())
            .extracting(Field::getName)
            .containsExactly("n");
        assertThat(all.getParameterSchema().getFields()).isEmpty();
        assertThat(FlightAsks.column(client, all.execute(), 0)).containsExactly(3L);
        served.push("gps", FlightAsks.row(4));
        assertThat(FlightAsks.column(client, all.execute(), 0)).containsExactly(4L);
      }
      Schema parameters =
          new Schema(
              List.of(
                  Field.nullable("1", new ArrowType.Int(64, true)),
                  Field.nullable("2", ArrowType.Utf8.INSTANCE)));
      try (PreparedStatement some =
              client.prepare("SELECT v, $2 AS said FROM gps WHERE v > $1 ORDER BY v");
          VectorSchemaRoot values = VectorSchemaRoot.create(parameters, served.memory())) {
        assertThat(some.getParameterSchema().getFields()).hasSize(2);
        assertThat(FlightAsks.refusal(some::execute))
            .hasMessageContaining("has 2 parameters, 0 given");
        String tricky = "it's ' OR 1=1 -- ?";
        for (long least : List.of(2L, 3L)) {
          ((BigIntVector) values.getVector(0)).setSafe(0, least);
          ((VarCharVector) values.getVector(1)).setSafe(0, tricky.getBytes(StandardCharsets.UTF_8));
          values.setRowCount(1);
          some.setParameters(values);
          FlightInfo info = some.execute();
          assertThat(info.getRecords()).isEqualTo(4 - least);
          assertThat(FlightAsks.column(client, info, 1)).containsOnly(tricky);
        }
        some.clearParameters();
      }
    }
  }

  @Test
  void aResultThatIsNotWantedAnyMoreIsDroppedAndFetchedOnlyOnce() throws Exception {
    try (FlightServed served = FlightServed.of(folder, FlightAsks.MANIFEST);
        FlightSqlClient client = served.client()) {
      FlightInfo info = client.execute("SELECT 1 AS x");
      assertThat(served.door().resultCount()).isEqualTo(1);
      assertThat(client.cancelFlightInfo(new CancelFlightInfoRequest(info)).getStatus())
          .isEqualTo(CancelStatus.CANCELLED);
      assertThat(served.door().resultCount()).isZero();
      assertThat(client.cancelFlightInfo(new CancelFlightInfoRequest(info)).getStatus())
          .isEqualTo(CancelStatus.NOT_CANCELLABLE);
      assertThat(FlightAsks.refusal(() -> FlightAsks.column(client, info, 0)).status().code())
          .isEqualTo(FlightStatusCode.NOT_FOUND);
      FlightInfo once = client.execute("SELECT 1 AS x");
      assertThat(FlightAsks.column(client, once, 0)).containsExactly(1);
      assertThat(FlightAsks.refusal(() -> FlightAsks.column(client, once, 0)).status().code())
          .isEqualTo(FlightStatusCode.NOT_FOUND);
      assertThat(client.closeSession(new CloseSessionRequest()).getStatus())
          .isEqualTo(CloseSessionResult.Status.CLOSED);
      assertThat(
              client
                  .setSessionOptions(
                      new SetSessionOptionsRequest(
                          Map.of("x", SessionOptionValueFactory.makeSessionOptionValue("y"))))
                  .hasErrors())
          .isTrue();
    }
  }
}
