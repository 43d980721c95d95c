package dev.catchwater.conformance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The command in a process of its own, from the classes of this build.
final class FreshCommand {
  private FreshCommand() {}

  /// The words that run a command line at the tests' system time.
  static List<String> words(List<String> arguments) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // The JVM's own files would be counted among the command's.
    words.addAll(List.of("-XX:-UsePerfData", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    words.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath()));
    words.addAll(List.of("dev.catchwater.cli.Main", "--system-time", Sandbox.SYSTEM_TIME));
    words.addAll(arguments);
    return words;
  }

  /// Starts a command line; its standard output is thrown away.
  static Process start(Path folder, String... arguments) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(words(List.of(arguments)))
            .directory(folder.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().remove("CATCHWATER_WORKSPACE");
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    return builder.start();
  }

  /// The class path of this build.
  static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
