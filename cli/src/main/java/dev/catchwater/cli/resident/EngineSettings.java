package dev.catchwater.cli.resident;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What an engine is.
///
/// @param root the `.catchwater` folder
/// @param build the build of catchwater that it is; clients of another one run cold
/// @param launchFile the file that names the build of the clone; the engine ends when it names
///   another one. Null where there is none
/// @param idle how long it stays without a command; null where it belongs to a server, which says
///   when it ends
/// @param locale the language that names of files are written in, `C.UTF-8`
public record EngineSettings(
    Path root, String build, @Nullable Path launchFile, @Nullable Duration idle, String locale) {
  /// How long an engine that the command line keeps stays without a command.
  public static final Duration IDLE = Duration.ofMinutes(10);

  /// The property that names the build of the process.
  public static final String BUILD = "catchwater.fingerprint";

  private static final String BUILD_FOLDER = "catchwater.build";

  /// Those of this process, which the launcher told its build.
  ///
  /// @param idle as in the record
  public static EngineSettings ofThisProcess(Path root, @Nullable Duration idle) {
    String folder = System.getProperty(BUILD_FOLDER, "");
    String locale = "";
    for (String name : new String[] {"LANG", "LC_CTYPE", "LC_ALL"}) {
      String value = System.getenv(name);
      locale = value == null || value.isEmpty() ? locale : value;
    }
    return new EngineSettings(
        root,
        System.getProperty(BUILD, ""),
        folder.isEmpty() ? null : Path.of(folder, "launch"),
        idle,
        locale);
  }

  /// Whether a server keeps the engine.
  boolean isServer() {
    return idle == null;
  }
}
