package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.server.access.Token;
import dev.catchwater.server.access.TokenFile;
import dev.catchwater.server.access.TokenText;
import dev.catchwater.storage.Workspace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `token revoke`
final class TokenRevokeCommand implements Command {
  private static final int ID_LENGTH_MIN = 6;

  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "token revoke",
            "End tokens for the server before their time",
            "Ends tokens. Within a second running servers refuse them, also for bodies that are on"
                + " their way and connections that are open; what was acknowledged stays.")
        .arguments(
            ArgumentSpec.many("TOKEN", ArgumentSpec.Kind.TEXT, "Names, or the beginnings of ids")
                .required())
        .example("A device was lost", "catchwater token revoke sensor-7");
  }

  @Override
  public int run(Session session, Arguments arguments) {
    Workspace workspace = Workspaces.find(session);
    Instant now = session.clock().instant();
    new TokenFile(workspace.disk(), workspace.keysFolder())
        .change(known -> {
          List<Token> all = new ArrayList<>(known);
          for (String word : arguments.positionals()) {
            revoke(all, word, now);
          }
          return all;
        });
    session.console().say(Style.DONE, "Revoked: " + String.join(", ", shown(arguments)));
    return 0;
  }

  // Whoever gives the token itself means it, and would not see it again on the terminal.
  private static List<String> shown(Arguments arguments) {
    List<String> words = new ArrayList<>();
    for (String word : arguments.positionals()) {
      TokenText text = TokenText.find(word);
      words.add(text == null ? word : text.id());
    }
    return words;
  }

  private static void revoke(List<Token> all, String word, Instant now) {
    TokenText text = TokenText.find(word);
    String id = text == null ? word : text.id();
    boolean isFound = false;
    for (int i = 0; i < all.size(); i++) {
      Token token = all.get(i);
      boolean isMeant =
          token.name().equals(word) || (id.length() >= ID_LENGTH_MIN && token.id().startsWith(id));
      if (isMeant) {
        isFound = true;
        all.set(i, token.revoked() == null ? token.revokedAt(now) : token);
      }
    }
    if (!isFound) {
      throw missing(text == null ? word : null);
    }
  }

  private static CatchwaterException missing(@Nullable String word) {
    return CatchwaterException.of(
            ErrorCode.OBJECT_NOT_FOUND, "There is no token" + (word == null ? "" : " " + word))
        .withHint("token list has their names and ids");
  }
}
