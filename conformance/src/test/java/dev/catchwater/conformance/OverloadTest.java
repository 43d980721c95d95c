package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.testkit.Tier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// T23: overload degrades and never lies. What the server can do is measured first; then pushes
/// come at four times that, on a schedule that waits for no answer. Who is turned away is told so;
/// who is accepted is answered soon, counted from when his push was due, and finds his rows.
class OverloadTest {
  private static final int SECONDS = Tier.pick(8, 60);
  private static final int PEAK_SECONDS = Tier.pick(3, 10);
  private static final int PEAK_CLIENTS = 64;
  private static final int TIMES_PEAK = 4;
  // So large that to send and to refuse four times of it leaves the machine to those accepted.
  private static final int ROWS = 800;
  // More are under way only where the server neither answers nor turns away.
  private static final int UNDER_WAY_MAX = 1000;
  // The short run is one of many on a busy machine: it only has to come near.
  private static final double GOODPUT_MIN = Tier.isFull() ? 0.8 : 0.5;
  private static final int P99_MILLIS_MAX = Tier.pick(6000, 1000);
  private static final double OFFERED_MIN = Tier.isFull() ? 3.5 : 2;
  private static final int FIRST = 1_000_000;
  private static final int PLACE = 4;
  private static final Pattern START = Pattern.compile("\"offsets\":\\{\"start\":(\\d+)");
  private static final String PUSHES =
      "select v // 10000 as push, min(\"offset\") as first, max(\"offset\") as last, count(*) as n,"
          + " count(distinct v) as apart, min(v % 10000) as least, max(v % 10000) as most"
          + " from gps group by 1";
  private static final byte[] BODY = template();

  @TempDir Path folder;
  private final AtomicInteger numbers = new AtomicInteger(FIRST);
  private final AtomicInteger cut = new AtomicInteger();
  private final AtomicInteger underWay = new AtomicInteger();
  private final Map<Integer, Integer> acked = new ConcurrentHashMap<>();
  private final Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedDeque<Wire> idle = new ConcurrentLinkedDeque<>();

  @Test
  void T23_overloadDegradesAndNeverLies() throws Exception {
    Sandbox sandbox = Sandbox.with(folder, BadHttpTest.MANIFEST);
    double peak;
    double goodput;
    double offered;
    try (ServerProcess server =
        ServerProcess.start(folder, "-Xmx256m", "-XX:+ExitOnOutOfMemoryError")) {
      onOneProcessor(server);
      closedLoop(server.port()); // compiles
      peak = closedLoop(server.port());
      nanos.clear();
      statuses.clear();
      offered = openLoop(server.port(), TIMES_PEAK * peak);
      goodput = (double) nanos.size() / SECONDS;
      assertThat(server.isAlive()).as(server.log()).isTrue();
      assertThat(server.stop()).isZero();
    }
    long[] sorted = nanos.stream().mapToLong(n -> n).sorted().toArray();
    long p99 = sorted[sorted.length * 99 / 100] / 1_000_000;
    System.out.printf(
        "T23 overload seconds=%d rows=%d peak=%.0f/s offered=%.0f/s (%.1f times) goodput=%.0f/s"
            + " (%.0f%%) p50=%dms p99=%dms answers=%s cut=%d%n",
        SECONDS,
        ROWS,
        peak,
        offered,
        offered / peak,
        goodput,
        100 * goodput / peak,
        sorted[sorted.length / 2] / 1_000_000,
        p99,
        new TreeMap<>(statuses),
        cut.get());
    reconcile(sandbox);
    assertThat(statuses.keySet()).isSubsetOf(200, 429, 503);
    assertThat(offered / peak).as("it is overload").isGreaterThan(OFFERED_MIN);
    assertThat(goodput / peak).isGreaterThan(GOODPUT_MIN);
    assertThat(p99).isLessThanOrEqualTo(P99_MILLIS_MAX);
  }

  /// The server gets one processor, its clients the others: they could not offer four times what it
  /// does on all of them.
  private static void onOneProcessor(ServerProcess server) throws Exception {
    List<String> command = List.of("taskset", "-a", "-cp", "0", Long.toString(server.pid()));
    Process pinned =
        new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    assertThat(pinned.waitFor()).isZero();
  }

  /// Clients that send one push after the other; pushes accepted in a second.
  private double closedLoop(int port) throws Exception {
    nanos.clear();
    long end = System.nanoTime() + PEAK_SECONDS * 1_000_000_000L;
    List<Callable<Void>> work = new ArrayList<>();
    for (int i = 0; i < PEAK_CLIENTS; i++) {
      work.add(() -> {
        while (System.nanoTime() < end) {
          push(port, System.nanoTime());
        }
        return null;
      });
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> one : threads.invokeAll(work)) {
        one.get();
      }
    }
    return (double) nanos.size() / PEAK_SECONDS;
  }

  /// Pushes that begin when they are due, whatever became of those before; how many did in a
  /// second.
  private double openLoop(int port, double rate) throws Exception {
    long start = System.nanoTime();
    long step = (long) (1e9 / rate);
    long end = start + SECONDS * 1_000_000_000L;
    List<Future<?>> begun = new ArrayList<>();
    int sent = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (long due = start; due < end; due += step) {
        for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
          LockSupport.parkNanos(wait);
        }
        if (underWay.get() >= UNDER_WAY_MAX) {
          continue; // is missing from what is offered
        }
        long at = due;
        underWay.incrementAndGet();
        begun.add(threads.submit(() -> pushOnce(port, at)));
        sent++;
      }
      for (Future<?> one : begun) {
        one.get();
      }
    }
    return (double) sent / SECONDS;
  }

  private Void pushOnce(int port, long due) throws IOException {
    try {
      push(port, due);
      return null;
    } finally {
      underWay.decrementAndGet();
    }
  }

  private void push(int port, long due) throws IOException {
    int number = numbers.getAndIncrement();
    byte[] request = Wire.push("gps", "", body(number));
    @Nullable Wire kept = idle.poll();
    Wire wire = kept == null ? new Wire(port) : kept;
    Wire.Reply reply;
    try {
      wire.send(request);
      reply = wire.reply();
    } catch (IOException e) {
      if (kept == null) {
        throw new IOException("push " + number + " on a new connection", e);
      }
      // It was closed while it was idle. Had the push been taken, it would be found twice.
      cut.incrementAndGet();
      wire.close();
      wire = new Wire(port);
      wire.send(request);
      reply = wire.reply();
    }
    statuses.merge(reply.status(), 1, Integer::sum);
    if (reply.status() == 200) {
      nanos.add(System.nanoTime() - due);
      Matcher told = START.matcher(reply.text());
      assertThat(told.find()).as(reply.text()).isTrue();
      acked.put(number, Integer.parseInt(told.group(1)));
    } else {
      assertThat(reply.header("Retry-After")).isNotEmpty();
      assertThat(reply.header("Ingest-Outcome")).isEqualTo("not-applied");
    }
    if (reply.header("Connection").equals("close")) {
      wire.close();
    } else {
      idle.push(wire);
    }
  }

  /// Rows whose numbers are those of the push and of the place in it, four digits.
  private static byte[] template() {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < ROWS; i++) {
      rows.append("{\"t\":\"2020-01-01T00:00:00Z\",\"v\":")
          .append(10_000L * FIRST + i)
          .append("}\n");
    }
    return rows.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] body(int number) {
    byte[] body = BODY.clone();
    byte[] digits = Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
    int row = body.length / ROWS;
    for (int end = row; end <= body.length; end += row) {
      System.arraycopy(digits, 0, body, end - 2 - PLACE - digits.length, digits.length);
    }
    return body;
  }

  private void reconcile(Sandbox sandbox) {
    Map<Integer, Integer> firsts = new HashMap<>();
    Outcome found = sandbox.run("sql", "--command", PUSHES, "-o", "csv");
    for (String line : found.succeeded().out().lines().skip(1).toList()) {
      long[] cells = Arrays.stream(line.split(",", -1)).mapToLong(Long::parseLong).toArray();
      assertThat(cells[2] - cells[1]).as("a push in one piece: %s", line).isEqualTo(ROWS - 1);
      assertThat(List.of(cells[3], cells[4])).as(line).containsOnly((long) ROWS);
      assertThat(List.of(cells[5], cells[6])).as(line).containsExactly(0L, ROWS - 1L);
      firsts.put((int) cells[0], (int) cells[1]);
    }
    acked.forEach(
        (number, start) -> assertThat(firsts.get(number)).as("push %d", number).isEqualTo(start));
    assertThat(firsts).as("what was refused is not there").hasSize(acked.size());
    System.out.println("T23 reckoned pushes=" + firsts.size() + " lost=0 dup=0 torn=0");
  }
}
