package dev.catchwater.flight;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.catchwater.server.access.Access;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.CloseSessionResult;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.GetSessionOptionsRequest;
import org.apache.arrow.flight.GetSessionOptionsResult;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.SetSessionOptionsResult;
import org.apache.arrow.flight.sql.NoOpFlightSqlProducer;
import org.apache.arrow.flight.sql.impl.FlightSql;

/// What surrounds statements: ends of results, sessions that hold nothing, and the refusal of
/// everything that would write. Thread-safe.
class SessionProducer extends NoOpFlightSqlProducer {
  private final Statements statements;

  SessionProducer(Statements statements) {
    this.statements = statements;
  }

  @Override
  public void listFlights(
      CallContext context, Criteria criteria, StreamListener<FlightInfo> listener) {
    listener.onError(
        CallStatus.UNIMPLEMENTED
            .withDescription("Datasets are listed as the tables of Flight SQL")
            .toRuntimeException());
  }

  @Override
  public void cancelFlightInfo(
      CancelFlightInfoRequest request, CallContext context, StreamListener<CancelStatus> listener) {
    listener.onNext(
        cancel(request.getInfo()) ? CancelStatus.CANCELLED : CancelStatus.NOT_CANCELLABLE);
    listener.onCompleted();
  }

  private boolean cancel(FlightInfo info) {
    Access access = CallAccess.current();
    boolean isDone = false;
    try {
      for (FlightEndpoint endpoint : info.getEndpoints()) {
        Any ticket = Any.parseFrom(endpoint.getTicket().getBytes());
        if (ticket.is(FlightSql.TicketStatementQuery.class)) {
          String handle =
              ticket
                  .unpack(FlightSql.TicketStatementQuery.class)
                  .getStatementHandle()
                  .toStringUtf8();
          isDone |= statements.cancel(handle, access);
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw CallStatus.INVALID_ARGUMENT
          .withDescription("That is no ticket of a statement")
          .withCause(e)
          .toRuntimeException();
    } catch (IOException e) {
      throw new IllegalStateException("a result could not be dropped", e);
    }
    return isDone;
  }

  @Override
  public void closePreparedStatement(
      FlightSql.ActionClosePreparedStatementRequest request,
      CallContext context,
      StreamListener<Result> listener) {
    // The client has all of it.
    listener.onCompleted();
  }

  @Override
  public void closeSession(
      CloseSessionRequest request,
      CallContext context,
      StreamListener<CloseSessionResult> listener) {
    listener.onNext(new CloseSessionResult(CloseSessionResult.Status.CLOSED));
    listener.onCompleted();
  }

  @Override
  public void getSessionOptions(
      GetSessionOptionsRequest request,
      CallContext context,
      StreamListener<GetSessionOptionsResult> listener) {
    listener.onNext(new GetSessionOptionsResult(Map.of()));
    listener.onCompleted();
  }

  @Override
  public void setSessionOptions(
      SetSessionOptionsRequest request,
      CallContext context,
      StreamListener<SetSessionOptionsResult> listener) {
    Map<String, SetSessionOptionsResult.Error> errors = new HashMap<>();
    for (String name : request.getSessionOptions().keySet()) {
      errors.put(
          name, new SetSessionOptionsResult.Error(SetSessionOptionsResult.ErrorValue.INVALID_NAME));
    }
    listener.onNext(new SetSessionOptionsResult(errors));
    listener.onCompleted();
  }

  /// Nothing to close: what has to be is its owner's.
  @Override
  public void close() {}

  private static RuntimeException writes() {
    return CallStatus.UNIMPLEMENTED
        .withDescription("This port only reads; rows are pushed by HTTP: POST /{dataset}/ingest")
        .toRuntimeException();
  }

  @Override
  public Runnable acceptPutStatement(
      FlightSql.CommandStatementUpdate command,
      CallContext context,
      FlightStream stream,
      StreamListener<PutResult> listener) {
    throw writes();
  }

  @Override
  public Runnable acceptPutStatementBulkIngest(
      FlightSql.CommandStatementIngest command,
      CallContext context,
      FlightStream stream,
      StreamListener<PutResult> listener) {
    throw writes();
  }

  @Override
  public Runnable acceptPutPreparedStatementUpdate(
      FlightSql.CommandPreparedStatementUpdate command,
      CallContext context,
      FlightStream stream,
      StreamListener<PutResult> listener) {
    throw writes();
  }

  @Override
  public void beginTransaction(
      FlightSql.ActionBeginTransactionRequest request,
      CallContext context,
      StreamListener<FlightSql.ActionBeginTransactionResult> listener) {
    listener.onError(
        CallStatus.UNIMPLEMENTED
            .withDescription("There are no transactions: each statement sees one moment")
            .toRuntimeException());
  }
}
