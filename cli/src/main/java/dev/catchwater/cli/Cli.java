package dev.catchwater.cli;

import dev.catchwater.cli.arg.ArgumentParser;
import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.arg.CommandSpec;
import dev.catchwater.cli.arg.HelpText;
import dev.catchwater.cli.arg.OptionSpec;
import dev.catchwater.cli.arg.Suggestion;
import dev.catchwater.cli.arg.UsageException;
import dev.catchwater.cli.command.CommandCatalog;
import dev.catchwater.cli.command.Instants;
import dev.catchwater.cli.terminal.Console;
import dev.catchwater.cli.terminal.ErrorText;
import dev.catchwater.cli.terminal.Terminals;
import dev.catchwater.disk.Disk;
import dev.catchwater.disk.LocalDisk;
import dev.catchwater.ingest.live.LiveWorkspace;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One command line from its words to its exit code: 0 done or nothing to do, 1 refused or failed,
/// 2 wrong command line (design §7.33). Nothing else of the process is touched, so tests run
/// commands in their own process.
public final class Cli {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int WRONG_COMMAND_LINE = 2;

  private final InputStream stdin;
  private final OutputStream stdout;
  private final Console console;
  private final Terminals terminals;
  private final Map<String, String> environment;
  private final Path folder;
  private final InstantSource clock;
  private final Disk disk;
  private final @Nullable LiveWorkspace engine;

  private Cli(
      InputStream stdin,
      OutputStream stdout,
      Console console,
      Terminals terminals,
      Map<String, String> environment,
      Path folder,
      InstantSource clock,
      Disk disk,
      @Nullable LiveWorkspace engine) {
    this.stdin = stdin;
    this.stdout = stdout;
    this.console = console;
    this.terminals = terminals;
    this.environment = environment;
    this.folder = folder;
    this.clock = clock;
    this.disk = disk;
    this.engine = engine;
  }

  /// Runs a command line on this machine's disk with no terminal in sight.
  ///
  /// @param folder the current folder
  /// @return the exit code
  public static int run(
      String[] words,
      InputStream stdin,
      OutputStream stdout,
      OutputStream stderr,
      Map<String, String> environment,
      Path folder,
      InstantSource clock) {
    return run(
        words, stdin, stdout, stderr, Terminals.NONE, environment, folder, clock, new LocalDisk());
  }

  /// Runs a command line.
  ///
  /// @param terminals which streams are terminals
  /// @param folder the current folder
  /// @param disk where workspaces lie
  /// @return the exit code
  public static int run(
      String[] words,
      InputStream stdin,
      OutputStream stdout,
      OutputStream stderr,
      Terminals terminals,
      Map<String, String> environment,
      Path folder,
      InstantSource clock,
      Disk disk) {
    return run(
        words,
        stdin,
        stdout,
        new Console(stderr, terminals.of(words)),
        terminals.of(words),
        environment,
        folder,
        clock,
        disk,
        null);
  }

  /// Runs a command line whose console is there already.
  ///
  /// @param terminals which streams are terminals, as the command line has them
  /// @param folder the current folder
  /// @param disk where workspaces lie
  /// @param engine what this process keeps open for pushes, null where it keeps nothing
  /// @return the exit code
  public static int run(
      String[] words,
      InputStream stdin,
      OutputStream stdout,
      Console console,
      Terminals terminals,
      Map<String, String> environment,
      Path folder,
      InstantSource clock,
      Disk disk,
      @Nullable LiveWorkspace engine) {
    boolean withTrace = false;
    for (String word : words) {
      withTrace |= word.equals("--show-error-stack-trace");
    }
    try {
      return new Cli(
              stdin,
              stdout,
              console,
              terminals,
              environment,
              folder.toAbsolutePath().normalize(),
              clock,
              disk,
              engine)
          .run(words);
    } catch (UsageException e) {
      console.insist(Console.Style.FAILURE, "Error:", " " + e.getMessage());
      String tip = e.tip();
      if (tip != null) {
        console.insist(Console.Style.PLAIN, "  tip: " + tip);
      }
      String usage = e.usage();
      if (usage != null) {
        console.insist(Console.Style.PLAIN, "\nUsage: " + usage);
      }
      console.insist(Console.Style.PLAIN, "For more information, try '--help'.");
      return WRONG_COMMAND_LINE;
    } catch (UncheckedIOException | IOException e) {
      if (isBrokenPipe(e)) {
        return FAILED;
      }
      ErrorText.print(console, e, withTrace);
      return FAILED;
    } catch (RuntimeException | Error e) {
      ErrorText.print(console, e, withTrace);
      return FAILED;
    }
  }

  // Whoever read our output has seen enough (`tail … | head -1`): no reason for a message.
  private static boolean isBrokenPipe(Exception e) {
    Throwable cause = e instanceof UncheckedIOException ? e.getCause() : e;
    return cause != null && "Broken pipe".equals(cause.getMessage());
  }

  private int run(String[] words) throws IOException {
    List<OptionSpec> globals = CommandCatalog.globals();
    int at = commandAt(words, 0, globals);
    if (at < 0) {
      return withoutCommand(words, globals);
    }
    String name = words[at];
    String[] rest = without(words, at);
    while (CommandCatalog.isGroup(name)) {
      at = commandAt(rest, at, globals);
      if (at < 0) {
        return withoutNextWord(rest, name, globals);
      }
      name = name + " " + rest[at];
      rest = without(rest, at);
    }
    Command command = CommandCatalog.find(name);
    if (command == null) {
      throw unknownCommand(name);
    }
    CommandSpec spec = command.spec();
    Arguments arguments = ArgumentParser.parse(spec, globals, rest, 0);
    if (arguments.has("help")) {
      print(HelpText.of(spec, globals));
      return DONE;
    }
    if (arguments.has("quiet")) {
      console.beQuiet();
    }
    Session session =
        new Session(
            stdin,
            stdout,
            console,
            terminals,
            environment,
            folder,
            clockOf(arguments),
            disk,
            arguments,
            engine);
    return command.run(session, arguments);
  }

  private InstantSource clockOf(Arguments arguments) {
    String time = arguments.value("system-time");
    if (time == null) {
      return clock;
    }
    Instant fixed = Instants.parse("system-time", time);
    return InstantSource.fixed(fixed);
  }

  private int withoutCommand(String[] words, List<OptionSpec> globals) throws IOException {
    CommandSpec program = CommandSpec.of("", "", "");
    OptionSpec version = OptionSpec.flag("version", 'V', "Print the version");
    List<OptionSpec> options = new ArrayList<>(globals);
    options.add(version);
    Arguments arguments = ArgumentParser.parse(program, options, words, 0);
    if (arguments.has("version")) {
      print("catchwater " + Version.current() + "\n");
      return DONE;
    }
    String help =
        HelpText.of(
            "catchwater takes in data that is pushed and keeps it as Open Data Fabric datasets: an"
                + " append-only history that anyone can query, replicate and verify.",
            "catchwater [OPTIONS] <COMMAND>",
            CommandCatalog.specs(""),
            options,
            "To see what a command does, with examples: catchwater <COMMAND> --help. To see all"
                + " of it at work in a minute: ./catchwater quickstart.");
    if (arguments.has("help")) {
      print(help);
      return DONE;
    }
    console.insist(Console.Style.PLAIN, help.stripTrailing());
    return WRONG_COMMAND_LINE;
  }

  private int withoutNextWord(String[] words, String group, List<OptionSpec> globals)
      throws IOException {
    String help =
        HelpText.of(
            CommandCatalog.purposeOf(group),
            "catchwater " + group + " <COMMAND>",
            CommandCatalog.specs(group + " "),
            globals,
            "To see what a command does, with examples: catchwater "
                + group
                + " <COMMAND> --help.");
    for (String word : words) {
      if (word.equals("--help") || word.equals("-h")) {
        print(help);
        return DONE;
      }
    }
    console.insist(Console.Style.PLAIN, help.stripTrailing());
    return WRONG_COMMAND_LINE;
  }

  private static UsageException unknownCommand(String name) {
    List<String> names = new ArrayList<>();
    for (CommandSpec spec : CommandCatalog.specs("")) {
      if (!spec.isHidden()) {
        names.add(spec.name());
        names.addAll(spec.aliases());
      }
    }
    String nearest = Suggestion.nearest(name, names);
    return new UsageException(
        "Unknown command '" + name + "'",
        nearest == null ? null : "did you mean '" + nearest + "'?",
        "catchwater [OPTIONS] <COMMAND>");
  }

  /// Where the first word stands that is no option and no option's value, or -1.
  private static int commandAt(String[] words, int from, List<OptionSpec> globals) {
    for (int i = from; i < words.length; i++) {
      String word = words[i];
      if (word.isEmpty() || word.charAt(0) != '-') {
        return i;
      }
      for (OptionSpec option : globals) {
        boolean isIt =
            word.equals("--" + option.name())
                || (option.letter() != 0 && word.equals("-" + option.letter()));
        if (isIt && option.takesValue()) {
          i++;
          break;
        }
      }
    }
    return -1;
  }

  private static String[] without(String[] words, int at) {
    String[] rest = new String[words.length - 1];
    System.arraycopy(words, 0, rest, 0, at);
    System.arraycopy(words, at + 1, rest, at, rest.length - at);
    return rest;
  }

  private void print(String text) throws IOException {
    stdout.write(text.getBytes(StandardCharsets.UTF_8));
    stdout.flush();
  }
}
