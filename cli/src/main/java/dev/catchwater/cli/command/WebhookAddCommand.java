package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.config.Units;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.ingest.quarantine.QuarantineRule;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.server.hook.BadSignature;
import dev.catchwater.server.hook.HookScheme;
import dev.catchwater.server.hook.Webhook;
import dev.catchwater.server.hook.Webhooks;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.secret.SecretRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `webhook add`
final class WebhookAddCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "webhook add",
            "Give a dataset an address that a service sends events to",
            "Lets a service push into a dataset by POST /DATASET/webhook/NAME. Each request must"
                + " have a signature made with the secret; no token is needed. What is in the body"
                + " is read by the push source. A server that runs takes notice within a second."
                + "\n\nOne bad row of an event refuses all of it, and most senders try that again"
                + " for hours and then give up. With --on-error quarantine the good rows are taken,"
                + " the bad ones wait in quarantine (quarantine list), and the sender is told that"
                + " all is well."
                + "\n\nThe secret itself is never kept, only where it is: env:NAME is a variable of"
                + " the server's process, file:PATH a file that only its owner may read. To change a"
                + " secret, name both with --replace until the sender uses the new one.")
        .options(
            OptionSpec.valued("scheme", "SCHEME", "How the sender signs")
                .choices("standard", "github", "stripe", "slack"),
            OptionSpec.valued(
                "secret", "REF", "Where the secret is, env:NAME or file:PATH; may be repeated"),
            OptionSpec.valued("source", "NAME", "The push source, where there are several"),
            OptionSpec.valued(
                    "on-error", "WAY", "What a bad row does: refuse the event, or be set aside")
                .choices(Webhook.REJECT, Webhook.QUARANTINE),
            OptionSpec.valued(
                "tolerance", "TIME", "How far off the time of a request may be (5min)"),
            OptionSpec.flag("replace", "Put it in the place of one that has the name"))
        .arguments(
            ArgumentSpec.one("DATASET", ArgumentSpec.Kind.DATASET, "Name or id of the dataset"),
            ArgumentSpec.one("NAME", ArgumentSpec.Kind.TEXT, "The last word of the address"))
        .example(
            "Events of GitHub",
            "catchwater webhook add events github --scheme github --secret file:github.secret")
        .example(
            "A sender of Standard Webhooks, while its secret changes",
            "catchwater webhook add events shop --scheme standard --secret env:NEW --secret env:OLD"
                + " --replace");
  }

  @Override
  public int run(Session session, Arguments arguments) {
    String word = arguments.value("scheme");
    HookScheme scheme = word == null ? null : HookScheme.find(word);
    if (scheme == null) {
      throw Misuse.of("Specify --scheme: standard, github, stripe or slack");
    }
    List<SecretRef> secrets = new ArrayList<>();
    for (String text : arguments.values("secret")) {
      secrets.add(SecretRef.parse(text, session.folder()));
    }
    if (secrets.isEmpty()) {
      throw Misuse.of("Specify --secret env:NAME or --secret file:PATH");
    }
    Dataset dataset = Workspaces.find(session).require(arguments.positional(0));
    Sources.refuseCopies(dataset, "Adding a webhook to");
    String source = arguments.value("source");
    boolean setsAside = Webhook.QUARANTINE.equals(arguments.value("on-error"));
    AddPushSource taking = requireSource(dataset, source);
    if (setsAside) {
      QuarantineRule.require(dataset, taking);
    }
    String name = arguments.positional(1);
    Webhook webhook = new Webhook(name, scheme, secrets, source, setsAside, tolerance(arguments));
    for (SecretRef secret : secrets) {
      check(session, scheme, secret);
    }
    new Webhooks(dataset).add(webhook, arguments.has("replace"));
    session
        .console()
        .say(Style.DONE, "Added: POST /" + dataset.name() + "/webhook/" + webhook.name());
    return 0;
  }

  private static Duration tolerance(Arguments arguments) {
    String text = arguments.value("tolerance");
    if (text == null) {
      return Webhook.TOLERANCE;
    }
    long millis = Units.millis(text);
    if (millis < 0) {
      throw Misuse.of("--tolerance is a time with its unit, such as 5min or 90s");
    }
    return Duration.ofMillis(millis);
  }

  private static AddPushSource requireSource(Dataset dataset, @Nullable String source) {
    ChainState state = dataset.state();
    boolean isOne = state.pushSources().size() == 1;
    String named =
        source == null && isOne ? state.pushSources().keySet().iterator().next() : source;
    AddPushSource found = named == null ? null : state.pushSources().get(named);
    if (found != null) {
      return found;
    }
    if (source == null) {
      throw CatchwaterException.of(
              ErrorCode.SOURCE_AMBIGUOUS,
              "Dataset "
                  + dataset.name()
                  + (state.pushSources().isEmpty()
                      ? " has no push source"
                      : " has several push sources"))
          .withHint(
              state.pushSources().isEmpty()
                  ? "catchwater source add gives it one"
                  : "name one with --source: " + String.join(", ", state.pushSources().keySet()));
    }
    throw CatchwaterException.of(
            ErrorCode.SOURCE_NOT_FOUND,
            "Dataset " + dataset.name() + " has no push source " + source)
        .withHint("catchwater source list " + dataset.name());
  }

  // A file is what the server will read; a variable is the server's, and may not be set here.
  private static void check(Session session, HookScheme scheme, SecretRef secret) {
    if (secret.kind() == SecretRef.Kind.ENV && !session.environment().containsKey(secret.place())) {
      session
          .console()
          .say(
              Style.NOTICE,
              secret.place() + " is not set here; the server needs it when it starts");
      return;
    }
    try {
      scheme.key(secret.resolve(session.environment()));
    } catch (BadSignature e) {
      throw CatchwaterException.of(ErrorCode.BAD_ARGUMENT, secret + ": " + e.getMessage());
    }
  }
}
