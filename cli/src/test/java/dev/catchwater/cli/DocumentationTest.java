package dev.catchwater.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Runs what the pages show: every command of a `console` block, in order, in one folder a page.
///
/// A line that begins with `$ ` is a command (a here-document goes on to its `END`); the lines
/// under it are what it prints, standard error included. `…` in them stands for anything, a line of
/// its own for any lines.
class DocumentationTest {
  private static final Path DOCS = Path.of("../docs");
  private static final String END_OF_OUTPUT = "--- end of output ---";
  // Starts an engine by the launcher: such a page is run by test_documents.py.
  private static final String OF_PYTHON = "import streamsql";

  // Of the launcher's, what a command of a page needs: Arrow's memory for Flight SQL.
  private static final String[] FLAGS = {
    "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--add-opens=java.base/java.nio=ALL-UNNAMED"
  };

  @TempDir Path folder;

  private record Shown(String command, List<String> output) {}

  static Stream<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    try (Stream<Path> files = Files.walk(DOCS)) {
      for (Path file : files.sorted().toList()) {
        String text = file.toString().endsWith(".md") ? Files.readString(file) : "";
        if (text.contains("```console") && !text.contains(OF_PYTHON)) {
          pages.add(file);
        }
      }
    }
    return pages.stream();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyCommandPrintsWhatThePageShows(Path page) throws IOException, InterruptedException {
    List<Shown> commands = commands(Files.readAllLines(page));
    assertThat(commands).isNotEmpty();
    StringBuilder script = new StringBuilder("catchwater() {\n");
    for (String word : FreshProcess.command(FLAGS)) {
      script.append('\'').append(word).append("' ");
    }
    script.append("\"$@\"\n}\n");
    for (Shown shown : commands) {
      script.append(shown.command()).append("\nprintf '\\n%s\\n' '").append(END_OF_OUTPUT);
      script.append("'\n");
    }
    // A server that was told to end still seals rows, in the folder that is about to be deleted.
    script.append("wait\n");
    Path file = folder.resolve(".page.sh");
    Files.writeString(file, script);
    FreshProcess.Ran ran = FreshProcess.run(folder, List.of("bash", file.toString()));
    String[] outputs = ran.text().split("\n" + END_OF_OUTPUT + "\n", -1);
    assertThat(outputs).as(ran.text()).hasSize(commands.size() + 1);
    for (int i = 0; i < commands.size(); i++) {
      List<String> printed = lines(outputs[i]);
      assertThat(matches(commands.get(i).output(), printed))
          .as(
              "%s: $ %s%nshown:%n%s%nprinted:%n%s",
              page,
              commands.get(i).command(),
              String.join("\n", commands.get(i).output()),
              String.join("\n", printed))
          .isTrue();
    }
  }

  private static List<Shown> commands(List<String> lines) {
    List<Shown> commands = new ArrayList<>();
    int i = 0;
    while (i < lines.size()) {
      if (!lines.get(i++).equals("```console")) {
        continue;
      }
      while (!lines.get(i).equals("```")) {
        String line = lines.get(i++);
        if (!line.startsWith("$ ")) {
          // A block of bare commands (the README's) is run by other tests.
          continue;
        }
        StringBuilder command = new StringBuilder(line.substring(2));
        if (line.contains("<<'END'")) {
          do {
            command.append('\n').append(lines.get(i));
          } while (!lines.get(i++).equals("END"));
        }
        List<String> output = new ArrayList<>();
        while (!lines.get(i).equals("```") && !lines.get(i).startsWith("$ ")) {
          output.add(lines.get(i++));
        }
        commands.add(new Shown(command.toString(), output));
      }
    }
    return commands;
  }

  private static List<String> lines(String output) {
    List<String> lines = new ArrayList<>(output.lines().toList());
    while (!lines.isEmpty() && lines.getLast().isEmpty()) {
      lines.removeLast();
    }
    return lines;
  }

  private static boolean matches(List<String> shown, List<String> printed) {
    if (shown.isEmpty()) {
      return printed.isEmpty();
    }
    if (shown.getFirst().equals("…")) {
      for (int skip = 0; skip <= printed.size(); skip++) {
        if (matches(shown.subList(1, shown.size()), printed.subList(skip, printed.size()))) {
          return true;
        }
      }
      return false;
    }
    return !printed.isEmpty()
        && lineMatches(shown.getFirst(), printed.getFirst())
        && matches(shown.subList(1, shown.size()), printed.subList(1, printed.size()));
  }

  private static boolean lineMatches(String shown, String printed) {
    String[] parts = shown.stripTrailing().split("…", -1);
    if (parts.length == 1) {
      return printed.stripTrailing().equals(parts[0]);
    }
    int at = parts[0].length();
    if (!printed.startsWith(parts[0])) {
      return false;
    }
    for (int i = 1; i < parts.length - 1; i++) {
      int found = printed.indexOf(parts[i], at);
      if (found < 0) {
        return false;
      }
      at = found + parts[i].length();
    }
    String last = parts[parts.length - 1];
    return printed.length() - last.length() >= at && printed.endsWith(last);
  }
}
