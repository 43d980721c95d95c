package dev.catchwater.conformance;

import dev.catchwater.cli.Cli;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/// Runs command lines in this process, as if no terminal were there.
final class InProcess {
  private InProcess() {}

  /// @param systemTime what `--system-time` is set to
  static Outcome run(Path folder, String systemTime, byte[] input, String... arguments) {
    String[] words = new String[arguments.length + 2];
    words[0] = "--system-time";
    words[1] = systemTime;
    System.arraycopy(arguments, 0, words, 2, arguments.length);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exit =
        Cli.run(
            words,
            new ByteArrayInputStream(input),
            out,
            err,
            Map.of(),
            folder,
            InstantSource.system());
    return new Outcome(
        String.join(" ", arguments),
        exit,
        out.toString(StandardCharsets.UTF_8),
        err.toString(StandardCharsets.UTF_8));
  }
}
