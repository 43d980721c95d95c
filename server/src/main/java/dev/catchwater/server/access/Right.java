package dev.catchwater.server.access;

import org.jspecify.annotations.Nullable;

/// What a caller needs for an address of the server: the column of the table of routes that is
/// checked before anything else of a request is looked at.
public enum Right {
  /// Nothing: the address tells what everyone may know, or checks a signature of its own.
  OPEN(null),
  /// Any token; what is answered holds only what the token may know.
  ANY(null),
  /// [Scope#APPEND] on the dataset of the path, for one of its sources at least.
  APPEND(Scope.APPEND),
  /// [Scope#READ] on the dataset of the path.
  READ(Scope.READ),
  /// [Scope#QUERY] on the dataset of the path.
  QUERY(Scope.QUERY),
  /// [Scope#MANAGE] on the dataset of the path.
  MANAGE(Scope.MANAGE);

  private final @Nullable Scope scope;

  Right(@Nullable Scope scope) {
    this.scope = scope;
  }

  /// The scope that is needed on the dataset of the path, null where none is.
  public @Nullable Scope scope() {
    return scope;
  }
}
