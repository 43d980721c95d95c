package dev.catchwater.odf.error;

/// What the caller does next. Every [ErrorCode] has exactly one kind; exit codes and HTTP statuses
/// are derived from the kind at the edge, never here.
public enum ErrorKind {
  /// The input is wrong. The caller mends it and tries again; trying the same again is useless.
  INVALID,
  /// What was named does not exist. The caller names something else or creates it.
  NOT_FOUND,
  /// What was asked collides with what is there. The caller looks at the present state and decides.
  CONFLICT,
  /// A limit or a resource is used up. The caller makes room or asks for less.
  EXHAUSTED,
  /// Something needed is away or busy. The caller tries the same again later.
  UNAVAILABLE,
  /// It may have happened. The caller repeats the same request with the same key, or looks.
  UNKNOWN_OUTCOME,
  /// Stored bytes are not what was written. The caller restores the named object from a copy.
  CORRUPT,
  /// A defect of catchwater. The caller reports it.
  INTERNAL
}
