package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two real processes write one dataset: they take turns, lose nothing and say for whom they wait.
class TwoWritersTest {
  private static final int ROWS = 40;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String MANIFEST =
      """
      kind: DatasetSnapshot
      version: 1
      content:
        name: x
        kind: Root
        metadata:
          - kind: AddPushSource
            sourceName: default
            read:
              kind: NdJson
              schema: [who STRING NOT NULL, n BIGINT NOT NULL]
            merge:
              kind: Append
      """;

  @TempDir private Path folder = Path.of("");
  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void makeDataset() {
    Sandbox.with(folder, MANIFEST);
  }

  @AfterEach
  void endProcesses() {
    started.forEach(Process::destroyForcibly);
  }

  private Process start(String... arguments) throws IOException {
    Process process = FreshCommand.start(folder, arguments);
    started.add(process);
    return process;
  }

  private static String row(String who, int n) {
    return "{\"who\": \"" + who + "\", \"n\": " + n + "}\n";
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static int exit(Process process) throws InterruptedException {
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private static String messages(Process process) throws IOException {
    return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private List<String> values() {
    List<String> values = new ArrayList<>();
    for (String line : Sandbox.bare(folder).rows("x")) {
      String[] cells = line.split(",", -1);
      assertThat(cells[0]).as("offsets have no gap").isEqualTo("" + values.size());
      values.add(cells[4] + cells[5]);
    }
    return values;
  }

  @Test
  void T16_B27_pushesOfTwoProcessesInterleaveAndEveryRowIsThereOnce() throws Exception {
    List<Process> writers =
        List.of(
            start("ingest", "x", "--stdin", "--batch-rows", "1"),
            start("ingest", "x", "--stdin", "--batch-rows", "1"));
    List<String> names = List.of("a", "b");
    TreeSet<String> expected = new TreeSet<>();
    for (int n = 0; n < ROWS; n++) {
      for (int w = 0; w < 2; w++) {
        write(writers.get(w).getOutputStream(), row(names.get(w), n));
        expected.add(names.get(w) + n);
      }
    }
    for (Process writer : writers) {
      writer.getOutputStream().close();
      String said = messages(writer);
      assertThat(exit(writer)).as(said).isZero();
      assertThat(said).contains(ROWS + " added", "commits " + ROWS);
    }
    List<String> values = values();
    assertThat(values).hasSize(2 * ROWS);
    assertThat(new TreeSet<>(values)).isEqualTo(expected);
    for (String name : names) {
      List<String> own = values.stream().filter(value -> value.startsWith(name)).toList();
      List<String> inOrder = new ArrayList<>();
      for (int n = 0; n < ROWS; n++) {
        inOrder.add(name + n);
      }
      assertThat(own).as("each writer's own order").isEqualTo(inOrder);
    }
    Sandbox.bare(folder).run("verify", "x").succeeded();
  }

  @Test
  void T16_aSecondWriterSaysForWhomItWaitsAndGivesUpInTime() throws Exception {
    Process holder = start("ingest", "x", "--stdin");
    // More than is read before the lock is taken.
    write(holder.getOutputStream(), row("a", 1).repeat(80_000));
    requireLockedBy(holder.pid());

    Process impatient = start("ingest", "x", "--stdin", "--lock-wait", "1");
    write(impatient.getOutputStream(), row("b", 1));
    impatient.getOutputStream().close();
    String refusal = messages(impatient);
    assertThat(exit(impatient)).isEqualTo(1);
    assertThat(refusal)
        .contains("Waiting for process " + holder.pid() + " to finish writing x")
        .contains(
            "Dataset x is being written by process " + holder.pid() + ", waited 1 s",
            "--lock-wait");

    Process patient = start("ingest", "x", "--stdin");
    write(patient.getOutputStream(), row("c", 1));
    patient.getOutputStream().close();
    try (BufferedReader said = patient.errorReader()) {
      assertThat(said.readLine())
          .isEqualTo("Waiting for process " + holder.pid() + " to finish writing x");
      assertThat(holder.isAlive()).isTrue();
      holder.getOutputStream().close();
      assertThat(exit(holder)).isZero();
      assertThat(said.readLine()).isEqualTo("Dataset updated");
      assertThat(exit(patient)).isZero();
    }
    List<String> values = values();
    assertThat(values).hasSize(80_001).endsWith("c1").doesNotContain("b1");
  }

  @Test
  void aProcessThatWaitsForItsFirstRowKeepsNobodyOut() throws Exception {
    Process waiting = start("ingest", "x", "--stdin");
    write(waiting.getOutputStream(), row("late", 1));
    for (int n = 0; n < 2; n++) {
      Process other = start("ingest", "x", "--stdin", "--lock-wait", "0");
      write(other.getOutputStream(), row("early", n));
      other.getOutputStream().close();
      assertThat(exit(other)).as(messages(other)).isZero();
    }
    assertThat(waiting.isAlive()).isTrue();
    waiting.getOutputStream().close();
    assertThat(exit(waiting)).isZero();
    assertThat(values()).containsExactly("early0", "early1", "late1");
  }

  private void requireLockedBy(long pid) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      try (DirectoryStream<Path> locks =
          Files.newDirectoryStream(folder.resolve(".catchwater/run"), "*.lock")) {
        for (Path lock : locks) {
          if (Files.readString(lock).equals("process " + pid)) {
            return;
          }
        }
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new AssertionError("process " + pid + " never took the lock");
  }
}
