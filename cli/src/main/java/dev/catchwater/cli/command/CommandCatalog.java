package dev.catchwater.cli.command;

import dev.catchwater.cli.Command;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.OptionSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All commands by name. Only the one that is asked for is made.
public final class CommandCatalog {
  /// The commands in the order of help.
  public static final List<String> NAMES =
      List.of(
          "init",
          "new",
          "add",
          "ingest",
          "source list",
          "source show",
          "source add",
          "source disable",
          "quarantine list",
          "quarantine show",
          "quarantine replay",
          "quarantine drop",
          "tail",
          "sql",
          "export",
          "serve",
          "token create",
          "token list",
          "token revoke",
          "list",
          "log",
          "inspect schema",
          "inspect slices",
          "inspect lineage",
          "inspect query",
          "verify",
          "receipt verify",
          "receipt key",
          "webhook add",
          "webhook list",
          "webhook remove",
          "webhook explain",
          "delete",
          "rename",
          "reset",
          "pull",
          "push",
          "repo add",
          "repo list",
          "repo delete",
          "repo alias add",
          "repo alias list",
          "repo alias delete",
          "config list",
          "config get",
          "config set",
          "doctor",
          "system compact",
          "system gc",
          "system rotate-key",
          "system decode",
          "system engine status",
          "system engine stop",
          "version",
          "completions",
          "complete");

  private CommandCatalog() {}

  /// The command of a name or alias, or null.
  public static @Nullable Command find(String name) {
    return switch (name) {
      case "ingest" -> new IngestCommand();
      case "tail" -> new TailCommand();
      case "sql" -> new SqlCommand();
      case "export" -> new ExportCommand();
      case "serve", "system api-server" -> new ServeCommand();
      case "token create" -> new TokenCreateCommand();
      case "token list", "token ls" -> new TokenListCommand();
      case "token revoke" -> new TokenRevokeCommand();
      case "init" -> new InitCommand();
      case "new" -> new NewCommand();
      case "add" -> new AddCommand();
      case "list", "ls" -> new ListCommand();
      case "log" -> new LogCommand();
      case "source list", "source ls" -> new SourceListCommand();
      case "source show" -> new SourceShowCommand();
      case "source add" -> new SourceAddCommand();
      case "source disable" -> new SourceDisableCommand();
      case "quarantine list", "quarantine ls" -> new QuarantineListCommand();
      case "quarantine show" -> new QuarantineShowCommand();
      case "quarantine replay" -> new QuarantineReplayCommand();
      case "quarantine drop" -> new QuarantineDropCommand();
      case "inspect schema" -> new InspectSchemaCommand();
      case "inspect slices" -> new InspectSlicesCommand();
      case "inspect lineage" -> new InspectLineageCommand();
      case "inspect query" -> new InspectQueryCommand();
      case "verify" -> new VerifyCommand();
      case "receipt verify" -> new ReceiptVerifyCommand();
      case "receipt key" -> new ReceiptKeyCommand();
      case "webhook add" -> new WebhookAddCommand();
      case "webhook list", "webhook ls" -> new WebhookListCommand();
      case "webhook remove", "webhook rm" -> new WebhookRemoveCommand();
      case "webhook explain" -> new WebhookExplainCommand();
      case "delete", "rm" -> new DeleteCommand();
      case "rename", "mv" -> new RenameCommand();
      case "reset" -> new ResetCommand();
      case "config list", "config ls" -> new ConfigListCommand();
      case "config get" -> new ConfigGetCommand();
      case "config set" -> new ConfigSetCommand();
      case "doctor", "system diagnose" -> new DoctorCommand();
      case "system decode" -> new SystemDecodeCommand();
      case "system compact" -> new SystemCompactCommand();
      case "system engine status" -> new SystemEngineStatusCommand();
      case "system engine stop" -> new SystemEngineStopCommand();
      case "system gc" -> new SystemGcCommand();
      case "system rotate-key" -> new SystemRotateKeyCommand();
      case "pull" -> new PullCommand();
      case "push" -> new PushCommand();
      case "repo add" -> new RepoAddCommand();
      case "repo list", "repo ls" -> new RepoListCommand();
      case "repo delete", "repo rm" -> new RepoDeleteCommand();
      case "repo alias add" -> new RepoAliasAddCommand();
      case "repo alias list", "repo alias ls" -> new RepoAliasListCommand();
      case "repo alias delete", "repo alias rm" -> new RepoAliasDeleteCommand();
      case "version", "system info" -> new VersionCommand();
      case "completions" -> new CompletionsCommand();
      case "complete" -> new CompleteCommand();
      default -> null;
    };
  }

  /// Whether one or two words only begin the name of a command.
  public static boolean isGroup(String words) {
    return switch (words) {
      case "inspect",
          "quarantine",
          "receipt",
          "source",
          "webhook",
          "system",
          "system engine",
          "token",
          "repo",
          "repo alias",
          "config" ->
          true;
      default -> false;
    };
  }

  /// What the commands of a group are for, one sentence.
  public static String purposeOf(String group) {
    return switch (group) {
      case "receipt" -> "Checks receipts of pushes, and shows the key they are signed with.";
      case "webhook" ->
          "Keeps the addresses that services send events to, and says why a signature does not hold.";
      case "quarantine" -> "Looks at rows that pushes set aside, and pushes them again.";
      case "inspect" -> "Looks into a dataset.";
      case "repo" ->
          "Keeps the names and addresses of places that datasets are copied from and to.";
      case "repo alias" -> "Keeps the addresses that single datasets are copied from and to.";
      case "config" -> "Keeps settings that hold for many commands.";
      case "system engine" -> "Looks after the process that runs the workspace's commands.";
      case "token" -> "Keeps what others need to use the server, and what they may do with it.";
      case "system" -> "Looks after the workspace and its files.";
      case "source" -> "Looks at the push sources of a dataset and changes them.";
      default -> throw new IllegalStateException("no group of commands " + group);
    };
  }

  /// The grammars of all commands whose name begins with `prefix`.
  public static List<CommandSpec> specs(String prefix) {
    List<CommandSpec> specs = new ArrayList<>();
    for (String name : NAMES) {
      Command command = name.startsWith(prefix) ? find(name) : null;
      if (command != null) {
        specs.add(command.spec());
      }
    }
    return specs;
  }

  /// The options that every command has.
  public static List<OptionSpec> globals() {
    return List.of(
        OptionSpec.flag("verbose", 'v', "Say more; repeat it for more still"),
        OptionSpec.flag("quiet", 'q', "Print nothing but results and errors"),
        OptionSpec.flag("yes", 'y', "Answer every question with yes"),
        OptionSpec.flag("no-color", "No colours, also when standard error is a terminal"),
        OptionSpec.flag("show-error-stack-trace", "Print where in the program an error arose"),
        OptionSpec.flag("help", 'h', "Print this help"),
        OptionSpec.flag("trace", "Accepted for kamu's sake, does nothing").hidden(),
        OptionSpec.flag("metrics", "Accepted for kamu's sake, does nothing").hidden(),
        OptionSpec.valued("account", 'a', "NAME", "Accounts are not supported").hidden(),
        OptionSpec.valued("system-time", "T", "The time to take for now, RFC 3339").hidden());
  }
}
