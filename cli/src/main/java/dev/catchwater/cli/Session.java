package dev.catchwater.cli;

import dev.catchwater.cli.arg.Arguments;
import dev.catchwater.cli.terminal.Console;
import dev.catchwater.cli.terminal.Terminals;
import dev.catchwater.disk.Disk;
import dev.catchwater.ingest.live.LiveWorkspace;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The world of one command: streams, environment, clock, disk. Nothing outside of it is read or
/// written by a command, so that a test can stand in for all of it.
///
/// @param stdin what is piped in
/// @param stdout where results go
/// @param console where everything else goes
/// @param terminals which streams are terminals
/// @param environment the variables of the process
/// @param folder the current folder, absolute
/// @param clock what time it is, fixed by `--system-time`
/// @param disk the files of workspaces
/// @param globals the options that every command has
/// @param engine what the process keeps open for pushes, where the command runs inside a server;
///   pushes and reads then go through it
public record Session(
    InputStream stdin,
    OutputStream stdout,
    Console console,
    Terminals terminals,
    Map<String, String> environment,
    Path folder,
    InstantSource clock,
    Disk disk,
    Arguments globals,
    @Nullable LiveWorkspace engine) {

  /// Whether questions are answered with yes beforehand.
  public boolean assumesYes() {
    return globals.has("yes");
  }

  /// Whether only errors are printed.
  public boolean isQuiet() {
    return globals.has("quiet");
  }

  /// A file as the user named it, seen from the current folder.
  public Path resolve(String file) {
    return folder.resolve(file);
  }
}
