package dev.catchwater.ingest.quarantine;

import dev.catchwater.ingest.PushRequest;
import dev.catchwater.ingest.read.InputFormat;
import dev.catchwater.ingest.sieve.RefusedRow;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows that one push set aside, with what reading them again takes. Immutable.
///
/// @param format what the push said its bytes are, null for what source or file name say
/// @param eventTime what the push gave to rows without an event time, null for its system time
public record AsideRows(
    @Nullable InputFormat format, @Nullable Instant eventTime, List<RefusedRow> rows) {
  /// The rows of a push, null where it set none aside.
  public static @Nullable AsideRows of(PushRequest request, List<RefusedRow> refused) {
    return refused.isEmpty()
        ? null
        : new AsideRows(request.inputFormat(), request.eventTime(), refused);
  }

  public AsideRows {
    rows = List.copyOf(rows);
  }
}
