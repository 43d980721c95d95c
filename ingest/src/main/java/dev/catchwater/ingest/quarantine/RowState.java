package dev.catchwater.ingest.quarantine;

import java.util.Locale;

/// What became of a row in quarantine.
public enum RowState {
  /// It waits to be put right.
  OPEN,
  /// It was pushed again and taken.
  REPLAYED,
  /// Somebody decided that it is not wanted.
  DROPPED;

  /// The word in the dataset.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The state of a word.
  ///
  /// @throws IllegalArgumentException for another word
  public static RowState ofWord(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
