package dev.catchwater.server.http;

import dev.catchwater.disk.NoRoom;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Failures as clients see them (RFC 9457), with kamu's member `message` beside the detail. The one
/// table from [ErrorCode] to a status is here. What is our fault or the disk's is told without its
/// message, which may name a file: the log has it, under the request's id. Stateless.
public final class Problems {
  private static final String MEDIA_TYPE = "application/problem+json";
  private static final int ERRORS_MAX = 10;

  private Problems() {}

  /// The status of a failure.
  static int status(ErrorCode code) {
    return switch (code) {
      case BAD_DATA,
          BAD_MANIFEST,
          BAD_NAME,
          BAD_ARGUMENT,
          LITERAL_SECRET,
          BAD_ENCODING,
          BAD_PARQUET,
          BAD_EVENT,
          NO_OP_EVENT,
          SCHEMA_MISMATCH,
          SOURCE_AMBIGUOUS,
          SOURCE_NOT_FOUND,
          UNSUPPORTED,
          NOT_VERSIONED,
          SCHEME,
          BAD_SQL,
          SQL_NOT_ALLOWED,
          LIMIT_EXCEEDED,
          QUARANTINE_THRESHOLD,
          ABORTED ->
          400;
      case UNAUTHORIZED -> 401;
      case FORBIDDEN, TARGET_NOT_ALLOWED -> 403;
      case TOO_MANY_ATTEMPTS -> 429;
      case WORKSPACE_NOT_FOUND,
          DATASET_NOT_FOUND,
          OBJECT_NOT_FOUND,
          STREAM_NOT_FOUND,
          TABLE_NOT_FOUND,
          VIEW_NOT_FOUND,
          KEY_NOT_FOUND ->
          404;
      case ALREADY_EXISTS,
          STREAM_EXISTS,
          TABLE_EXISTS,
          VIEW_EXISTS,
          TABLE_IMMUTABLE,
          SCAN_LOST,
          HEAD_MOVED,
          DIVERGED,
          REFERENCED,
          PUSH_IN_PROGRESS,
          SEQUENCE_GAP,
          PRODUCER_FENCED,
          HISTORY_REWRITTEN ->
          409;
      case IDEMPOTENCY_MISMATCH -> 422;
      case QUERY_TOO_LARGE -> 413;
      case QUERY_TIMEOUT -> 408;
      case DISK_FULL -> 507;
      case DATASET_LOCKED, STORAGE_FAILED, CLOCK_SUSPECT, ROLLBACK_DETECTED -> 503;
      case REMOTE_UNAVAILABLE -> 502;
      case COMMIT_UNKNOWN, CORRUPT, INTERNAL -> 500;
    };
  }

  /// What a failure is answered with.
  public static Refusal refusal(Throwable failure) {
    if (failure instanceof Refusal refusal) {
      return refusal;
    }
    if (failure instanceof CatchwaterException known) {
      return refusal(known);
    }
    if (failure instanceof IOException io && NoRoom.isReasonOf(io)) {
      return refusal(CatchwaterException.of(ErrorCode.DISK_FULL, "No room").withCause(io));
    }
    return Refusal.of(500, "internal", "The server failed; its log has the reason")
        .withCause(failure);
  }

  private static Refusal refusal(CatchwaterException failure) {
    ErrorCode code = failure.code();
    int status = status(code);
    Refusal refusal =
        Refusal.of(
                status,
                slug(code),
                status < 500 ? String.valueOf(failure.getMessage()) : hidden(code))
            .withCause(failure);
    if (status < 500 && !failure.details().isEmpty()) {
      refusal = refusal.withErrors(errors(failure.details()));
    } else if (status < 500 && failure.place() != null) {
      refusal = refusal.withErrors(errors(List.of(failure)));
    }
    switch (code) {
      case PUSH_IN_PROGRESS -> {
        return refusal.withHeader("Retry-After", "1");
      }
      case TOO_MANY_ATTEMPTS -> {
        return refusal.withHeader("Retry-After", "60");
      }
      case UNAUTHORIZED -> {
        return refusal.withHeader("WWW-Authenticate", "Bearer");
      }
      default -> {}
    }
    return status == 503 || status == 507 ? refusal.withHeader("Retry-After", "5") : refusal;
  }

  // What is missing is a scope; whoever reads the name should not look for a policy.
  private static String slug(ErrorCode code) {
    return code == ErrorCode.FORBIDDEN ? "scope" : code.slug();
  }

  private static String hidden(ErrorCode code) {
    return switch (code) {
      case DISK_FULL -> "The disk of the server is full; nothing was stored";
      case DATASET_LOCKED -> "Another process writes this dataset; try again later";
      case CLOCK_SUSPECT ->
          "The clock of the server jumped ahead; nothing was stored. Its operator mends it, or says"
              + " that it is right: catchwater doctor --accept-clock";
      case ROLLBACK_DETECTED ->
          "The history of this dataset is older than what this server has seen of it; its operator"
              + " puts the newer one back, or says that this one is meant: catchwater doctor"
              + " --accept-rollback";
      case STORAGE_FAILED -> "The disk of the server failed; its log has the reason";
      case REMOTE_UNAVAILABLE -> "A remote does not answer";
      case COMMIT_UNKNOWN -> "The disk failed during the commit: it may have happened or not";
      case CORRUPT -> "The dataset is damaged; the log of the server says where";
      default -> "The server failed; its log has the reason";
    };
  }

  private static Tree errors(List<CatchwaterException> failures) {
    List<Tree> items = new ArrayList<>();
    for (CatchwaterException failure : failures.subList(0, Math.min(ERRORS_MAX, failures.size()))) {
      Tree.Fields item = new Tree.Fields().put("code", failure.code().slug());
      Place place = failure.place();
      if (place != null) {
        item.put("line", place.line() > 0 ? place.line() : null);
        item.put("column", place.column() > 0 ? place.column() : null);
        item.put("field", place.field());
      }
      items.add(item.put("message", failure.plainMessage()).put("hint", failure.hint()));
    }
    return new Tree.Items(items);
  }

  /// The answer of a refusal.
  ///
  /// @param path what was asked for, as it came
  static Answer answer(Refusal refusal, @Nullable String path, String requestId) {
    StringBuilder text = new StringBuilder();
    JsonTree.write(text, document(refusal, path, requestId));
    Answer answer = Answer.text(refusal.status(), MEDIA_TYPE, text.toString());
    for (Map.Entry<String, String> header : refusal.headers().entrySet()) {
      answer = answer.withHeader(header.getKey(), header.getValue());
    }
    return answer;
  }

  /// The members of a problem.
  ///
  /// @param path what was asked for, as it came
  public static Tree.Fields document(Refusal refusal, @Nullable String path, String requestId) {
    return new Tree.Fields()
        .put("type", refusal.slug())
        .put("title", title(refusal.slug()))
        .put("status", (long) refusal.status())
        .put("detail", refusal.getMessage())
        .put("instance", path == null ? null : Redaction.of(QueryText.shown(path)))
        .put("requestId", requestId)
        .put("message", refusal.getMessage())
        .put("errors", refusal.errors());
  }

  // `body-too-large` is "Body too large".
  private static String title(String slug) {
    return Character.toUpperCase(slug.charAt(0)) + slug.substring(1).replace('-', ' ');
  }
}
