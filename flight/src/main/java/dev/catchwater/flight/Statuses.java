package dev.catchwater.flight;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.server.http.Refusal;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;

/// Failures as clients of Flight see them: the one table from [ErrorCode] to a status. The message
/// has the place and the hint. What is our fault or the disk's is told without its message, which
/// may name a file; the log has it. Stateless.
final class Statuses {
  private static final int OVERLOADED = 503;

  private Statuses() {}

  /// The failure to throw out of a call.
  static FlightRuntimeException failure(Throwable failure) {
    return status(failure).toRuntimeException();
  }

  static CallStatus status(Throwable failure) {
    return switch (failure) {
      case FlightRuntimeException known -> known.status();
      case CatchwaterException known -> status(known);
      case Refusal refusal ->
          (refusal.status() == OVERLOADED ? CallStatus.UNAVAILABLE : CallStatus.INVALID_ARGUMENT)
              .withDescription(refusal.getMessage());
      default -> CallStatus.INTERNAL.withDescription("The server failed; its log has the reason");
    };
  }

  /// Whether it is a failure of ours, which the log should have.
  static boolean isOurs(Throwable failure) {
    return switch (status(failure).code()) {
      case INTERNAL, UNKNOWN -> true;
      default -> false;
    };
  }

  private static CallStatus status(CatchwaterException failure) {
    CallStatus status = status(failure.code());
    FlightStatusCode code = status.code();
    boolean isTold = code != FlightStatusCode.INTERNAL && code != FlightStatusCode.UNAVAILABLE;
    return status.withDescription(
        failure.code().slug()
            + ": "
            + (isTold ? failure.getMessage() : "the server failed; its log has the reason"));
  }

  private static CallStatus status(ErrorCode code) {
    return switch (code) {
      case DATASET_NOT_FOUND, WORKSPACE_NOT_FOUND, OBJECT_NOT_FOUND -> CallStatus.NOT_FOUND;
      case UNAUTHORIZED -> CallStatus.UNAUTHENTICATED;
      case FORBIDDEN -> CallStatus.UNAUTHORIZED;
      case TOO_MANY_ATTEMPTS -> CallStatus.RESOURCE_EXHAUSTED;
      case QUERY_TIMEOUT -> CallStatus.TIMED_OUT;
      case QUERY_TOO_LARGE, LIMIT_EXCEEDED -> CallStatus.RESOURCE_EXHAUSTED;
      case UNSUPPORTED -> CallStatus.UNIMPLEMENTED;
      case ALREADY_EXISTS -> CallStatus.ALREADY_EXISTS;
      case DISK_FULL, DATASET_LOCKED, STORAGE_FAILED, CLOCK_SUSPECT, REMOTE_UNAVAILABLE ->
          CallStatus.UNAVAILABLE;
      case COMMIT_UNKNOWN, CORRUPT, INTERNAL -> CallStatus.INTERNAL;
      default -> CallStatus.INVALID_ARGUMENT;
    };
  }
}
