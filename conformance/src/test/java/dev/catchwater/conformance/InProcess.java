package dev.catchwater.conformance;

import dev.catchwater.cli.Cli;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// Runs command lines in this process, as if no terminal were there. With `-Dtests.way=perl` or
/// `python` they go through the socket of an engine and the client of the launcher instead.
final class InProcess {
  private InProcess() {}

  /// @param systemTime what `--system-time` is set to
  static Outcome run(Path folder, String systemTime, byte[] input, String... arguments) {
    String[] words = new String[arguments.length + 2];
    words[0] = "--system-time";
    words[1] = systemTime;
    System.arraycopy(arguments, 0, words, 2, arguments.length);
    String way = System.getProperty("tests.way", "");
    if (!way.isEmpty()) {
      Optional<Outcome> outcome = ThroughEngine.run(way, folder, input, words);
      if (outcome.isPresent()) {
        return outcome.get();
      }
    }
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
