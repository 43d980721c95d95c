package dev.catchwater.server.access;

import java.util.Locale;

/// What a token may allow on a dataset. None includes another.
public enum Scope {
  /// To push rows, into one source or any.
  APPEND,
  /// To see its rows, what its chain says, its receipts, and to copy it.
  READ,
  /// To run SQL over it.
  QUERY,
  /// To change what it takes and how: sources, columns, what was refused.
  MANAGE;

  /// The name in tokens and messages: `append`.
  public String slug() {
    return name().toLowerCase(Locale.ROOT);
  }
}
