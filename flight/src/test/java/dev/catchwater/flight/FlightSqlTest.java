package dev.catchwater.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
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
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;
import org.apache.arrow.flight.sql.util.TableRef;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.Text;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The port against Arrow's own client of Flight SQL.
@SuppressWarnings("try") // its close may be interrupted
class FlightSqlTest {
  static final String MANIFEST =
      """
      kind: DatasetSnapshot
      version: 1
      content:
        name: gps
        kind: Root
        metadata:
          - kind: AddPushSource
            sourceName: default
            read:
              kind: NdJson
              schema:
                - t TIMESTAMP
                - device STRING
                - v BIGINT
            merge:
              kind: Append
          - kind: SetVocab
            eventTimeColumn: t
      ---
      kind: DatasetSnapshot
      version: 1
      content:
        name: com.example.users
        kind: Root
        metadata:
          - kind: AddPushSource
            sourceName: default
            read:
              kind: NdJson
              schema:
                - t TIMESTAMP
                - id BIGINT
                - name STRING
            merge:
              kind: Ledger
              primaryKey: [id]
          - kind: SetVocab
            eventTimeColumn: t
      """;

  @TempDir Path folder;

  static String row(long v) {
    return "{\"t\":\"2020-01-01T00:00:00Z\",\"device\":\"a\",\"v\":" + v + "}\n";
  }

  static List<Object> column(FlightSqlClient client, FlightInfo info, int column) throws Exception {
    List<Object> values = new ArrayList<>();
    try (FlightStream stream = client.getStream(info.getEndpoints().getFirst().getTicket())) {
      while (stream.next()) {
        VectorSchemaRoot root = stream.getRoot();
        for (int i = 0; i < root.getRowCount(); i++) {
          Object value = root.getVector(column).getObject(i);
          values.add(value instanceof Text ? value.toString() : value);
        }
      }
    }
    return values;
  }

  static FlightRuntimeException refusal(ThrowingCallable call) {
    FlightRuntimeException[] caught = new FlightRuntimeException[1];
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(FlightRuntimeException.class, e -> caught[0] = e);
    return caught[0];
  }

  @Test
  void aStatementSeesEveryAcknowledgedRowAtOnce() throws Exception {
    try (FlightServed served = FlightServed.of(folder, MANIFEST);
        FlightSqlClient client = served.client()) {
      for (int i = 0; i < 3; i++) {
        served.push("gps", row(i));
        FlightInfo info = client.execute("SELECT v FROM gps ORDER BY v DESC");
        assertThat(info.getRecords()).isEqualTo(i + 1);
        assertThat(column(client, info, 0)).hasSize(i + 1).startsWith((long) i);
      }
      assertThat(column(client, client.execute("SELECT max(v) FROM main.gps"), 0))
          .containsExactly(2L);
      served.awaitNoResults();
    }
  }

  @Test
  void whatIsWrongWithAStatementIsToldWithItsPlaceAndHint() throws Exception {
    try (FlightServed served = FlightServed.of(folder, MANIFEST);
        FlightSqlClient client = served.client()) {
      FlightRuntimeException misspelled = refusal(() -> client.execute("SELECT v FROM gsp"));
      assertThat(misspelled.status().code()).isEqualTo(FlightStatusCode.NOT_FOUND);
      assertThat(misspelled)
          .hasMessageContaining("Dataset not found: gsp")
          .hasMessageContaining("gps");
      FlightRuntimeException bad = refusal(() -> client.execute("SELEC 1"));
      assertThat(bad.status().code()).isEqualTo(FlightStatusCode.INVALID_ARGUMENT);
      FlightRuntimeException writing = refusal(() -> client.execute("INSERT INTO gps VALUES (1)"));
      assertThat(writing.status().code()).isEqualTo(FlightStatusCode.INVALID_ARGUMENT);
      FlightRuntimeException file =
          refusal(() -> client.execute("SELECT * FROM read_csv('/etc/passwd')"));
      assertThat(file).hasMessageContaining("not allowed");
      assertThat(served.log()).doesNotContain("\"level\":\"error\"");
    }
  }

  @Test
  void everythingThatWouldWriteIsRefusedInPlainWords() throws Exception {
    try (FlightServed served = FlightServed.of(folder, MANIFEST);
        FlightSqlClient client = served.client()) {
      FlightRuntimeException update = refusal(() -> client.executeUpdate("DELETE FROM gps"));
      assertThat(update.status().code()).isEqualTo(FlightStatusCode.UNIMPLEMENTED);
      assertThat(update).hasMessageContaining("This port only reads");
      assertThat(refusal(client::beginTransaction)).hasMessageContaining("no transactions");
      byte[] noise = {1, 2, 3};
      FlightRuntimeException unknown =
          refusal(() -> {
            try (var raw = served.rawClient()) {
              raw.getInfo(FlightDescriptor.command(noise));
            }
          });
      assertThat(unknown.status().code()).isNotEqualTo(FlightStatusCode.OK);
    }
  }

  @Test
  void catalogsListDatasetsAsTables() throws Exception {
    try (FlightServed served = FlightServed.of(folder, MANIFEST);
        FlightSqlClient client = served.client()) {
      served.push("gps", row(1));
      assertThat(column(client, client.getCatalogs(), 0)).isEmpty();
      assertThat(column(client, client.getSchemas(null, null), 1)).containsExactly("main");
      assertThat(column(client, client.getSchemas(null, "x%"), 1)).isEmpty();
      FlightInfo all = client.getTables(null, null, null, null, false);
      assertThat(column(client, all, 2)).containsExactly("com.example.users", "gps");
      assertThat(column(client, client.getTables(null, "main", "g_s", null, false), 2))
          .containsExactly("gps");
      assertThat(column(client, client.getTables("other", null, null, null, false), 2)).isEmpty();
      assertThat(column(client, client.getTables(null, null, null, List.of("VIEW"), false), 2))
          .isEmpty();
      assertThat(column(client, client.getTableTypes(), 0)).containsExactly("TABLE");
      assertThat(column(client, client.getPrimaryKeys(TableRef.of(null, null, "gps")), 3))
          .isEmpty();
      TableRef users = TableRef.of(null, "main", "com.example.users");
      assertThat(column(client, client.getPrimaryKeys(users), 3)).containsExactly("id");
      assertThat(column(client, client.getImportedKeys(users), 0)).isEmpty();
      assertThat(column(client, client.getExportedKeys(users), 0)).isEmpty();
      assertThat(column(client, client.getCrossReference(users, users), 0)).isEmpty();
      assertThat(column(client, client.getXdbcTypeInfo(), 0)).contains("BIGINT", "VARCHAR");
      assertThat(column(client, client.getXdbcTypeInfo(-5), 0)).contains("BIGINT");
      assertThat(column(client, client.getSqlInfo(SqlInfo.FLIGHT_SQL_SERVER_NAME), 1))
          .hasToString("[catchwater]");
      assertThat(column(client, client.getSqlInfo(SqlInfo.FLIGHT_SQL_SERVER_READ_ONLY), 1))
          .containsExactly(true);
    }
  }

  @Test
  void theColumnsOfATableAreThoseOfItsRows() throws Exception {
    try (FlightServed served = FlightServed.of(folder, MANIFEST);
        FlightSqlClient client = served.client()) {
      served.push("gps", row(1));
      FlightInfo tables = client.getTables(null, null, "gps", null, true);
      try (FlightStream stream = client.getStream(tables.getEndpoints().getFirst().getTicket())) {
        assertThat(stream.next()).isTrue();
        byte[] bytes = ((VarBinaryVector) stream.getRoot().getVector("table_schema")).get(0);
        Schema columns =
            MessageSerializer.deserializeSchema(
                new ReadChannel(Channels.newChannel(new ByteArrayInputStream(bytes))));
        assertThat(columns).isEqualTo(client.getExecuteSchema("SELECT * FROM gps").getSchema());
        assertThat(columns.findField("v").getType()).isEqualTo(new ArrowType.Int(64, true));
      }
    }
  }

  @Test
  void aPreparedStatementRunsWithValuesAndWithoutAndSeesNewRows() throws Exception {
    try (FlightServed served = FlightServed.of(folder, MANIFEST);
        FlightSqlClient client = served.client()) {
      served.push("gps", row(1) + row(2) + row(3));
      try (PreparedStatement all = client.prepare("SELECT count(*) AS n FROM gps")) {
        assertThat(all.getResultSetSchema().getFields())
            .extracting(Field::getName)
            .containsExactly("n");
        assertThat(all.getParameterSchema().getFields()).isEmpty();
        assertThat(column(client, all.execute(), 0)).containsExactly(3L);
        served.push("gps", row(4));
        assertThat(column(client, all.execute(), 0)).containsExactly(4L);
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
        assertThat(refusal(some::execute)).hasMessageContaining("has 2 parameters, 0 given");
        String tricky = "it's ' OR 1=1 -- ?";
        for (long least : List.of(2L, 3L)) {
          ((BigIntVector) values.getVector(0)).setSafe(0, least);
          ((VarCharVector) values.getVector(1)).setSafe(0, tricky.getBytes(StandardCharsets.UTF_8));
          values.setRowCount(1);
          some.setParameters(values);
          FlightInfo info = some.execute();
          assertThat(info.getRecords()).isEqualTo(4 - least);
          assertThat(column(client, info, 1)).containsOnly(tricky);
        }
        some.clearParameters();
      }
    }
  }

  @Test
  void aResultThatIsNotWantedAnyMoreIsDroppedAndFetchedOnlyOnce() throws Exception {
    try (FlightServed served = FlightServed.of(folder, MANIFEST);
        FlightSqlClient client = served.client()) {
      FlightInfo info = client.execute("SELECT 1 AS x");
      assertThat(served.door().resultCount()).isEqualTo(1);
      assertThat(client.cancelFlightInfo(new CancelFlightInfoRequest(info)).getStatus())
          .isEqualTo(CancelStatus.CANCELLED);
      assertThat(served.door().resultCount()).isZero();
      assertThat(client.cancelFlightInfo(new CancelFlightInfoRequest(info)).getStatus())
          .isEqualTo(CancelStatus.NOT_CANCELLABLE);
      assertThat(refusal(() -> column(client, info, 0)).status().code())
          .isEqualTo(FlightStatusCode.NOT_FOUND);
      FlightInfo once = client.execute("SELECT 1 AS x");
      assertThat(column(client, once, 0)).containsExactly(1);
      assertThat(refusal(() -> column(client, once, 0)).status().code())
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
