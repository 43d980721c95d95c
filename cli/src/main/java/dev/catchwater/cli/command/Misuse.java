package dev.catchwater.cli.command;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;

/// Options and arguments that are each right and do not go together: exit code 1, as in kamu, where
/// only a command line that cannot be parsed is 2.
final class Misuse {
  private Misuse() {}

  static CatchwaterException of(String message) {
    return CatchwaterException.of(ErrorCode.BAD_ARGUMENT, message);
  }
}
