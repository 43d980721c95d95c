package dev.catchwater.flight;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.server.observe.ServerLog;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.SchemaResult;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.SqlInfoBuilder;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// What the port answers: statements, prepared or not, and what stands in catalogs. Thread-safe.
final class ReadingProducer extends SessionProducer {
  private final Statements statements;
  private final Catalog catalog;
  private final SqlInfoBuilder facts;
  private final BufferAllocator memory;
  private final ServerLog log;

  ReadingProducer(
      Statements statements,
      Catalog catalog,
      SqlInfoBuilder facts,
      BufferAllocator memory,
      ServerLog log) {
    super(statements);
    this.statements = statements;
    this.catalog = catalog;
    this.facts = facts;
    this.memory = memory;
    this.log = log;
  }

  // What a call throws becomes its status here, once for all kinds of calls.

  @Override
  public FlightInfo getFlightInfo(CallContext context, FlightDescriptor descriptor) {
    try {
      CatalogQuestion question =
          descriptor.isCommand() ? CatalogQuestion.find(descriptor.getCommand()) : null;
      return question == null
          ? super.getFlightInfo(context, descriptor)
          : question.info(descriptor);
    } catch (RuntimeException e) {
      throw told(e);
    }
  }

  @Override
  public SchemaResult getSchema(CallContext context, FlightDescriptor descriptor) {
    try {
      return super.getSchema(context, descriptor);
    } catch (RuntimeException e) {
      throw told(e);
    }
  }

  @Override
  public void getStream(CallContext context, Ticket ticket, ServerStreamListener listener) {
    try {
      CatalogQuestion question = CatalogQuestion.find(ticket.getBytes());
      if (question != null && !question.hasRows()) {
        new CatalogRows(question.schema()).send(listener, memory);
      } else {
        super.getStream(context, ticket, listener);
      }
    } catch (RuntimeException e) {
      listener.error(told(e));
    }
  }

  @Override
  public void doAction(CallContext context, Action action, StreamListener<Result> listener) {
    try {
      super.doAction(context, action, listener);
    } catch (RuntimeException e) {
      listener.onError(told(e));
    }
  }

  @Override
  public Runnable acceptPut(
      CallContext context, FlightStream stream, StreamListener<PutResult> listener) {
    try {
      Runnable put = super.acceptPut(context, stream, listener);
      return () -> {
        try {
          put.run();
        } catch (RuntimeException e) {
          listener.onError(told(e));
        }
      };
    } catch (RuntimeException e) {
      throw told(e);
    }
  }

  private RuntimeException told(RuntimeException failure) {
    if (Statuses.isOurs(failure)) {
      log.failure("A call of Flight SQL failed", failure);
    }
    return Statuses.failure(failure);
  }

  private static RuntimeException failed(IOException e) {
    return new IllegalStateException("a result could not be handled", e);
  }

  @Override
  public FlightInfo getFlightInfoStatement(
      FlightSql.CommandStatementQuery command, CallContext context, FlightDescriptor descriptor) {
    return ready(command.getQuery(), descriptor);
  }

  @Override
  public FlightInfo getFlightInfoPreparedStatement(
      FlightSql.CommandPreparedStatementQuery command,
      CallContext context,
      FlightDescriptor descriptor) {
    return ready(prepared(command.getPreparedStatementHandle()).bound(), descriptor);
  }

  // A statement runs when it is asked for, not when its rows are fetched: its columns are known
  // only
  // then, and so is whether it fails.
  private FlightInfo ready(String sql, FlightDescriptor descriptor) {
    try {
      Statements.Ready ready = statements.run(sql, CallAccess.current());
      FlightSql.TicketStatementQuery ticket =
          FlightSql.TicketStatementQuery.newBuilder()
              .setStatementHandle(ByteString.copyFromUtf8(ready.handle()))
              .build();
      return new FlightInfo(
          ArrowTypes.schema(ready.schema()),
          descriptor,
          List.of(new FlightEndpoint(new Ticket(Any.pack(ticket).toByteArray()))),
          -1,
          ready.rowCount());
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public SchemaResult getSchemaStatement(
      FlightSql.CommandStatementQuery command, CallContext context, FlightDescriptor descriptor) {
    return new SchemaResult(columns(command.getQuery()));
  }

  @Override
  public SchemaResult getSchemaPreparedStatement(
      FlightSql.CommandPreparedStatementQuery command,
      CallContext context,
      FlightDescriptor descriptor) {
    PreparedText prepared = prepared(command.getPreparedStatementHandle());
    return new SchemaResult(columns(described(prepared)));
  }

  private Schema columns(String sql) {
    try {
      DataSchema schema = statements.describe(sql, CallAccess.current());
      return ArrowTypes.schema(schema);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void getStreamStatement(
      FlightSql.TicketStatementQuery ticket, CallContext context, ServerStreamListener listener) {
    statements.fetch(ticket.getStatementHandle().toStringUtf8(), CallAccess.current(), listener);
  }

  private static PreparedText prepared(ByteString handle) {
    return PreparedText.of(handle.toByteArray());
  }

  // Before values are known, the columns are those that it has with none.
  private static String described(PreparedText prepared) {
    int count = prepared.parameterCount();
    return prepared.values().isEmpty() && count > 0
        ? new PreparedText(prepared.sql(), Collections.nCopies(count, "NULL")).bound()
        : prepared.bound();
  }

  @Override
  public void createPreparedStatement(
      FlightSql.ActionCreatePreparedStatementRequest request,
      CallContext context,
      StreamListener<Result> listener) {
    PreparedText prepared = new PreparedText(request.getQuery(), List.of());
    FlightSql.ActionCreatePreparedStatementResult.Builder result =
        FlightSql.ActionCreatePreparedStatementResult.newBuilder()
            .setPreparedStatementHandle(ByteString.copyFrom(prepared.handle()))
            .setDatasetSchema(
                ByteString.copyFrom(columns(described(prepared)).serializeAsMessage()));
    Schema parameters = Parameters.schema(prepared);
    if (!parameters.getFields().isEmpty()) {
      result.setParameterSchema(ByteString.copyFrom(parameters.serializeAsMessage()));
    }
    listener.onNext(new Result(Any.pack(result.build()).toByteArray()));
    listener.onCompleted();
  }

  @Override
  public Runnable acceptPutPreparedStatementQuery(
      FlightSql.CommandPreparedStatementQuery command,
      CallContext context,
      FlightStream stream,
      StreamListener<PutResult> listener) {
    return () -> {
      PreparedText prepared = prepared(command.getPreparedStatementHandle());
      PreparedText bound = new PreparedText(prepared.sql(), Parameters.values(stream));
      Parameters.requireSame(prepared.parameterCount(), bound.values().size());
      FlightSql.DoPutPreparedStatementResult result =
          FlightSql.DoPutPreparedStatementResult.newBuilder()
              .setPreparedStatementHandle(ByteString.copyFrom(bound.handle()))
              .build();
      Parameters.answer(listener, result.toByteArray(), memory);
    };
  }

  @Override
  public void getStreamSchemas(
      FlightSql.CommandGetDbSchemas command, CallContext context, ServerStreamListener listener) {
    CatalogRows rows = new CatalogRows(Schemas.GET_SCHEMAS_SCHEMA);
    String catalogName = command.hasCatalog() ? command.getCatalog() : null;
    String pattern = command.hasDbSchemaFilterPattern() ? command.getDbSchemaFilterPattern() : null;
    if (isHere(catalogName, pattern)) {
      rows.add(null, Catalog.SCHEMA);
    }
    rows.send(listener, memory);
  }

  private static boolean isHere(@Nullable String catalogName, @Nullable String schemaPattern) {
    return Catalog.isOurs(catalogName)
        && (schemaPattern == null || Catalog.isLike(Catalog.SCHEMA, schemaPattern));
  }

  @Override
  public void getStreamTables(
      FlightSql.CommandGetTables command, CallContext context, ServerStreamListener listener) {
    CatalogRows rows =
        new CatalogRows(
            command.getIncludeSchema()
                ? Schemas.GET_TABLES_SCHEMA
                : Schemas.GET_TABLES_SCHEMA_NO_SCHEMA);
    String catalogName = command.hasCatalog() ? command.getCatalog() : null;
    String schemaPattern =
        command.hasDbSchemaFilterPattern() ? command.getDbSchemaFilterPattern() : null;
    String pattern =
        command.hasTableNameFilterPattern() ? command.getTableNameFilterPattern() : null;
    boolean isWanted =
        command.getTableTypesCount() == 0 || command.getTableTypesList().contains(Catalog.TABLE);
    if (isWanted && isHere(catalogName, schemaPattern)) {
      for (Dataset dataset : catalog.tables(CallAccess.current(), pattern)) {
        String name = dataset.name().toString();
        if (command.getIncludeSchema()) {
          byte[] columns = Catalog.columns(dataset).serializeAsMessage();
          rows.add(null, Catalog.SCHEMA, name, Catalog.TABLE, columns);
        } else {
          rows.add(null, Catalog.SCHEMA, name, Catalog.TABLE);
        }
      }
    }
    rows.send(listener, memory);
  }

  @Override
  public void getStreamTableTypes(CallContext context, ServerStreamListener listener) {
    CatalogRows rows = new CatalogRows(Schemas.GET_TABLE_TYPES_SCHEMA);
    rows.add(Catalog.TABLE);
    rows.send(listener, memory);
  }

  @Override
  public void getStreamPrimaryKeys(
      FlightSql.CommandGetPrimaryKeys command, CallContext context, ServerStreamListener listener) {
    CatalogRows rows = new CatalogRows(Schemas.GET_PRIMARY_KEYS_SCHEMA);
    for (Dataset dataset : catalog.tables(CallAccess.current(), null)) {
      String name = dataset.name().toString();
      if (name.equalsIgnoreCase(command.getTable())) {
        List<String> key = Catalog.key(dataset);
        for (int i = 0; i < key.size(); i++) {
          rows.add(null, Catalog.SCHEMA, name, key.get(i), i + 1, null);
        }
      }
    }
    rows.send(listener, memory);
  }

  @Override
  public void getStreamTypeInfo(
      FlightSql.CommandGetXdbcTypeInfo command,
      CallContext context,
      ServerStreamListener listener) {
    ServerFacts.types(command.hasDataType() ? command.getDataType() : 0).send(listener, memory);
  }

  @Override
  public void getStreamSqlInfo(
      FlightSql.CommandGetSqlInfo command, CallContext context, ServerStreamListener listener) {
    facts.send(command.getInfoList(), listener);
  }
}
