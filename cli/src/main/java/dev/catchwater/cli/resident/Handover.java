package dev.catchwater.cli.resident;

import dev.catchwater.disk.Disk;
import dev.catchwater.storage.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which command lines an engine takes: those that do the same there as in a process of their own.
final class Handover {
  /// Commands that are about the process or the place they run in.
  private static final List<String> COLD =
      List.of(
          "serve",
          "system api-server",
          "init",
          "completions",
          "doctor",
          "system diagnose",
          "system engine");

  /// Global options whose value follows.
  private static final List<String> VALUED = List.of("--account", "-a", "--system-time");

  private final EngineSettings settings;
  private final ProcessWorld world;
  private final Disk disk;

  /// @param world that of the engine
  Handover(EngineSettings settings, ProcessWorld world, Disk disk) {
    this.settings = settings;
    this.world = world;
    this.disk = disk;
  }

  /// Why a command line must run in a process of its own; null where it may run here.
  @Nullable String refusal(CommandRequest request) {
    if (!request.build().equals(settings.build())) {
      return "it is of another build";
    } else if (!world.isThatOf(request)) {
      return "it sees other files or makes them with other rights";
    } else if (!request.isAscii() && !isUtf8(request)) {
      return "it speaks another language";
    }
    String command = command(request.words());
    if (COLD.contains(command)) {
      return "this command has a process of its own";
    } else if (isShell(command, request)) {
      return "a shell needs the terminal itself";
    }
    for (String word : request.words()) {
      if (word.contains("/dev/") || word.contains("/proc/")) {
        return "a file of a process means another one here";
      }
    }
    return isHere(request) ? null : "it keeps another workspace";
  }

  private boolean isUtf8(CommandRequest request) {
    return request.locale().equals(settings.locale())
        && System.getProperty("sun.jnu.encoding", "").equals("UTF-8");
  }

  /// The name of the command, of two words where the first is `system`; empty where there is none.
  private static String command(List<String> words) {
    String name = "";
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.isEmpty() || word.charAt(0) != '-') {
        if (!name.isEmpty()) {
          return name + " " + word;
        } else if (!word.equals("system")) {
          return word;
        }
        name = word;
      } else if (VALUED.contains(word)) {
        i++;
      }
    }
    return name;
  }

  private static boolean isShell(String command, CommandRequest request) {
    if (!command.equals("sql") || request.terminals().indexOf('0') < 0) {
      return false;
    }
    for (String word : request.words()) {
      if (word.startsWith("-c") || word.startsWith("--command") || word.startsWith("--script")) {
        return false;
      }
    }
    return true;
  }

  private boolean isHere(CommandRequest request) {
    try {
      Optional<Path> found =
          Workspace.locate(
              disk, Path.of(request.folder()), request.environment().get(Workspace.VARIABLE));
      return found.isPresent() && found.get().toRealPath().equals(settings.root().toRealPath());
    } catch (IOException e) {
      return false;
    }
  }
}
