package dev.catchwater.ingest.index;

/// What the entries of an index hold behind their key.
enum EntryForm {
  /// The content hash of the first row.
  KEYS(1, false),
  /// Of a push under way: content hash, event time, and which row it is.
  PUSHED(3, false),
  /// Of the last row: content hash, event time, and where the row lies; [#RETRACTED] for none.
  STATES(3, true);

  /// In the place of a row's position: the last row of the key was a retraction.
  static final long RETRACTED = -1;

  private final int width;
  private final boolean hasRows;

  EntryForm(int width, boolean hasRows) {
    this.width = width;
    this.hasRows = hasRows;
  }

  /// Values an entry.
  int width() {
    return width;
  }

  /// Whether entries stand for rows that lie beside them.
  boolean hasRows() {
    return hasRows;
  }

  boolean isRetracted(EntrySource entry) {
    return hasRows && entry.value(width - 1) == RETRACTED;
  }
}
