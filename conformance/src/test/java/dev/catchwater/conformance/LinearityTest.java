package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.conformance.AppendHistory.Outcome;
import dev.catchwater.conformance.AppendHistory.Push;
import dev.catchwater.conformance.AppendHistory.Read;
import dev.catchwater.conformance.AppendHistory.Row;
import dev.catchwater.testkit.Tier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// T15: whatever many clients do at once, and whatever happens to the server meanwhile, they see
/// one log that takes one push after the other. The checker is tried on a history that was
/// recorded, with a bug planted into it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LinearityTest {
  private static final int OPS = Integer.getInteger("tests.iters", Tier.pick(5000, 102_000));
  private static final int PAUSE_MILLIS = Tier.pick(1500, 5000);
  private static final int RECORDED_OPS = 600;

  private AppendHistory recorded = new AppendHistory(List.of(), List.of(), List.of());

  @BeforeAll
  void record(@TempDir Path folder) throws Exception {
    Sandbox sandbox = Sandbox.with(folder, BadHttpTest.MANIFEST);
    AppendClients clients = new AppendClients(RECORDED_OPS, 15);
    try (Served served = Served.of(sandbox)) {
      clients.run(served::port, 8, 2, _ -> {});
    }
    recorded = clients.history(sandbox.rows("gps"));
    assertThat(recorded.log()).hasSizeGreaterThan(RECORDED_OPS / 2);
    assertThat(recorded.violations()).isEmpty();
  }

  private static Set<String> kinds(AppendHistory history) {
    Set<String> kinds = new TreeSet<>();
    for (String violation : history.violations()) {
      kinds.add(violation.substring(0, violation.indexOf(':')));
    }
    return kinds;
  }

  private AppendHistory with(List<Push> pushes, List<Read> reads, List<Row> log) {
    return new AppendHistory(pushes, reads, log);
  }

  @Test
  void T15_thePlantedLossIsFound() {
    Push lost = recorded.pushes().getLast();
    List<Row> log = new ArrayList<>(recorded.log());
    log.removeIf(row -> row.number() >= lost.first() && row.number() < lost.first() + lost.rows());
    assertThat(kinds(with(recorded.pushes(), List.of(), log))).contains("lost");
    List<Row> shorter = recorded.log().subList(0, (int) singleRow(0).start());
    assertThat(kinds(with(List.of(), recorded.reads(), shorter))).contains("lost");
  }

  @Test
  void T15_thePlantedDuplicateIsFound() {
    List<Row> log = new ArrayList<>(recorded.log());
    log.add(new Row(log.size(), singleRow(0).first()));
    assertThat(kinds(with(recorded.pushes(), recorded.reads(), log))).containsExactly("duplicate");
  }

  @Test
  void T15_thePlantedGapIsFound() {
    List<Row> log = new ArrayList<>();
    for (Row row : recorded.log()) {
      log.add(new Row(row.offset() + (log.size() < 100 ? 0 : 1), row.number()));
    }
    assertThat(kinds(with(recorded.pushes(), List.of(), log))).contains("gap");
  }

  /// Two pushes of which one ended before the other began change places, in the log and in what
  /// they were told; nobody read.
  @Test
  void T15_thePlantedInversionIsFound() {
    Push early = singleRow(0);
    Push late = singleRow(early.returned() + 1);
    List<Push> pushes = new ArrayList<>(recorded.pushes());
    pushes.set(pushes.indexOf(early), moved(early, late.start()));
    pushes.set(pushes.indexOf(late), moved(late, early.start()));
    List<Row> log = new ArrayList<>(recorded.log());
    log.set((int) early.start(), new Row(early.start(), late.first()));
    log.set((int) late.start(), new Row(late.start(), early.first()));
    assertThat(kinds(with(pushes, List.of(), log))).containsExactly("inversion");
  }

  private Push singleRow(long after) {
    for (Push push : recorded.pushes()) {
      if (push.rows() == 1 && push.outcome() == Outcome.APPLIED && push.invoked() > after) {
        return push;
      }
    }
    throw new IllegalStateException("no push after " + after);
  }

  private Read tailOfRows() {
    for (Read read : recorded.reads()) {
      if (!read.seen().isEmpty()) {
        return read;
      }
    }
    throw new IllegalStateException("nobody saw a row");
  }

  private static Push moved(Push push, long start) {
    return new Push(
        push.invoked(), push.returned(), push.first(), push.rows(), push.outcome(), start);
  }

  @Test
  void T15_thePlantedStaleReadIsFound() {
    Read last = recorded.reads().getLast();
    List<Read> reads = new ArrayList<>(recorded.reads());
    Push known = recorded.pushes().getFirst();
    long after = Math.max(last.invoked(), known.returned() + 1);
    reads.add(new Read(after, after + 1, known.start(), List.of()));
    assertThat(kinds(with(recorded.pushes(), reads, recorded.log()))).containsExactly("stale");
  }

  /// Two readers saw different rows at one offset; two pushes were told the same offsets.
  @Test
  void T15_thePlantedForkIsFound() {
    Read read = tailOfRows();
    Row row = read.seen().getLast();
    List<Read> reads = new ArrayList<>(recorded.reads());
    List<Row> other = List.of(new Row(row.offset(), row.number() + 1));
    reads.add(new Read(read.invoked(), read.returned(), read.version(), other));
    assertThat(kinds(with(recorded.pushes(), reads, recorded.log()))).containsExactly("fork");

    Push one = singleRow(0);
    Push two = singleRow(one.returned() + 1);
    List<Push> pushes = new ArrayList<>(recorded.pushes());
    pushes.set(pushes.indexOf(two), moved(two, one.start()));
    assertThat(kinds(with(pushes, recorded.reads(), recorded.log()))).containsExactly("fork");
  }

  @Test
  void T15_concurrentWritersAreLinearizable(@TempDir Path folder) throws Exception {
    long started = System.nanoTime();
    Sandbox sandbox = Sandbox.with(folder, BadHttpTest.MANIFEST);
    AppendClients clients = new AppendClients(OPS, 16);
    try (Restarting server = new Restarting(folder)) {
      clients.run(server::port, 16, 4, server::disturb);
      server.stop();
    }
    AppendHistory history = clients.history(sandbox.rows("gps"));
    List<String> violations = history.violations();
    System.out.printf(
        "T15 linearizable ops=%d rows=%d unknown=%d reads=%d violations=%d undecided=0 %.1fs%n",
        history.pushes().size() + history.reads().size(),
        history.log().size(),
        history.pushes().stream().filter(push -> push.outcome() == Outcome.UNKNOWN).count(),
        history.reads().size(),
        violations.size(),
        (System.nanoTime() - started) / 1e9);
    assertThat(violations).isEmpty();
    sandbox.run("verify", "gps").succeeded();
  }

  /// A server that is killed at a quarter and at three quarters of the run and begins anew, and
  /// stands still in its midst. Little memory keeps the collector busy.
  private static final class Restarting implements AutoCloseable {
    private static final String[] FLAGS = {"-Xmx128m", "-XX:TieredStopAtLevel=1"};
    private final Path folder;
    private ServerProcess server;

    Restarting(Path folder) throws IOException {
      this.folder = folder;
      this.server = ServerProcess.start(folder, FLAGS);
    }

    synchronized int port() {
      return server.port();
    }

    void disturb(int op) throws IOException {
      if (op == OPS / 2) {
        server.pause(PAUSE_MILLIS);
      } else if (op == OPS / 4 || op == OPS * 3 / 4) {
        synchronized (this) { // whoever asks for the port waits
          server.kill();
          server = ServerProcess.start(folder, FLAGS);
        }
      }
    }

    void stop() {
      assertThat(server.stop()).isZero();
    }

    @Override
    public void close() {
      server.close();
    }
  }
}
