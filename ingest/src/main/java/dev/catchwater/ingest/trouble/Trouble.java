package dev.catchwater.ingest.trouble;

import java.util.Locale;

/// What can go wrong behind an answer. Nothing acknowledged is lost by it, and it is tried again.
public enum Trouble {
  /// Rows of a journal could not be put into a slice.
  SEAL("Rows could not be sealed; they are safe in the journal"),
  /// Rows that pushes set aside could not be put into their quarantine.
  QUARANTINE(
      "Rows that were set aside could not be put into their quarantine; they are safe in the"
          + " journal"),
  /// A view could not follow what it reads.
  VIEW("A view could not be brought up to date; it stands as it did");

  private final String sentence;

  Trouble(String sentence) {
    this.sentence = sentence;
  }

  /// The word for it in figures.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// What happened, without the reason.
  public String sentence() {
    return sentence;
  }
}
