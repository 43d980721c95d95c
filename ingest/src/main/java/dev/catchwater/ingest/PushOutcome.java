package dev.catchwater.ingest;

/// Whether a push left something new in the chain.
public enum PushOutcome {
  /// At least one block was (or, in a dry run, would be) committed.
  UPDATED,
  /// Nothing to do: no block was committed.
  UP_TO_DATE
}
