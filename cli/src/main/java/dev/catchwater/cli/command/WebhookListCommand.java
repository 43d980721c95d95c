package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.query.format.TextTable.Align;
import dev.catchwater.server.hook.Webhook;
import dev.catchwater.server.hook.Webhooks;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.secret.SecretRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `webhook list`
final class WebhookListCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "webhook list",
            "List the addresses that services send events to",
            "Lists webhooks: how each sender signs, where the secrets are, and which push source"
                + " takes the rows, and what a bad one does. Secrets themselves are shown nowhere.")
        .aliases("webhook ls")
        .options(OutputOption.spec())
        .arguments(Patterns.ONE_OR_ALL)
        .example("Who may send what?", "catchwater webhook list events");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    OutputOption output = OutputOption.of(session, arguments);
    Listing listing = new Listing();
    for (String column :
        new String[] {"Dataset", "Name", "Scheme", "Secrets", "Source", "On error", "Tolerance"}) {
      listing.text(column, Align.LEFT);
    }
    for (Dataset dataset : Patterns.oneOrAll(session, arguments)) {
      for (Webhook webhook : new Webhooks(dataset).list()) {
        List<String> secrets = new ArrayList<>();
        for (SecretRef secret : webhook.secrets()) {
          secrets.add(secret.toString());
        }
        listing.add(dataset.name().toString());
        listing.add(webhook.name());
        listing.add(webhook.scheme().word());
        listing.add(String.join(" ", secrets));
        listing.add(webhook.source() == null ? "" : webhook.source());
        listing.add(webhook.onError());
        listing.add(webhook.scheme().hasTimestamp() ? webhook.tolerance().toSeconds() + "s" : "");
      }
    }
    listing.print(output);
    return 0;
  }
}
