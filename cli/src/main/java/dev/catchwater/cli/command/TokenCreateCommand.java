package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.config.Units;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.server.access.Grant;
import dev.catchwater.server.access.Network;
import dev.catchwater.server.access.Scope;
import dev.catchwater.server.access.Token;
import dev.catchwater.server.access.TokenFile;
import dev.catchwater.server.access.TokenText;
import dev.catchwater.storage.Workspace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `token create`
final class TokenCreateCommand implements Command {
  private static final String LIFE = "90d";
  private static final Duration LIFE_MAX = Duration.ofDays(3650);
  private static final Duration KEPT = Duration.ofDays(30);
  private static final int NAME_LENGTH_MAX = 100;

  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "token create",
            "Make a token for the server, and show it once",
            "Makes a token with which a client may do some things on the server and nothing else."
                + " It is printed once, on standard output: the workspace keeps a hash of it only."
                + " Running servers take it within a second."
                + "\n\nA scope is append, read, query or manage, for all datasets or for one"
                + " (read:gps), append also for one source (append:gps/mobile). None includes"
                + " another.")
        .options(
            OptionSpec.valued("scope", 's', "SCOPE", "What it allows; repeat it for more"),
            OptionSpec.valued("expires", "TIME", "How long it is valid (90d)"),
            OptionSpec.valued("network", "CIDR", "The addresses it may be used from"))
        .arguments(ArgumentSpec.one("NAME", ArgumentSpec.Kind.TEXT, "Whose it is, for the list"))
        .example(
            "For a device that only pushes, into one source",
            "catchwater token create sensor-7 --scope append:gps/mobile")
        .example(
            "For an analyst, from the office, for a week",
            "catchwater token create ana --scope read --scope query --expires 7d"
                + " --network 192.0.2.0/24");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    Workspace workspace = Workspaces.find(session);
    String name = name(arguments.positional(0));
    List<Grant> grants = new ArrayList<>();
    for (String scope : arguments.values("scope")) {
      grants.add(Grant.parse(scope));
    }
    if (grants.isEmpty()) {
      throw Misuse.of("Say with --scope what the token allows, such as append:DATASET");
    }
    String network = arguments.value("network");
    Token made =
        make(
            session,
            workspace,
            name,
            grants,
            life(arguments.value("expires", LIFE)),
            network == null ? null : Network.parse(network));
    warnOfMissing(session, workspace, grants);
    session
        .console()
        .say(
            Style.DONE,
            "Token "
                + made.name()
                + " is valid until "
                + made.expires()
                + "; it is not shown again");
    return 0;
  }

  /// A token that may do everything, for `serve --get-token`.
  static void makeForAll(Session session, Workspace workspace) throws IOException {
    List<Grant> grants = new ArrayList<>();
    for (Scope scope : Scope.values()) {
      grants.add(new Grant(scope, null, null));
    }
    String name = "serve " + session.clock().instant();
    make(session, workspace, name, grants, life(LIFE), null);
  }

  private static Token make(
      Session session,
      Workspace workspace,
      String name,
      List<Grant> grants,
      Duration life,
      @Nullable Network network)
      throws IOException {
    TokenText text = TokenText.create(new LateRandom());
    Instant now = session.clock().instant();
    Token token = Token.of(text, name, grants, now, now.plus(life), network);
    new TokenFile(workspace.disk(), workspace.keysFolder())
        .change(known -> with(known, token, now));
    session.stdout().write((text.reveal() + "\n").getBytes(StandardCharsets.UTF_8));
    session.stdout().flush();
    return token;
  }

  private static List<Token> with(List<Token> known, Token token, Instant now) {
    List<Token> all = new ArrayList<>();
    for (Token other : known) {
      if (other.name().equals(token.name()) && other.isValidAt(now)) {
        throw CatchwaterException.of(
                ErrorCode.ALREADY_EXISTS, "There is a token named " + token.name())
            .withHint("token revoke ends it; or take another name");
      }
      // What ended long ago nobody asks about.
      if (now.isBefore(other.expires().plus(KEPT))) {
        all.add(other);
      }
    }
    all.add(token);
    return all;
  }

  private static void warnOfMissing(Session session, Workspace workspace, List<Grant> grants) {
    for (Grant grant : grants) {
      if (grant.dataset() != null && workspace.find(grant.dataset()).isEmpty()) {
        session
            .console()
            .insist(Style.NOTICE, "Warning: there is no dataset " + grant.dataset() + " yet");
      }
    }
  }

  private static String name(String text) {
    boolean isName = !text.isBlank() && text.length() <= NAME_LENGTH_MAX;
    for (int i = 0; i < text.length(); i++) {
      isName &= !Character.isISOControl(text.charAt(i));
    }
    if (!isName || text.startsWith(TokenText.PREFIX)) {
      throw CatchwaterException.of(
          ErrorCode.BAD_ARGUMENT, "The name of a token is a short text, and not a token");
    }
    return text;
  }

  private static Duration life(String text) {
    long millis = Units.millis(text);
    if (millis <= 0 || millis > LIFE_MAX.toMillis()) {
      throw CatchwaterException.of(
              ErrorCode.BAD_ARGUMENT, "A token cannot be valid for '" + text + "'")
          .withHint("a number with min, h or d behind it, up to " + LIFE_MAX.toDays() + "d");
    }
    return Duration.ofMillis(millis);
  }
}
