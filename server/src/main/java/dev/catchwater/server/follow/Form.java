package dev.catchwater.server.follow;

/// How rows are written for those who follow.
public enum Form {
  /// Server-sent events: one for each row, its id the row's offset.
  EVENTS,

  /// Each row an object on a line of its own.
  LINES
}
