package dev.catchwater.ingest.sieve;

/// The merge found rows that cannot be taken: the input is to be read again without them. Never
/// leaves the push.
public final class ReadAgainException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ReadAgainException() {
    super("rows were set aside behind the reader", null, false, false);
  }
}
