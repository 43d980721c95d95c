package dev.catchwater.cli.command;

import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.server.access.TokenText;
import dev.catchwater.storage.secret.SecretRef;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The token that a command shows to a server: of the file that `--token-file` names, or of the
/// variable `CATCHWATER_TOKEN`; never a word of the command line, which everyone on the machine can
/// read. Looked at before anything is sent (reliability §7.7).
final class ServerToken {
  private static final String OPTION = "token-file";
  private static final String VARIABLE = "CATCHWATER_TOKEN";

  private ServerToken() {}

  static OptionSpec spec() {
    return OptionSpec.valued(
        OPTION, "FILE", "The token for a server that asks for one, else of " + VARIABLE);
  }

  /// The token, null where there is none.
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException for a file that others may read, or a
  ///   token with a typo
  static @Nullable String of(Session session, Arguments arguments) {
    String file = arguments.value(OPTION);
    String variable = session.environment().getOrDefault(VARIABLE, "").strip();
    if (file == null) {
      return variable.isEmpty() ? null : TokenText.require(variable, VARIABLE).reveal();
    }
    String text =
        SecretRef.parse("file:" + session.resolve(file), session.folder())
            .resolve(Map.of())
            .strip();
    if (!variable.isEmpty() && !variable.equals(text)) {
      session
          .console()
          .insist(
              Style.NOTICE, "Warning: --token-file and " + VARIABLE + " differ; the file is taken");
    }
    return TokenText.require(text, "--token-file " + file).reveal();
  }
}
