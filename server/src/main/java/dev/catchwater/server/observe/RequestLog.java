package dev.catchwater.server.observe;

import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.server.http.Redaction;
import dev.catchwater.server.http.Refusal;
import dev.catchwater.server.http.RequestNotes;
import org.jspecify.annotations.Nullable;

/// Requests in the log: those that failed, or all. A failure of ours has its trace, found by the id
/// that the client was told.
public final class RequestLog implements RequestNotes {
  private static final long MICRO = 1000;

  private final ServerLog log;
  private final boolean logsAll;

  /// Notes into a log.
  ///
  /// @param logsAll whether requests that went well are logged too
  public RequestLog(ServerLog log, boolean logsAll) {
    this.log = log;
    this.logsAll = logsAll;
  }

  @Override
  public void begun() {}

  @Override
  public void answered(Note note) {
    Throwable failure = note.failure();
    // Whoever is turned away because others are served is no failure, and there are many of him.
    boolean isChosen = failure instanceof Refusal && failure.getCause() == null;
    boolean isOurs = note.status() >= 500 && !isChosen;
    if (!logsAll && note.status() < 400 && failure == null) {
      return;
    }
    Tree.Fields fields =
        new Tree.Fields()
            .put("requestId", note.id())
            .put("method", note.method())
            .put("path", redacted(note.path()))
            .put("status", (long) note.status())
            .put("micros", note.nanos() / MICRO);
    if (failure != null) {
      Throwable cause = failure.getCause() == null ? failure : failure.getCause();
      fields.put("reason", redacted(failure.getMessage()));
      // What only the operator is told, such as why a signature does not hold.
      boolean isMore = failure instanceof Refusal && failure.getCause() != null;
      fields.put("cause", isMore ? redacted(cause.getMessage()) : null);
      // A refusal says all there is; under load its trace would be most of what the server does.
      boolean isTraced = isOurs && !(failure instanceof Refusal);
      fields.put("failure", isTraced ? ServerLog.trace(cause) : null);
    }
    log.line(isOurs ? "error" : "info", "request", fields);
  }

  private static @Nullable String redacted(@Nullable String text) {
    return text == null ? null : Redaction.of(text);
  }
}
