package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.query.format.TextTable.Align;
import dev.catchwater.server.access.Grant;
import dev.catchwater.server.access.Token;
import dev.catchwater.server.access.TokenFile;
import dev.catchwater.storage.Workspace;
import java.io.IOException;
import java.time.Instant;

/// `token list`
final class TokenListCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "token list",
            "List the tokens for the server",
            "Lists the tokens of the workspace with what they allow, also those that ended within"
                + " the last month. The tokens themselves are kept nowhere.")
        .aliases("token ls")
        .options(OutputOption.spec())
        .example("Who may do what?", "catchwater token list");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    OutputOption output = OutputOption.of(session, arguments);
    Workspace workspace = Workspaces.find(session);
    Instant now = session.clock().instant();
    Listing listing =
        new Listing()
            .text("Name", Align.LEFT)
            .text("ID", Align.LEFT)
            .text("State", Align.LEFT)
            .text("Scopes", Align.LEFT)
            .text("Network", Align.LEFT)
            .time("Expires");
    for (Token token : new TokenFile(workspace.disk(), workspace.keysFolder()).read()) {
      listing.add(token.name());
      listing.add(token.id());
      listing.add(token.revoked() != null ? "revoked" : token.isValidAt(now) ? "valid" : "expired");
      listing.add(scopes(token));
      listing.add(token.network() == null ? "" : token.network().toString());
      listing.add(token.expires(), token.expires().toString());
    }
    listing.print(output);
    return 0;
  }

  private static String scopes(Token token) {
    StringBuilder text = new StringBuilder();
    for (Grant grant : token.grants()) {
      text.append(text.isEmpty() ? "" : " ").append(grant);
    }
    return text.toString();
  }
}
