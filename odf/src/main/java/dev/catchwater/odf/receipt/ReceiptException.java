package dev.catchwater.odf.receipt;

/// A text that is not what it should be: a proof, note, key or receipt that does not parse, or does
/// not prove what it says. The message is one sentence for a person.
public final class ReceiptException extends Exception {
  /// What is wrong.
  public ReceiptException(String message) {
    super(message);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
