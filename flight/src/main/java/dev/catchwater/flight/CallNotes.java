package dev.catchwater.flight;

import dev.catchwater.server.http.Refusal;
import dev.catchwater.server.http.RequestNotes;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// Tells the server's log and figures of each call, as of a request of HTTP, which it is: a POST to
/// the method's path. Its status is the one of HTTP that stands for gRPC's. Thread-safe.
final class CallNotes implements ServerInterceptor {
  private static final Metadata.Key<String> ID =
      Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);

  private final RequestNotes notes;
  private final String idPrefix;
  private final AtomicLong calls = new AtomicLong();

  /// @param idPrefix what the ids of this port's calls begin with
  CallNotes(RequestNotes notes, String idPrefix) {
    this.notes = notes;
    this.idPrefix = idPrefix;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Visit visit = new Visit("/" + call.getMethodDescriptor().getFullMethodName());
    notes.begun();
    ServerCall<Q, A> noted =
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            trailers.put(ID, visit.id);
            super.close(status, trailers);
            visit.ended(status);
          }
        };
    ServerCall.Listener<Q> listener;
    try {
      listener = next.startCall(noted, headers);
    } catch (RuntimeException | Error e) {
      visit.ended(Status.UNKNOWN.withCause(e));
      throw e;
    }
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onCancel() {
        visit.ended(Status.CANCELLED.withDescription("The client went away"));
        super.onCancel();
      }
    };
  }

  /// One call; told of once, whichever end comes first.
  private final class Visit {
    private final String path;
    private final String id = idPrefix + calls.incrementAndGet();
    private final long started = System.nanoTime();
    private final AtomicBoolean isEnded = new AtomicBoolean();

    Visit(String path) {
      this.path = path;
    }

    private void ended(Status status) {
      if (isEnded.compareAndSet(false, true)) {
        int number = number(status.getCode());
        notes.answered(
            new RequestNotes.Note(
                id,
                "POST",
                path,
                path,
                number,
                System.nanoTime() - started,
                status.isOk() ? null : refusal(status, number)));
      }
    }
  }

  // Its trace, where it is our fault, was logged where it arose.
  private static Refusal refusal(Status status, int number) {
    String description = status.getDescription();
    String slug = status.getCode().name().toLowerCase(Locale.ROOT).replace('_', '-');
    Refusal refusal = Refusal.of(number, slug, description == null ? slug : description);
    return number == 500 ? refusal.withCause(status.asRuntimeException()) : refusal;
  }

  /// The status of HTTP that stands for one of gRPC (google.rpc.Code).
  private static int number(Status.Code code) {
    return switch (code) {
      case OK -> 200;
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> 400;
      case UNAUTHENTICATED -> 401;
      case PERMISSION_DENIED -> 403;
      case NOT_FOUND -> 404;
      case ALREADY_EXISTS, ABORTED -> 409;
      case RESOURCE_EXHAUSTED -> 429;
      case CANCELLED -> 499;
      case UNIMPLEMENTED -> 501;
      case UNAVAILABLE -> 503;
      case DEADLINE_EXCEEDED -> 504;
      case INTERNAL, UNKNOWN, DATA_LOSS -> 500;
    };
  }
}
