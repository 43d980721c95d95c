package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.receipt.KnownKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// `receipt key`
final class ReceiptKeyCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "receipt key",
            "Print the public key of the workspace's receipts",
            "Prints the key that receipts of this workspace are signed with, as C2SP's signed-note"
                + " writes it. Keep it where the server's owner cannot change it: receipt verify"
                + " --key takes it. It is made with the first push to a server."
                + "\n\nWith --all also the keys that were replaced, each with its end.")
        .options(OptionSpec.flag("all", "Also keys that system rotate-key replaced"))
        .example("Keep it", "catchwater receipt key > server.vkey");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    List<KnownKey> keys = KeptReceipts.keys(session, Workspaces.find(session));
    if (keys.isEmpty()) {
      throw CatchwaterException.of(
              ErrorCode.OBJECT_NOT_FOUND, "No receipt was signed in this workspace yet")
          .withHint("the key is made with the first push to a server");
    }
    for (KnownKey key : arguments.has("all") ? keys : keys.subList(0, 1)) {
      session.stdout().write((key + "\n").getBytes(StandardCharsets.UTF_8));
    }
    session.stdout().flush();
    return 0;
  }
}
