package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.ArgumentSpec;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.server.hook.Webhooks;
import dev.catchwater.storage.Dataset;

/// `webhook remove`
final class WebhookRemoveCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "webhook remove",
            "Take back an address that a service sends events to",
            "Takes a webhook away; a server that runs takes notice within a second. Rows that came"
                + " through it stay.")
        .aliases("webhook rm")
        .arguments(
            ArgumentSpec.one("DATASET", ArgumentSpec.Kind.DATASET, "Name or id of the dataset"),
            ArgumentSpec.one("NAME", ArgumentSpec.Kind.TEXT, "The name of the webhook"))
        .example("No more of these", "catchwater webhook remove events github");
  }

  @Override
  public int run(Session session, Arguments arguments) {
    Dataset dataset = Workspaces.find(session).require(arguments.positional(0));
    String name = arguments.positional(1);
    new Webhooks(dataset).remove(name);
    session.console().say(Style.DONE, "Removed: POST /" + dataset.name() + "/webhook/" + name);
    return 0;
  }
}
