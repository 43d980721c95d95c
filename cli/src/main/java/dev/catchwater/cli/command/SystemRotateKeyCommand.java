package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.terminal.Console.Style;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Workspace;
import dev.catchwater.storage.key.ReceiptKeys;
import dev.catchwater.storage.record.SideLog;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `system rotate-key`
final class SystemRotateKeyCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.of(
            "system rotate-key",
            "Sign receipts with a new key",
            "Makes a new key for receipts and proven answers, after a question, and writes that,"
                + " signed with both keys, into the side log of each dataset. Receipts that were given"
                + " before stay good; what is dated later and signed with the former key is refused."
                + " A server that runs uses the new key within a second."
                + "\n\nWhere somebody else may have the former key, --revoked-since says since when:"
                + " receipts of a later time that it signed are refused, and proven answers, which"
                + " have no time, altogether. Give the new public key to whoever checks receipts:"
                + " catchwater receipt key --all.")
        .options(
            OptionSpec.valued(
                "revoked-since",
                "TIME",
                "Since when others may have had the former key, as 2026-01-31T12:00:00Z"))
        .example("Once a year", "catchwater system rotate-key")
        .example(
            "The key was stolen, at some time after Friday",
            "catchwater system rotate-key --revoked-since 2026-01-30T00:00:00Z");
  }

  @Override
  public int run(Session session, Arguments arguments) throws IOException {
    Workspace workspace = Workspaces.find(session);
    Instant now = session.clock().instant();
    Instant since = since(arguments.value("revoked-since"), now);
    LiveWorkspace engine = session.engine();
    ReceiptKeys keys =
        engine == null
            ? new ReceiptKeys(session.disk(), workspace.keysFolder(), new LateRandom())
            : engine.receiptKeys();
    if (keys.known().isEmpty()) {
      throw CatchwaterException.of(
              ErrorCode.OBJECT_NOT_FOUND, "No receipt was signed in this workspace yet")
          .withHint("the key is made with the first push to a server");
    }
    Confirmation.require(
        session,
        "You are about to replace the key that receipts are signed with",
        List.of(keys.known().getFirst().toString()));
    ReceiptKeys.Rotation rotation = keys.rotate(now, since);
    for (Dataset dataset : workspace.list()) {
      SideLog.addRotation(dataset, rotation, now);
    }
    session
        .console()
        .say(Style.DONE, "Receipts are signed with " + rotation.key().verifier() + " from now on");
    session
        .console()
        .say(
            (since == null ? "The former key is good until " : "The former key is revoked since ")
                + rotation.until());
    return 0;
  }

  private static @Nullable Instant since(@Nullable String text, Instant now) {
    if (text == null) {
      return null;
    }
    try {
      Instant since = Instant.parse(text);
      if (!since.isAfter(now)) {
        return since;
      }
    } catch (DateTimeException e) {
      // said below
    }
    throw CatchwaterException.of(
        ErrorCode.BAD_ARGUMENT,
        "--revoked-since is a time in the past, as 2026-01-31T12:00:00Z, not " + text);
  }
}
