package dev.catchwater.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.Text;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// What tests of the port ask, and of which datasets.
@SuppressWarnings("try") // a stream's close may be interrupted
final class FlightAsks {
  /// `gps`, which appends, and `com.example.users`, a ledger.
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

  private FlightAsks() {}

  /// A row of `gps`.
  static String row(long v) {
    return "{\"t\":\"2020-01-01T00:00:00Z\",\"device\":\"a\",\"v\":" + v + "}\n";
  }

  /// The rows of a result; whoever asks for them closes them.
  static FlightStream stream(FlightSqlClient client, FlightInfo info, CallOption... options) {
    return client.getStream(info.getEndpoints().getFirst().getTicket(), options);
  }

  /// What is to be done with a row of a batch.
  @FunctionalInterface
  interface RowTaker {
    void take(VectorSchemaRoot batch, int row);
  }

  /// Takes every row of a result.
  static void eachRow(FlightSqlClient client, FlightInfo info, RowTaker taker) throws Exception {
    try (FlightStream stream = stream(client, info)) {
      while (stream.next()) {
        for (int i = 0; i < stream.getRoot().getRowCount(); i++) {
          taker.take(stream.getRoot(), i);
        }
      }
    }
  }

  /// The values of a column.
  static List<Object> column(FlightSqlClient client, FlightInfo info, int column) throws Exception {
    List<Object> values = new ArrayList<>();
    eachRow(
        client,
        info,
        (batch, i) -> {
          Object value = batch.getVector(column).getObject(i);
          values.add(value instanceof Text ? value.toString() : value);
        });
    return values;
  }

  /// The columns of a table by its catalog, which are those of its rows.
  static Schema columnsOf(FlightSqlClient client, String table) throws Exception {
    FlightInfo tables = client.getTables(null, null, table, null, true);
    try (FlightStream stream = stream(client, tables)) {
      assertThat(stream.next()).isTrue();
      byte[] bytes = ((VarBinaryVector) stream.getRoot().getVector("table_schema")).get(0);
      Schema columns =
          MessageSerializer.deserializeSchema(
              new ReadChannel(Channels.newChannel(new ByteArrayInputStream(bytes))));
      assertThat(columns).isEqualTo(client.getExecuteSchema("SELECT * FROM " + table).getSchema());
      return columns;
    }
  }

  /// How a call is refused.
  static FlightRuntimeException refusal(ThrowingCallable call) {
    FlightRuntimeException[] caught = new FlightRuntimeException[1];
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(FlightRuntimeException.class, e -> caught[0] = e);
    return caught[0];
  }

  /// As what it is refused.
  static FlightStatusCode code(ThrowingCallable call) {
    return refusal(call).status().code();
  }
}
