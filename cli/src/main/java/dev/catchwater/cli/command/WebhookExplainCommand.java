package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.server.hook.CapturedRequest;
import dev.catchwater.server.hook.HookExplanation;
import dev.catchwater.server.hook.Webhook;
import dev.catchwater.storage.secret.SecretRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// `webhook explain`
final class WebhookExplainCommand implements Command {
  private static final int BYTES_MAX = 64 << 20;
  private static final int NAME_WIDTH = 10;

  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "webhook explain",
            "Say why the signature of a webhook does or does not hold",
            "Takes a request as it was captured and the secret, and says which scheme it has, which"
                + " string was signed, which signature that gives and which one came. Where they"
                + " differ it tries the usual mistakes (JSON that was written anew on the way,"
                + " another spelling of the signature or the secret, an end of line too many,"
                + " milliseconds) and says which one it was. Ends with 1 where a server would refuse"
                + " the request. Needs no workspace and no server, and keeps nothing."
                + "\n\nThe file has the request as it went over the wire: headers, an empty line,"
                + " the body. Or give the headers with --header and the body with --body.")
        .options(
            OptionSpec.valued(
                "secret", "REF", "Where the secret is, env:NAME or file:PATH; may be repeated"),
            OptionSpec.valued("header", 'H', "HEADER", "A header, 'Name: value'; may be repeated"),
            OptionSpec.valued("body", "FILE", "A file with the body, byte for byte"),
            OptionSpec.valued("at", "TIME", "When the request came in, RFC 3339 (now)"))
        .arguments(
            new ArgumentSpec(
                "FILE",
                "The request as it went over the wire; - for standard input",
                false,
                false,
                ArgumentSpec.Kind.FILE))
        .example(
            "A request that was captured",
            "catchwater webhook explain request.http --secret file:shop.secret")
        .example(
            "By its parts, as of then",
            "catchwater webhook explain -H 'X-Hub-Signature-256: sha256=…' --body b.json"
                + " --secret env:HOOK");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    List<String> secrets = new ArrayList<>();
    for (String text : arguments.values("secret")) {
      secrets.add(SecretRef.parse(text, session.folder()).resolve(session.environment()));
    }
    if (secrets.isEmpty()) {
      throw Misuse.of("Specify --secret env:NAME or --secret file:PATH");
    }
    String at = arguments.value("at");
    Instant time = at == null ? session.clock().instant() : Instants.parse("at", at);
    HookExplanation explanation =
        HookExplanation.of(request(session, arguments), secrets, time, Webhook.TOLERANCE);
    StringBuilder text = new StringBuilder();
    for (HookExplanation.Fact fact : explanation.facts()) {
      text.append(fact.name()).append(" ".repeat(NAME_WIDTH - fact.name().length()));
      text.append(fact.value()).append('\n');
    }
    if (explanation.isRight()) {
      text.append("The signature holds.\n");
    }
    for (String finding : explanation.findings()) {
      text.append("- ").append(finding).append(".\n");
    }
    session.stdout().write(text.toString().getBytes(StandardCharsets.UTF_8));
    return explanation.isRight() ? 0 : 1;
  }

  private static CapturedRequest request(Session session, Arguments arguments) throws IOException {
    List<String> headers = arguments.values("header");
    String body = arguments.value("body");
    boolean hasParts = !headers.isEmpty() || body != null;
    if (hasParts != arguments.positionals().isEmpty()) {
      throw Misuse.of("Specify a file with the request, or its parts by --header and --body");
    }
    if (!hasParts) {
      String file = arguments.positional(0);
      return CapturedRequest.parse(file, bytes(session, file));
    }
    List<CapturedRequest.Header> parsed = new ArrayList<>();
    for (String header : headers) {
      parsed.add(CapturedRequest.Header.parse(header));
    }
    return CapturedRequest.of(parsed, body == null ? new byte[0] : bytes(session, body));
  }

  private static byte[] bytes(Session session, String file) throws IOException {
    if (file.equals("-")) {
      return session.stdin().readNBytes(BYTES_MAX);
    }
    try (InputStream in = Files.newInputStream(session.resolve(file))) {
      return in.readNBytes(BYTES_MAX);
    } catch (NoSuchFileException e) {
      throw CatchwaterException.of(ErrorCode.OBJECT_NOT_FOUND, "There is no file " + file)
          .withCause(e);
    }
  }
}
