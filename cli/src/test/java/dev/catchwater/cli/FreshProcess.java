package dev.catchwater.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The command in a process of its own, from the classes of this build.
final class FreshProcess {
  private static final long LIMIT_SECONDS = 120;

  private FreshProcess() {}

  /// What a process printed, both streams in one, and how it ended.
  record Ran(int code, String text) {}

  /// The words that start the command, without its own.
  static List<String> command(String... jvmOptions) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of(jvmOptions));
    words.add("--enable-native-access=ALL-UNNAMED");
    words.add("-cp");
    words.add(System.getProperty("java.class.path"));
    words.add("dev.catchwater.cli.Main");
    return words;
  }

  /// Runs words in a folder.
  static Ran run(Path folder, List<String> words) throws IOException, InterruptedException {
    Path output = Files.createTempFile("fresh", ".txt");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(words)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().remove("CATCHWATER_WORKSPACE");
      builder.environment().remove("JAVA_TOOL_OPTIONS");
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("does not end: " + words);
      }
      return new Ran(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    } finally {
      Files.delete(output);
    }
  }
}
