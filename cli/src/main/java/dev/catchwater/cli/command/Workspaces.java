package dev.catchwater.cli.command;

import dev.catchwater.cli.Session;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.UsageException;
import dev.catchwater.cli.config.Setting;
import dev.catchwater.cli.config.Settings;
import dev.catchwater.ingest.live.Settlement;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.storage.LockWait;
import dev.catchwater.storage.Workspace;
import java.time.Duration;

/// How commands come to their workspace and wait for its locks.
final class Workspaces {
  private Workspaces() {}

  /// The workspace of the current folder, or the one that the environment forces.
  static Workspace find(Session session) {
    Workspace workspace =
        Workspace.find(
            session.disk(), session.folder(), session.environment().get(Workspace.VARIABLE));
    refuseAccount(session);
    return workspace.withSteward(Settlement.steward(session.clock(), new LateRandom()));
  }

  /// Accounts exist in kamu's multi-tenant workspaces only (design §7.22).
  static void refuseAccount(Session session) {
    String account = session.globals().value("account");
    if (account == null) {
      return;
    }
    for (int i = 0; i < account.length(); i++) {
      char c = account.charAt(i);
      boolean isInGrammar =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
      if (!isInGrammar) {
        throw new UsageException("Value '" + account + "' is not a valid AccountName");
      }
    }
    throw CatchwaterException.of(
        ErrorCode.UNSUPPORTED, "Directory is not a multi-tenant kamu workspace");
  }

  /// How many seconds to wait for another writer: what `--lock-wait` says, or else the settings.
  static long lockWaitSeconds(Session session, Arguments arguments) {
    return arguments.has("lock-wait")
        ? arguments.number("lock-wait", 0, 0)
        : new Settings(session).number(Setting.WRITER_LOCK_WAIT_SECONDS);
  }

  /// Waits for another writer as long as `--lock-wait` or the settings say, and says for whom.
  static LockWait lockWait(Session session, Arguments arguments) {
    return lockWait(session, lockWaitSeconds(session, arguments));
  }

  /// Waits for another writer as long as `seconds` say, and says for whom.
  private static LockWait lockWait(Session session, long seconds) {
    return new LockWait(
        Duration.ofSeconds(seconds),
        holder ->
            session
                .console()
                .say(
                    "Waiting for "
                        + (holder.isEmpty() ? "another process" : holder)
                        + " to finish writing"));
  }
}
