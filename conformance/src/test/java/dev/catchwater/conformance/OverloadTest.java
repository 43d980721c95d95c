package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.testkit.Tier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// T23: overload degrades and never lies. Clients send on a schedule, at four times what the server
/// can do, whether it answers or not. Who is turned away is told so; who is accepted is answered
/// soon, and finds his rows.
class OverloadTest {
  private static final int SECONDS = Tier.pick(8, 60);
  private static final int PEAK_SECONDS = Tier.pick(3, 10);
  private static final int PEAK_CLIENTS = 190; // as many as a dataset takes at once, nearly
  private static final int CLIENTS = 800;
  private static final int TIMES_PEAK = 4;
  private static final int ROWS = 2;
  // The short run is one of many on a busy machine: it only has to come near.
  private static final double GOODPUT_MIN = Tier.isFull() ? 0.8 : 0.5;
  private static final int P99_MILLIS_MAX = Tier.pick(3000, 1000);
  private static final Pattern START = Pattern.compile("\"offsets\":\\{\"start\":(\\d+)");

  @TempDir Path folder;
  private final AtomicInteger numbers = new AtomicInteger();
  private final Map<Integer, Integer> acked = new ConcurrentHashMap<>();
  private final Map<Integer, Integer> statuses = new ConcurrentHashMap<>();

  /// What a client found.
  ///
  /// @param nanos of the accepted pushes
  private record Found(int sent, List<Long> nanos) {
    Found {
      nanos = List.copyOf(nanos);
    }
  }

  @Test
  void T23_overloadDegradesAndNeverLies() throws Exception {
    Sandbox sandbox = Sandbox.with(folder, BadHttpTest.MANIFEST);
    double peak;
    double goodput;
    List<Found> found;
    try (ServerProcess server =
        ServerProcess.start(folder, "-Xmx256m", "-XX:+ExitOnOutOfMemoryError")) {
      run(server.port(), PEAK_CLIENTS, PEAK_SECONDS, 0); // compiles
      peak = rate(run(server.port(), PEAK_CLIENTS, PEAK_SECONDS, 0), PEAK_SECONDS);
      statuses.clear();
      found = run(server.port(), CLIENTS, SECONDS, TIMES_PEAK * peak);
      goodput = rate(found, SECONDS);
      assertThat(server.isAlive()).as(server.log()).isTrue();
      assertThat(server.stop()).isZero();
    }
    long[] nanos = found.stream().flatMap(one -> one.nanos().stream()).mapToLong(n -> n).toArray();
    Arrays.sort(nanos);
    long p99 = nanos[nanos.length * 99 / 100] / 1_000_000;
    int sent = found.stream().mapToInt(Found::sent).sum();
    reconcile(sandbox);
    System.out.printf(
        "T23 overload seconds=%d peak=%.0f/s offered=%.0f/s goodput=%.0f/s (%.0f%%) p99=%dms"
            + " answers=%s lost=0 dup=0 torn=0%n",
        SECONDS,
        peak,
        (double) sent / SECONDS,
        goodput,
        100 * goodput / peak,
        p99,
        new TreeMap<>(statuses));
    assertThat(statuses.keySet()).isSubsetOf(200, 429, 503);
    assertThat(goodput / peak).isGreaterThan(GOODPUT_MIN);
    assertThat(p99).isLessThanOrEqualTo(P99_MILLIS_MAX);
  }

  private static double rate(List<Found> found, int seconds) {
    return (double) found.stream().mapToInt(one -> one.nanos().size()).sum() / seconds;
  }

  /// All clients send for a while.
  ///
  /// @param rate pushes a second by all together, on a schedule; 0 for one after the other
  private List<Found> run(int port, int clients, int seconds, double rate) throws Exception {
    long start = System.nanoTime() + 200_000_000L;
    long end = start + seconds * 1_000_000_000L;
    long step = rate == 0 ? 0 : (long) (clients * 1e9 / rate);
    List<Callable<Found>> work = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      long first = start + step * i / clients;
      work.add(() -> client(port, first, end, step));
    }
    List<Found> found = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Found> one : threads.invokeAll(work)) {
        found.add(one.get());
      }
    }
    return found;
  }

  private Found client(int port, long first, long end, long step) throws IOException {
    List<Long> nanos = new ArrayList<>();
    int sent = 0;
    Wire wire = new Wire(port);
    try {
      for (long due = first; due < end; due = next(due, step)) {
        for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
          LockSupport.parkNanos(wait);
        }
        if (System.nanoTime() >= end) {
          break;
        }
        int number = numbers.getAndAdd(ROWS);
        long sentAt = System.nanoTime();
        wire.send(Wire.push("gps", "", rows(number)));
        Wire.Reply reply = wire.reply();
        sent++;
        statuses.merge(reply.status(), 1, Integer::sum);
        if (reply.status() == 200) {
          nanos.add(System.nanoTime() - sentAt);
          Matcher told = START.matcher(reply.text());
          assertThat(told.find()).as(reply.text()).isTrue();
          acked.put(number, Integer.parseInt(told.group(1)));
        } else {
          assertThat(reply.header("Retry-After")).isNotEmpty();
          assertThat(reply.header("Ingest-Outcome")).isEqualTo("not-applied");
        }
        if (reply.header("Connection").equals("close")) {
          wire.close();
          wire = new Wire(port);
        }
      }
    } finally {
      wire.close();
    }
    return new Found(sent, nanos);
  }

  // A turn that went by while the answer was awaited is let go: another client would have it.
  private static long next(long due, long step) {
    if (step == 0) {
      return System.nanoTime();
    }
    long now = System.nanoTime();
    return due + step * Math.max(1, Math.ceilDiv(now - due, step));
  }

  private static String rows(int number) {
    String row = "{\"t\":\"2020-01-01T00:00:00Z\",\"v\":%d}\n";
    return row.formatted(number) + row.formatted(number + 1);
  }

  private void reconcile(Sandbox sandbox) {
    Map<Integer, Integer> offsets = new HashMap<>();
    for (String line : sandbox.rows("gps")) {
      int number = Integer.parseInt(line.substring(line.lastIndexOf(',') + 1));
      int offset = Integer.parseInt(line.substring(0, line.indexOf(',')));
      assertThat(offsets.put(number, offset)).as("row %s is there twice", line).isNull();
    }
    acked.forEach((number, start) -> {
      for (int i = 0; i < ROWS; i++) {
        assertThat(offsets.get(number + i)).as("row %d", number + i).isEqualTo(start + i);
      }
    });
    assertThat(offsets).as("what was refused is not there").hasSize(acked.size() * ROWS);
  }
}
