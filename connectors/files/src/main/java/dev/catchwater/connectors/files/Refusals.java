package dev.catchwater.connectors.files;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;

/// What a server's answer means where it is not the file. Only what may pass by itself is
/// `REMOTE_UNAVAILABLE`.
final class Refusals {
  private Refusals() {}

  /// @param reason in the server's words, empty for none
  /// @param access what would let us in, for the hint
  static CatchwaterException of(String address, int status, String reason, String access) {
    boolean isPassing = status >= 500 || status == 429 || status == 408;
    boolean isMissing = status == 404 || status == 410;
    String said = reason.isEmpty() ? "" : ": " + reason;
    if (isMissing) {
      return at(ErrorCode.OBJECT_NOT_FOUND, address, "The server has no such file (404)" + said);
    }
    if (status == 401 || status == 403) {
      return at(
              ErrorCode.OBJECT_NOT_FOUND,
              address,
              "The server refuses access (" + status + ")" + said)
          .withHint(access);
    }
    return at(
        isPassing ? ErrorCode.REMOTE_UNAVAILABLE : ErrorCode.BAD_ARGUMENT,
        address,
        "The server answered " + status + said);
  }

  static CatchwaterException at(ErrorCode code, String address, String message) {
    return CatchwaterException.at(code, Place.of(address), message);
  }
}
