package dev.catchwater.flight;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.FlightSqlProducer.Schemas;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// A question about catalogs. Its answer is made when it is fetched; until then the question is its
/// own ticket. Immutable.
///
/// @param command as the client sent it
/// @param schema the columns of the answer
/// @param hasRows false where there are none, whatever is asked: we have no catalogs and no foreign
///   keys
record CatalogQuestion(Any command, Schema schema, boolean hasRows) {
  private static final Map<String, Schema> WITH_ROWS = new HashMap<>();
  private static final Map<String, Schema> WITHOUT = new HashMap<>();

  static {
    put(WITH_ROWS, FlightSql.CommandGetDbSchemas.getDescriptor(), Schemas.GET_SCHEMAS_SCHEMA);
    put(WITH_ROWS, FlightSql.CommandGetTableTypes.getDescriptor(), Schemas.GET_TABLE_TYPES_SCHEMA);
    put(WITH_ROWS, FlightSql.CommandGetXdbcTypeInfo.getDescriptor(), Schemas.GET_TYPE_INFO_SCHEMA);
    put(WITH_ROWS, FlightSql.CommandGetSqlInfo.getDescriptor(), Schemas.GET_SQL_INFO_SCHEMA);
    put(
        WITH_ROWS,
        FlightSql.CommandGetPrimaryKeys.getDescriptor(),
        Schemas.GET_PRIMARY_KEYS_SCHEMA);
    put(WITHOUT, FlightSql.CommandGetCatalogs.getDescriptor(), Schemas.GET_CATALOGS_SCHEMA);
    put(
        WITHOUT,
        FlightSql.CommandGetExportedKeys.getDescriptor(),
        Schemas.GET_EXPORTED_KEYS_SCHEMA);
    put(
        WITHOUT,
        FlightSql.CommandGetImportedKeys.getDescriptor(),
        Schemas.GET_IMPORTED_KEYS_SCHEMA);
    put(
        WITHOUT,
        FlightSql.CommandGetCrossReference.getDescriptor(),
        Schemas.GET_CROSS_REFERENCE_SCHEMA);
  }

  private static void put(Map<String, Schema> questions, Descriptor command, Schema schema) {
    questions.put(command.getFullName(), schema);
  }

  /// Reads one; null for anything else, also for what cannot be read.
  static @Nullable CatalogQuestion find(byte @Nullable [] bytes) {
    try {
      Any command = bytes == null ? Any.getDefaultInstance() : Any.parseFrom(bytes);
      if (command.is(FlightSql.CommandGetTables.class)) {
        boolean hasColumns = command.unpack(FlightSql.CommandGetTables.class).getIncludeSchema();
        Schema schema =
            hasColumns ? Schemas.GET_TABLES_SCHEMA : Schemas.GET_TABLES_SCHEMA_NO_SCHEMA;
        return new CatalogQuestion(command, schema, true);
      }
      String name = command.getTypeUrl().substring(command.getTypeUrl().lastIndexOf('/') + 1);
      Schema schema = WITH_ROWS.getOrDefault(name, WITHOUT.get(name));
      return schema == null
          ? null
          : new CatalogQuestion(command, schema, WITH_ROWS.containsKey(name));
    } catch (InvalidProtocolBufferException e) {
      return null;
    }
  }

  /// Where the answer is fetched.
  FlightInfo info(FlightDescriptor descriptor) {
    Ticket ticket = new Ticket(command.toByteArray());
    return new FlightInfo(schema, descriptor, List.of(new FlightEndpoint(ticket)), -1, -1);
  }
}
