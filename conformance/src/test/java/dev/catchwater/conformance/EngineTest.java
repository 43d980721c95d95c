package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.cli.resident.Engine;
import dev.catchwater.cli.resident.EngineClient;
import dev.catchwater.cli.resident.EngineSettings;
import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.disk.LocalDisk;
import dev.catchwater.ingest.PushLimits;
import dev.catchwater.ingest.live.LiveSettings;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.storage.Workspace;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What an engine does with clients that are slow, leave, or are not what it knows; both clients of
/// the launcher, in processes of their own.
class EngineTest {
  private static final String GPS =
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
              schema: [t TIMESTAMP, speed DOUBLE, note STRING]
            merge:
              kind: Append
          - kind: SetVocab
            eventTimeColumn: t
      """;
  private static final String ROW = "{\"t\": \"2020-01-01\", \"speed\": 1, \"note\": \"x\"}\n";
  private static final long LIMIT_SECONDS = 60;

  @TempDir private Path folder = Path.of("");
  private Path root = Path.of("");
  private @Nullable Engine engine;

  @BeforeEach
  void anEngine() {
    Sandbox.with(folder, GPS);
    root = folder.resolve(".catchwater");
    engine = start(EngineSettings.IDLE);
  }

  @AfterEach
  void endsIt() {
    if (engine != null) {
      engine.close();
    }
  }

  private Engine start(@Nullable Duration idle) {
    EngineSettings settings = new EngineSettings(root, "b1", null, idle, "");
    return Engine.start(settings, new LocalDisk(), InstantSource.system(), null).orElseThrow();
  }

  private List<String> words(String way, String... words) throws IOException {
    Path launcher = Files.writeString(folder.resolve("cold"), "echo cold $CW_COLD\nexit 99\n");
    List<String> command = ThroughEngine.client(way, root, "b1", launcher);
    command.addAll(List.of(words));
    return command;
  }

  private ProcessBuilder client(String way, String... words) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(words(way, words))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile());
    builder.environment().remove("CATCHWATER_WORKSPACE");
    builder.environment().remove("CW_COLD");
    return builder;
  }

  private int run(String way, byte[] input, String... words) throws Exception {
    Process process = client(way, words).start();
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input);
    }
    return end(process);
  }

  private static int end(Process process) throws InterruptedException {
    assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private String out() throws IOException {
    return Files.readString(folder.resolve("out"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"perl", "python"})
  void aCommandGivesWhatItGivesCold(String way) throws Exception {
    assertThat(run(way, bytes(ROW), "ingest", "gps", "--stdin")).as(out()).isZero();
    assertThat(out()).contains("Dataset updated", "1 added");
    assertThat(run(way, new byte[0], "tail", "gps", "-o", "csv")).isZero();
    assertThat(out()).isEqualTo(Sandbox.bare(folder).run("tail", "gps", "-o", "csv").out());
    assertThat(run(way, new byte[0], "tail", "none")).isEqualTo(1);
    assertThat(out()).isEqualTo("Error: Dataset not found: none\n");
    assertThat(run(way, new byte[0], "tail", "--nope")).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"perl", "python"})
  void manyBytesGoThroughBothWaysAsTheyAre(String way) throws Exception {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 30_000; i++) {
      rows.append("{\"t\": \"2020-01-01\", \"speed\": ").append(i);
      rows.append(", \"note\": \"\\u0000\\u001bé𝄞").append("n".repeat(i % 90)).append("\"}\n");
    }
    assertThat(run(way, bytes(rows.toString()), "ingest", "gps", "--stdin")).as(out()).isZero();
    String[] tail = {"tail", "gps", "-n", "100000", "-o", "ndjson"};
    assertThat(run(way, new byte[0], tail)).isZero();
    assertThat(out()).isEqualTo(Sandbox.bare(folder).run(tail).out());
    assertThat(out().length()).isGreaterThan(3_000_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"perl", "python"})
  void noMoreIsTakenFromAPipeThanTheCommandReads(String way) throws Exception {
    run(way, bytes(ROW), "ingest", "gps", "--stdin");
    StringBuilder script = new StringBuilder("while read line; do echo $line;");
    for (String word : words(way, "tail", "gps", "-o", "csv")) {
      script.append(" '").append(word).append('\'');
    }
    script.append("| wc -l; done");
    Process process = client(way).command("sh", "-c", script.toString()).start();
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(bytes("one\ntwo\nthree\n"));
    }
    assertThat(end(process)).isZero();
    assertThat(out().replace(" ", "")).isEqualTo("one\n1\ntwo\n1\nthree\n1\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"perl", "python"})
  void rowsThatComeSlowlyAreCommittedAsTheyCome(String way) throws Exception {
    Process process = client(way, "ingest", "gps", "--stdin", "--batch-rows", "1").start();
    try (OutputStream stdin = process.getOutputStream()) {
      for (int count = 1; count <= 3; count++) {
        stdin.write(bytes(ROW));
        stdin.flush();
        int expected = count;
        await(() -> Sandbox.bare(folder).rows("gps").size() == expected);
      }
    }
    assertThat(end(process)).as(out()).isZero();
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(Condition condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"perl", "python"})
  void aClientThatIsKilledEndsItsCommandAndNothingElse(String way) throws Exception {
    Process process = client(way, "ingest", "gps", "--stdin").start();
    OutputStream stdin = process.getOutputStream();
    stdin.write(bytes(ROW.repeat(200_000)));
    stdin.flush();
    await(() -> EngineClient.status(root).orElseThrow().contains("running 1"));
    process.destroyForcibly();
    end(process);
    await(() -> EngineClient.status(root).orElseThrow().contains("running 0"));
    assertThat(Sandbox.bare(folder).rows("gps")).isEmpty();
    assertThat(run(way, bytes(ROW), "ingest", "gps", "--stdin", "--lock-wait", "5")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"perl", "python"})
  void anOutputThatTakesNoMoreFailsAsInAProcess(String way) throws Exception {
    run(way, bytes(ROW.repeat(20_000)), "ingest", "gps", "--stdin");
    ProcessBuilder full = client(way, "tail", "gps");
    full.redirectErrorStream(false).redirectOutput(Path.of("/dev/full").toFile());
    full.redirectError(folder.resolve("err").toFile());
    assertThat(end(full.start())).isEqualTo(1);
    assertThat(Files.readString(folder.resolve("err")))
        .isEqualTo("Error: No space left on device\n");
    StringBuilder script = new StringBuilder();
    for (String word : words(way, "tail", "gps", "-n", "20000", "-o", "csv")) {
      script.append(" '").append(word).append('\'');
    }
    script.append("| head -n 1");
    assertThat(end(client(way).command("sh", "-c", script.toString()).start())).isZero();
    assertThat(out()).isEqualTo("offset,op,system_time,t,speed,note\n");
    await(() -> EngineClient.status(root).orElseThrow().contains("running 0"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"perl", "python"})
  void whatTheEngineDoesNotTakeRunsColdAndIsSaidWithV(String way) throws Exception {
    assertThat(run(way, new byte[0], "init")).isEqualTo(99);
    assertThat(out()).isEqualTo("cold this command has a process of its own\n");
    assertThat(run(way, new byte[0], "-v", "init")).isEqualTo(99);
    assertThat(out()).contains("Not run by the engine: this command has a process of its own\n");
    Objects.requireNonNull(engine).close();
    assertThat(run(way, new byte[0], "tail", "gps")).isEqualTo(99);
    assertThat(out()).isEqualTo("cold it is gone\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"perl", "python"})
  void aSocketWithoutAnEngineIsNoticedAndReplaced(String way) throws Exception {
    Path socket = root.resolve("run/engine.sock");
    Objects.requireNonNull(engine).close();
    // What a killed engine leaves: a socket that nobody listens to.
    new ProcessBuilder("python3", "-c", "import socket; socket.socket(1).bind('" + socket + "')")
        .start()
        .waitFor();
    assertThat(socket).exists();
    assertThat(run(way, new byte[0], "tail", "gps")).isEqualTo(99);
    engine = start(EngineSettings.IDLE);
    assertThat(run(way, new byte[0], "tail", "gps")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"perl", "python"})
  void aPathThatNoSocketCanHaveIsReached(String way) throws Exception {
    Objects.requireNonNull(engine).close();
    Path deep = folder.resolve("d".repeat(120));
    Files.createDirectory(deep);
    Files.move(root, deep.resolve(".catchwater"));
    folder = deep;
    root = deep.resolve(".catchwater");
    engine = start(EngineSettings.IDLE);
    assertThat(run(way, bytes(ROW), "ingest", "gps", "--stdin")).as(out()).isZero();
    assertThat(EngineClient.status(root)).isPresent();
  }

  @Test
  void aStatementThatNobodyWaitsForEnds() throws Exception {
    run("perl", bytes(ROW.repeat(20_000)), "ingest", "gps", "--stdin");
    String endless = "SELECT count(*) FROM gps a, gps b, gps c WHERE a.speed + b.speed < c.speed";
    Process process = client("perl", "sql", "-c", endless).start();
    await(() -> EngineClient.status(root).orElseThrow().contains("running 1"));
    process.destroyForcibly();
    end(process);
    await(() -> EngineClient.status(root).orElseThrow().contains("running 0"));
  }

  @Test
  void commandsRunAtOnce() throws Exception {
    run("perl", bytes(ROW), "ingest", "gps", "--stdin");
    List<Process> slow = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      ProcessBuilder builder = client("perl", "ingest", "gps", "--stdin");
      slow.add(builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start());
    }
    // They wait for their rows; nobody waits for them.
    assertThat(run("perl", bytes(ROW), "ingest", "gps", "--stdin")).isZero();
    for (Process process : slow) {
      try (OutputStream stdin = process.getOutputStream()) {
        stdin.write(bytes(ROW));
      }
      assertThat(end(process)).isZero();
    }
    assertThat(Sandbox.bare(folder).rows("gps")).hasSize(6);
  }

  @Test
  void thereIsOneEngineForAWorkspaceAndAServerTakesItsPlace() {
    EngineSettings kept = new EngineSettings(root, "b2", null, EngineSettings.IDLE, "");
    assertThat(Engine.start(kept, new LocalDisk(), InstantSource.system(), null)).isEmpty();
    try (Engine server = start(null)) {
      assertThat(EngineClient.status(root).orElseThrow()).contains("kept-by serve");
      assertThat(EngineClient.quit(root).orElseThrow()).contains("belongs to a server");
      assertThat(server.isDone()).isFalse();
    }
    assertThat(EngineClient.status(root)).isEmpty();
  }

  @Test
  void anIdleEngineIsDone() throws InterruptedException {
    Objects.requireNonNull(engine).close();
    try (Engine idle = start(Duration.ofMillis(200))) {
      await(idle::isDone);
    }
  }

  @Test
  void anEngineWhoseCloneWasBuiltAnewIsDone() throws IOException {
    Objects.requireNonNull(engine).close();
    Path launch = Files.writeString(folder.resolve("launch"), "cw_fingerprint='b1'\n");
    EngineSettings settings = new EngineSettings(root, "b1", launch, EngineSettings.IDLE, "");
    try (Engine built =
        Engine.start(settings, new LocalDisk(), InstantSource.system(), null).orElseThrow()) {
      assertThat(built.isDone()).isFalse();
      Files.writeString(launch, "cw_fingerprint='b2'\n");
      assertThat(built.isDone()).isTrue();
    }
  }

  @Test
  void TH52_aWorkspaceThatOthersMayWriteIsRefusedWithTheCommandThatMendsIt() throws IOException {
    Objects.requireNonNull(engine).close();
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(() -> start(null))
        .isInstanceOf(CatchwaterException.class)
        .hasMessageContaining("chmod go-w " + root);
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
    start(null).close();
  }

  @Test
  void BAD95_whoNeedsALockThatAServerHoldsGetsIt() throws Exception {
    Objects.requireNonNull(engine).close();
    LiveWorkspace live =
        new LiveWorkspace(
            Workspace.find(new LocalDisk(), folder, null),
            LiveSettings.standard(),
            InstantSource.system(),
            new SplittableRandom(1),
            SliceOptions.defaults(),
            PushLimits.ofThisProcess(),
            Preprocess.NONE);
    EngineSettings settings = new EngineSettings(root, "b1", null, null, "");
    try (live;
        Engine server =
            Engine.start(settings, new LocalDisk(), InstantSource.system(), live).orElseThrow()) {
      assertThat(server.isDone()).isFalse();
      // The server holds the lock from its first push on.
      assertThat(run("perl", bytes(ROW), "ingest", "gps", "--stdin")).as(out()).isZero();
      assertThat(out()).contains("block ");
      assertThat(run("perl", new byte[0], "rename", "gps", "Trips")).as(out()).isZero();
      assertThat(run("perl", bytes(ROW), "ingest", "trips", "--stdin")).as(out()).isZero();
      Process cold =
          new ProcessBuilder(
                  FreshCommand.words(List.of("ingest", "trips", "--stdin", "--lock-wait", "5")))
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("out").toFile())
              .start();
      try (OutputStream stdin = cold.getOutputStream()) {
        stdin.write(bytes(ROW));
      }
      assertThat(end(cold)).as(out()).isZero();
      assertThat(Sandbox.bare(folder).rows("trips")).hasSize(3);
    }
  }
}
