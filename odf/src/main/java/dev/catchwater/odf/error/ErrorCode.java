package dev.catchwater.odf.error;

import java.util.Locale;

/// The stable name of a failure. Scripts may match on [#slug()]; the message is not an interface.
public enum ErrorCode {
  /// Rows that do not fit the source: syntax, type, range, missing value.
  BAD_DATA(ErrorKind.INVALID),
  /// A manifest that cannot be taken as it stands.
  BAD_MANIFEST(ErrorKind.INVALID),
  /// An identity, name, hash or DID outside its grammar.
  BAD_NAME(ErrorKind.INVALID),
  /// An option, argument or parameter with a value that cannot be used.
  BAD_ARGUMENT(ErrorKind.INVALID),
  /// A secret where only a reference to one may stand.
  LITERAL_SECRET(ErrorKind.INVALID),
  /// A bad or unsupported compressed stream or text encoding.
  BAD_ENCODING(ErrorKind.INVALID),
  /// A file that is not Parquet, or is one we refuse.
  BAD_PARQUET(ErrorKind.INVALID),
  /// A metadata event that the chain does not allow at its place.
  BAD_EVENT(ErrorKind.INVALID),
  /// A metadata event that would change nothing: the chain already says so.
  NO_OP_EVENT(ErrorKind.INVALID),
  /// Rows whose columns do not fit the dataset's schema.
  SCHEMA_MISMATCH(ErrorKind.INVALID),
  /// Several push sources and none named, or none at all.
  SOURCE_AMBIGUOUS(ErrorKind.INVALID),
  /// A push of which more rows cannot be taken than may be put aside.
  QUARANTINE_THRESHOLD(ErrorKind.INVALID),
  /// A feature of the format that this version does not run.
  UNSUPPORTED(ErrorKind.INVALID),
  /// A SQL statement that does not parse, names what is not there, or fails on the rows.
  BAD_SQL(ErrorKind.INVALID),
  /// A SQL statement that would do more than read what it was given.
  SQL_NOT_ALLOWED(ErrorKind.INVALID),
  /// A value over one of the stated limits.
  LIMIT_EXCEEDED(ErrorKind.INVALID),
  /// An operation that needs a yes it did not get.
  ABORTED(ErrorKind.INVALID),
  /// A key or sequence number that was used for another push: other bytes or other parameters.
  IDEMPOTENCY_MISMATCH(ErrorKind.INVALID),
  /// No token where one is needed, or one that is not valid.
  UNAUTHORIZED(ErrorKind.INVALID),
  /// A token that lacks the scope for this.
  FORBIDDEN(ErrorKind.INVALID),
  /// An address of a kind that files are not read by.
  SCHEME(ErrorKind.INVALID),
  /// A machine, or a place on it, that files are not to be taken from.
  TARGET_NOT_ALLOWED(ErrorKind.INVALID),
  /// A version of a table that changes and therefore has none.
  NOT_VERSIONED(ErrorKind.INVALID),
  /// No workspace here or above.
  WORKSPACE_NOT_FOUND(ErrorKind.NOT_FOUND),
  /// No dataset of that name or id.
  DATASET_NOT_FOUND(ErrorKind.NOT_FOUND),
  /// No push source of that name.
  SOURCE_NOT_FOUND(ErrorKind.NOT_FOUND),
  /// A block, slice, reference or file that is not there.
  OBJECT_NOT_FOUND(ErrorKind.NOT_FOUND),
  /// No stream of that name.
  STREAM_NOT_FOUND(ErrorKind.NOT_FOUND),
  /// No table of that name, or no such version of it.
  TABLE_NOT_FOUND(ErrorKind.NOT_FOUND),
  /// No view of that name.
  VIEW_NOT_FOUND(ErrorKind.NOT_FOUND),
  /// No row of that key.
  KEY_NOT_FOUND(ErrorKind.NOT_FOUND),
  /// A workspace, dataset or file that is already there.
  ALREADY_EXISTS(ErrorKind.CONFLICT),
  /// A stream of that name that is defined otherwise.
  STREAM_EXISTS(ErrorKind.CONFLICT),
  /// A table of that name, or that version of it, that is defined otherwise or has other rows.
  TABLE_EXISTS(ErrorKind.CONFLICT),
  /// A name of a view that something else has, or a view that is defined otherwise.
  VIEW_EXISTS(ErrorKind.CONFLICT),
  /// A change of a table that does not change.
  TABLE_IMMUTABLE(ErrorKind.CONFLICT),
  /// A place in a table from which reading cannot go on: its order was made anew.
  SCAN_LOST(ErrorKind.CONFLICT),
  /// The head is not the one the writer started from.
  HEAD_MOVED(ErrorKind.CONFLICT),
  /// Two histories of one dataset that are no prefix of each other.
  DIVERGED(ErrorKind.CONFLICT),
  /// Another dataset depends on this one.
  REFERENCED(ErrorKind.CONFLICT),
  /// A push whose key belongs to a push that is still running.
  PUSH_IN_PROGRESS(ErrorKind.CONFLICT),
  /// A producer that left out a sequence number.
  SEQUENCE_GAP(ErrorKind.CONFLICT),
  /// A producer of which a newer instance has pushed.
  PRODUCER_FENCED(ErrorKind.CONFLICT),
  /// A push that was applied and whose rows a reset has taken away since.
  HISTORY_REWRITTEN(ErrorKind.CONFLICT),
  /// A SQL statement that needs more memory or scratch space than it may have.
  QUERY_TOO_LARGE(ErrorKind.EXHAUSTED),
  /// A SQL statement that ran longer than it may.
  QUERY_TIMEOUT(ErrorKind.EXHAUSTED),
  /// The disk has no room.
  DISK_FULL(ErrorKind.EXHAUSTED),
  /// Too many tokens that were wrong, from one place within a minute.
  TOO_MANY_ATTEMPTS(ErrorKind.UNAVAILABLE),
  /// Another process writes this dataset and did not finish within the wait.
  DATASET_LOCKED(ErrorKind.UNAVAILABLE),
  /// A remote that does not answer, or answers with an error of its own.
  REMOTE_UNAVAILABLE(ErrorKind.UNAVAILABLE),
  /// The clock of this machine jumped into the future: rows would be pinned there.
  CLOCK_SUSPECT(ErrorKind.UNAVAILABLE),
  /// The disk refused a read, write or sync.
  STORAGE_FAILED(ErrorKind.UNAVAILABLE),
  /// The disk refused after the new head was put in place: the commit may or may not last.
  COMMIT_UNKNOWN(ErrorKind.UNKNOWN_OUTCOME),
  /// Stored bytes that do not match their hash, or a chain that does not hold together.
  CORRUPT(ErrorKind.CORRUPT),
  /// A history that does not have the newest head this workspace knows of.
  ROLLBACK_DETECTED(ErrorKind.CORRUPT),
  /// An invariant of ours does not hold.
  INTERNAL(ErrorKind.INTERNAL);

  private final ErrorKind kind;

  ErrorCode(ErrorKind kind) {
    this.kind = kind;
  }

  /// What the caller does next.
  public ErrorKind kind() {
    return kind;
  }

  /// The name on the wire, kebab-case: `schema-mismatch`.
  public String slug() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
