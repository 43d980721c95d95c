package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the system sees a server change below its workspace is what its [dev.catchwater.disk.Disk]
/// was asked to change: then the simulated disk stands for the real one.
class DiskTruthTest {
  private static final int SECONDS_MAX = 120;
  private static final String CALLS =
      "pwrite64,write,fdatasync,fsync,ftruncate,fallocate,rename,renameat,renameat2,unlink,unlinkat,"
          + "rmdir,mkdir,openat";
  private static final Pattern ON_FILE =
      Pattern.compile("\\b(pwrite64|write|fdatasync|fsync|ftruncate|fallocate)\\(\\d+<([^>]*)>.*");
  private static final Pattern ON_NAME =
      Pattern.compile("\\b(rename|unlink|rmdir|mkdir)\\(\"([^\"]*)\".*");
  private static final Pattern MADE =
      Pattern.compile("\\bopenat\\(AT_FDCWD[^,]*, \"([^\"]*)\", [A-Z_|]*O_CREAT.*");
  private static final Pattern OTHERS =
      Pattern.compile("/\\.catchwater/(run/server|run/engine|uploads|keys/upload)");
  private static final Map<String, String> KINDS =
      Map.of(
          "pwrite64", "write",
          "fdatasync", "sync",
          "fsync", "sync",
          "ftruncate", "truncate",
          "rename", "rename",
          "unlink", "delete",
          "rmdir", "delete",
          "mkdir", "mkdir");

  @TempDir private Path temporary = Path.of("");

  @Test
  void T04_everyCallThatChangesTheWorkspaceIsOneOfTheDisk() throws Exception {
    assumeTrue(mayTrace(), "needs strace and the right to trace a process");
    Path folder = Files.createDirectory(temporary.toRealPath().resolve("workspace"));
    Sandbox sandbox = Sandbox.with(folder, StreamManifest.TEXT);
    sandbox.pipe("{\"t\": \"2020-01-01\", \"id\": 0}", "ingest", "gps", "--stdin").succeeded();
    Path calls = temporary.resolve("strace.log");
    Path asked = temporary.resolve("disk.log");
    serve(folder, calls, asked);
    Map<String, Integer> explained = counts(Files.readAllLines(asked));
    Map<String, Integer> seen = counts(changes(Files.readAllLines(calls), folder));
    List<String> unexplained = new ArrayList<>();
    seen.forEach((change, count) -> {
      boolean mayBeSplit = change.startsWith("write ");
      int most = explained.getOrDefault(change, 0);
      if (most == 0 || (count > most && !mayBeSplit)) {
        unexplained.add(count + " times, asked for " + most + ": " + change);
      }
    });
    System.out.println(
        "T04 changes="
            + seen.values().stream().mapToInt(Integer::intValue).sum()
            + " unexplained="
            + unexplained.size());
    assertThat(unexplained).isEmpty();
    assertThat(seen.keySet()).anyMatch(change -> change.matches("write .*/journal/.*"));
    assertThat(seen.keySet()).anyMatch(change -> change.matches("sync .*/datasets/.*"));
  }

  private static final class StreamManifest {
    static final String TEXT =
        """
        kind: DatasetSnapshot
        version: 1
        content:
          name: gps
          kind: Root
          metadata:
            - kind: AddPushSource
              sourceName: default
              read:
                kind: NdJson
                schema: [t TIMESTAMP, id BIGINT]
              merge:
                kind: Ledger
                primaryKey: [id]
            - kind: SetVocab
              eventTimeColumn: t
        """;
  }

  /// Pushes, seals and stops a server that is traced.
  private static void serve(Path folder, Path calls, Path asked) throws Exception {
    List<String> words = new ArrayList<>(List.of("strace", "-f", "-qq", "-y", "-s", "0"));
    words.addAll(List.of("-e", "trace=" + CALLS, "-o", calls.toString()));
    List<String> command = FreshCommand.words(List.of("serve", "--port", "0", "--no-metrics"));
    int main = command.indexOf("dev.catchwater.cli.Main");
    words.addAll(command.subList(0, main));
    words.addAll(List.of(LoggedCommand.class.getName(), asked.toString()));
    words.addAll(List.of("serve", "--port", "0", "--no-metrics"));
    Process process =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line = String.valueOf(out.readLine());
      assertThat(line).startsWith("Listening on ");
      String address = line.substring("Listening on ".length());
      for (int number = 1; number <= 6; number++) {
        push(address, number, number % 3 == 0 ? "?wait=committed" : "");
      }
      long server = Long.parseLong(Files.readString(pidFile(folder)).strip());
      ProcessHandle.of(server).orElseThrow().destroy();
      assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
  }

  private static Path pidFile(Path folder) {
    return folder.resolve(".catchwater/run/server/pid");
  }

  private static void push(String address, int number, String parameters) throws Exception {
    String row = "{\"t\": \"2020-01-01\", \"id\": " + number + "}";
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + "/gps/ingest" + parameters))
            .header("Content-Type", "application/x-ndjson")
            .header("Idempotency-Key", "key-" + number)
            .POST(HttpRequest.BodyPublishers.ofString(row))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
  }

  /// What strace saw, in the words of the disk. What is not data is left out: the server's own
  /// folder, where bodies lie while they come, uploads and the key of their tokens, and the
  /// engine's socket and log.
  private static List<String> changes(List<String> lines, Path folder) {
    List<String> changes = new ArrayList<>();
    for (String line : lines) {
      Matcher file = ON_FILE.matcher(line);
      Matcher name = ON_NAME.matcher(line);
      Matcher made = MADE.matcher(line);
      String change = "";
      if (line.contains("= -1 ")) {
        continue;
      } else if (file.find()) {
        change = KINDS.getOrDefault(file.group(1), file.group(1)) + " " + file.group(2);
      } else if (name.find()) {
        change = KINDS.get(name.group(1)) + " " + name.group(2);
      } else if (made.find()) {
        change = "create " + made.group(1);
      }
      String root = folder + "/.catchwater/";
      boolean isData = change.contains(" " + root);
      if (isData && !OTHERS.matcher(change).find()) {
        changes.add(change);
      }
    }
    return changes;
  }

  private static Map<String, Integer> counts(List<String> changes) {
    Map<String, Integer> counts = new HashMap<>();
    for (String change : changes) {
      counts.merge(change, 1, Integer::sum);
    }
    return counts;
  }

  private static boolean mayTrace() throws InterruptedException {
    try {
      Process process = new ProcessBuilder("strace", "-f", "-o", "/dev/null", "true").start();
      return process.waitFor(SECONDS_MAX, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
