package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.catchwater.disk.LocalDisk;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.TransferListener;
import dev.catchwater.storage.Workspace;
import dev.catchwater.storage.verify.Verifier;
import dev.catchwater.testkit.Tier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The real process is killed at its real system calls. Whatever the call, the workspace is found
/// as it was before the command or as it is after it, verifies, and takes the next command.
class KilledProcessTest {
  private static final int POINTS = Integer.getInteger("tests.iters", Tier.pick(40, 40, 1_000));
  private static final int SECONDS_MAX = 120;
  private static final List<String> CALLS =
      List.of("pwrite64", "fdatasync", "fsync", "rename", "unlink", "rmdir", "ftruncate", "mkdir");
  private static final String GPS =
      """
      kind: DatasetSnapshot
      version: 1
      content:
        name: %s
        kind: Root
        metadata:
          - kind: AddPushSource
            sourceName: default
            read:
              kind: NdJson
              schema: [t TIMESTAMP, speed DOUBLE]
            merge:
              kind: Append
          - kind: SetVocab
            eventTimeColumn: t
      """;

  /// Where a command is to die.
  private record Point(List<String> command, String call, int number) {}

  @TempDir private Path temporary = Path.of("");

  @Test
  void T02_B28_aKillAtAnySystemCallLeavesTheOldOrTheNewState() throws Exception {
    assumeTrue(mayTrace(), "needs strace and the right to trace a process");
    Path template = makeTemplate();
    List<Point> points = new ArrayList<>();
    Map<List<String>, Map<String, String>> after = new TreeMap<>(KilledProcessTest::compare);
    for (List<String> command : commands()) {
      Path folder = copy(template, "whole-" + after.size());
      points.addAll(pointsOf(command, folder));
      after.put(command, state(folder));
    }
    Collections.shuffle(points, new Random(2));
    Map<String, String> before = state(template);
    int killed = 0;
    List<Point> chosen = points.subList(0, Math.min(POINTS, points.size()));
    for (Point point : chosen) {
      Path folder = copy(template, "killed-" + killed);
      String inject = point.call() + ":signal=SIGKILL:when=" + point.number();
      int exit = trace(folder, point, "-e", "inject=" + inject);
      killed += exit == 137 ? 1 : 0;
      check(folder, point, before, after.getOrDefault(point.command(), Map.of()));
      delete(folder);
    }
    System.out.printf(
        "T02 commands points=%d of %d killed=%d lost=0 partial=0%n",
        chosen.size(), points.size(), killed);
    assertThat(killed).as("%d points", chosen.size()).isGreaterThan(chosen.size() * 3 / 4);
  }

  private static int compare(List<String> one, List<String> other) {
    return one.toString().compareTo(other.toString());
  }

  private List<List<String>> commands() {
    return List.of(
        List.of("ingest", "gps", "data.json"),
        List.of("ingest", "fresh", "data.json", "more.json"),
        List.of("add", "two.yaml"),
        List.of("rename", "old", "New"),
        List.of("--yes", "delete", "old"),
        List.of("pull", "--no-alias", "file://" + temporary.resolve("remote"), "--as", "copy"));
  }

  private Path makeTemplate() throws IOException {
    Sandbox elsewhere = Sandbox.with(folder("elsewhere"), GPS.formatted("gps"));
    elsewhere.pipe("{\"t\": \"2020-01-01\", \"speed\": 1}", "ingest", "gps", "--stdin").succeeded();
    elsewhere.run("push", "gps", "--to", "file://" + temporary.resolve("remote")).succeeded();
    Path folder = folder("template");
    Sandbox sandbox = Sandbox.with(folder, GPS.formatted("gps"));
    sandbox.pipe(GPS.formatted("old"), "add", "--stdin").succeeded();
    sandbox.pipe(GPS.formatted("fresh"), "add", "--stdin").succeeded();
    for (String name : new String[] {"gps", "old"}) {
      sandbox.pipe("{\"t\": \"2020-01-01\", \"speed\": 1}", "ingest", name, "--stdin").succeeded();
    }
    sandbox.file("data.json", "{\"t\": \"2020-01-02\", \"speed\": 2}\n");
    sandbox.file("more.json", "{\"t\": \"2020-01-03\", \"speed\": 3}\n");
    sandbox.file("two.yaml", GPS.formatted("first") + "---\n" + GPS.formatted("second"));
    return folder;
  }

  private Path folder(String name) throws IOException {
    return Files.createDirectory(temporary.resolve(name));
  }

  private Path copy(Path template, String name) throws IOException {
    Path target = temporary.resolve(name);
    try (Stream<Path> files = Files.walk(template)) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(template.relativize(file).toString()));
      }
    }
    return target;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /// What a reader sees. New identities are random, so that of a new dataset only the name counts.
  private static Map<String, String> state(Path folder) {
    Map<String, String> heads = new TreeMap<>();
    for (Dataset dataset : Workspace.find(new LocalDisk(), folder, null).list()) {
      boolean isNew = dataset.name().toString().matches("first|second");
      heads.put(dataset.name().toString(), isNew ? "new" : dataset.state().head().toString());
    }
    return heads;
  }

  private static void check(
      Path folder, Point point, Map<String, String> before, Map<String, String> after) {
    assertThat(state(folder)).as("%s", point).isIn(before, after);
    Workspace workspace = Workspace.find(new LocalDisk(), folder, null);
    for (Dataset dataset : workspace.list()) {
      assertThat(new Verifier(1).verify(dataset, TransferListener.NONE).problems())
          .as("%s, %s", point, dataset.name())
          .isEmpty();
      Sandbox.bare(folder)
          .pipe(
              "{\"t\": \"2020-01-09\", \"speed\": 9}",
              "ingest",
              dataset.name().toString(),
              "--stdin")
          .succeeded();
      assertThat(new Verifier(1).verify(dataset, TransferListener.NONE).problems())
          .as("%s, %s, after the next push", point, dataset.name())
          .isEmpty();
    }
    Sandbox.bare(folder).pipe(GPS.formatted("later"), "add", "--stdin").succeeded();
  }

  private static boolean mayTrace() throws InterruptedException {
    try {
      Process process = new ProcessBuilder("strace", "-f", "-o", "/dev/null", "true").start();
      return process.waitFor(SECONDS_MAX, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /// Runs a command whole and lists the calls it makes.
  private List<Point> pointsOf(List<String> command, Path folder) throws Exception {
    Path log = temporary.resolve("strace.log");
    Point whole = new Point(command, String.join(",", CALLS), 0);
    assertThat(trace(folder, whole, "-o", log.toString())).as("%s", command).isZero();
    Map<String, Integer> counts = new TreeMap<>();
    for (String line : Files.readAllLines(log)) {
      for (String call : CALLS) {
        if (line.contains(" " + call + "(")) {
          counts.merge(call, 1, Integer::sum);
        }
      }
    }
    List<Point> points = new ArrayList<>();
    counts.forEach((call, count) -> {
      for (int number = 1; number <= count; number++) {
        points.add(new Point(command, call, number));
      }
    });
    return points;
  }

  private static int trace(Path folder, Point point, String... options) throws Exception {
    List<String> words = new ArrayList<>(List.of("strace", "-f", "-qq"));
    words.addAll(List.of("-e", "trace=" + point.call()));
    words.addAll(List.of(options));
    if (!words.contains("-o")) {
      words.addAll(List.of("-o", "/dev/null"));
    }
    words.addAll(FreshCommand.words(point.command()));
    Process process =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    process.getOutputStream().close();
    assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).as("%s", point).isTrue();
    return process.exitValue();
  }
}
