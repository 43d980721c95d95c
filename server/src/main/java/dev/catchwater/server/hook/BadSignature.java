package dev.catchwater.server.hook;

/// Why a request is not taken for one of the sender's. The message is for the operator: whoever
/// sent the request is only told that the signature does not hold. It has no part of a secret, nor
/// of a signature that would have been right.
public final class BadSignature extends Exception {
  BadSignature(String message) {
    super(message, null, false, false);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
