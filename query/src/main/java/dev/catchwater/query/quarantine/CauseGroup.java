package dev.catchwater.query.quarantine;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The rows of a quarantine with one reason. Immutable.
///
/// @param cause the message without what differs from row to row
/// @param count rows
/// @param firstId the row that arrived first
/// @param example its message
/// @param first when it arrived
/// @param last when the last one arrived
public record CauseGroup(
    String code,
    @Nullable String field,
    String cause,
    long count,
    String firstId,
    String example,
    Instant first,
    Instant last) {

  static CauseGroup of(QuarantinedRow row) {
    QuarantinedRow.Reason why = row.why();
    return new CauseGroup(
        why.code(),
        why.field(),
        why.cause(),
        1,
        row.id(),
        why.message(),
        row.arrivedAt(),
        row.arrivedAt());
  }

  CauseGroup plus(QuarantinedRow row) {
    Instant at = row.arrivedAt();
    return new CauseGroup(
        code, field, cause, count + 1, firstId, example, first, at.isAfter(last) ? at : last);
  }
}
