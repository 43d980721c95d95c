package dev.catchwater.cli.command;

import dev.catchwater.cli.Session;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// Asks before something is lost.
final class Confirmation {
  private Confirmation() {}

  /// Returns when the answer is yes: on the terminal, or beforehand by `--yes`.
  ///
  /// @throws CatchwaterException `ABORTED` for any other answer, and where nobody can be asked
  static void require(Session session, String what, List<String> names) {
    if (session.assumesYes()) {
      return;
    }
    session.console().insist(Style.PLAIN, what + ":");
    for (String name : names) {
      session.console().insist(Style.PLAIN, "  " + name);
    }
    session.console().ask("Do you wish to continue? [y/N]:");
    if (!session.terminals().in()) {
      session.console().insist(Style.PLAIN, "");
      session.console().insist(Style.PLAIN, "Assuming 'no' because --yes flag was not provided");
    } else if (isYes(line(session))) {
      return;
    }
    throw CatchwaterException.of(ErrorCode.ABORTED, "Operation aborted");
  }

  private static boolean isYes(String answer) {
    return answer.equalsIgnoreCase("y") || answer.equalsIgnoreCase("yes");
  }

  private static String line(Session session) {
    StringBuilder line = new StringBuilder();
    try {
      for (int c = session.stdin().read(); c >= 0 && c != '\n'; c = session.stdin().read()) {
        line.append((char) c);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return line.toString().strip();
  }
}
