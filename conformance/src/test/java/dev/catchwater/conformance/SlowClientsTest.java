package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.catchwater.testkit.Tier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// T22: slow clients cost nothing. They are in a process of their own, for each has a descriptor on
/// both sides.
class SlowClientsTest {
  private static final int IDLE = Tier.pick(1000, 10_000);
  private static final int SLOW = Tier.pick(100, 1000);
  private static final int STOPPED = Tier.pick(50, 500);
  private static final int DESCRIPTORS = IDLE + SLOW + STOPPED + 1000;
  private static final int ROWS = 50_000;
  private static final int CLIENTS = 4;
  private static final int PUSHES = Tier.pick(150, 2000);
  // To open all of them takes a while.
  private static final Map<String, String> IDLE_LONG = Map.of("CATCHWATER_SERVER_IDLE", "10min");
  private static final long RSS_MAX = 600L << 20;
  // The short run is one of many on a busy machine.
  private static final double P99_SLACK_MILLIS = Tier.pick(100, 0);
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  @TempDir Path folder;

  @Test
  void T22_slowClientsCostNothing() throws Exception {
    assumeTrue(maySetLimit(), "needs prlimit and " + DESCRIPTORS + " descriptors");
    Sandbox sandbox = Sandbox.with(folder, BadHttpTest.MANIFEST);
    List<String> limit = List.of("prlimit", "--nofile=" + DESCRIPTORS);
    try (ServerProcess server = ServerProcess.start(folder, limit, IDLE_LONG, "-Xmx256m")) {
      fill(server);
      p99(server); // compiles
      double alone = p99(server);
      long descriptors = server.descriptorCount();
      long threads = server.threadCount();
      Process clients = clients(server.port(), limit);
      double among = p99(server);
      long resident = server.residentBytes();
      long open = server.descriptorCount() - descriptors;
      clients.getOutputStream().close();
      assertThat(clients.waitFor(60, TimeUnit.SECONDS)).isTrue();
      await(() -> count(server::descriptorCount), descriptors + CLIENTS);
      // Those that carry virtual threads stay a while; none is kept for a connection.
      await(() -> count(server::threadCount), threads + 8);
      System.out.printf(
          "T22 slow clients idle=%d slow=%d stopped=%d open=%d p99=%.1fms alone=%.1fms rss=%dMB"
              + " descriptorsLeft=%d threadsLeft=%d%n",
          IDLE,
          SLOW,
          STOPPED,
          open,
          among,
          alone,
          resident >> 20,
          count(server::descriptorCount) - descriptors,
          count(server::threadCount) - threads);
      assertThat(open).isGreaterThan(IDLE / 2);
      assertThat(resident).isLessThanOrEqualTo(RSS_MAX);
      assertThat(among).isLessThanOrEqualTo(2 * alone + P99_SLACK_MILLIS);
      assertThat(server.stop()).isZero();
    }
    assertThat(sandbox.rows("gps")).hasSize(ROWS + 3 * CLIENTS * PUSHES);
  }

  private static boolean maySetLimit() throws InterruptedException {
    try {
      return new ProcessBuilder("prlimit", "--nofile=" + DESCRIPTORS, "true").start().waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static Process clients(int port, List<String> limit) throws IOException {
    List<String> words = new ArrayList<>(limit);
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-cp", FreshCommand.classPath()));
    words.add(IdleClients.class.getName());
    for (int number : new int[] {port, IDLE, SLOW, STOPPED}) {
      words.add(Integer.toString(number));
    }
    Process process =
        new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    assertThat(process.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("ready");
    return process;
  }

  private static void fill(ServerProcess server) throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < ROWS; i++) {
      rows.append(row(i));
    }
    assertThat(server.send(Wire.push("gps", "", rows.toString())).status()).isEqualTo(200);
  }

  private static String row(int number) {
    return "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":" + number + "}\n";
  }

  /// How long pushes take, in milliseconds.
  private static double p99(ServerProcess server) throws Exception {
    List<Callable<long[]>> work = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      work.add(() -> pushes(server.port()));
    }
    long[] all = {};
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<long[]> one : threads.invokeAll(work)) {
        int before = all.length;
        all = Arrays.copyOf(all, before + PUSHES);
        System.arraycopy(one.get(), 0, all, before, PUSHES);
      }
    }
    Arrays.sort(all);
    return all[all.length * 99 / 100] / 1e6;
  }

  private static long[] pushes(int port) throws IOException {
    long[] nanos = new long[PUSHES];
    try (Wire wire = new Wire(port)) {
      for (int i = 0; i < PUSHES; i++) {
        long started = System.nanoTime();
        wire.send(Wire.push("gps", "", row(i)));
        assertThat(wire.reply().status()).isEqualTo(200);
        nanos[i] = System.nanoTime() - started;
      }
    }
    return nanos;
  }

  private interface Count {
    long now() throws IOException;
  }

  private static long count(Count count) {
    try {
      return count.now();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(LongSupplier count, long max) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (count.getAsLong() > max && System.nanoTime() < end) {
      LockSupport.parkNanos(20_000_000);
    }
    assertThat(count.getAsLong()).isLessThanOrEqualTo(max);
  }
}
