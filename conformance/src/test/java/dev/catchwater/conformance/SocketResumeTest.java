package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.testkit.Tier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// T11 and T12 over WebSockets: producers whose connections break at any byte, and whose server is
/// killed and comes again. Each row is there once, in its producer's order, at the offset that its
/// answer told.
class SocketResumeTest {
  private static final int PRODUCERS = 3;
  private static final int BREAK_BYTES_MAX = 30_000;
  private static final int WINDOW = 64;
  private static final int ROWS_MAX = 3;
  private static final int NUMBERS = 1_000_000;
  private static final Pattern ANSWER =
      Pattern.compile(
          "\\{\"type\":\"ack\",\"message\":(\\d+),(\"replayed\":true,)?\"outcome\":\"applied\".*"
              + "\"offsets\":(null|\\{\"start\":(\\d+),\"end\":(\\d+)})");
  private static final Pattern NEXT = Pattern.compile("\"type\":\"hello\".*\"next\":(\\d+)");

  @TempDir Path folder;

  private final AtomicInteger replayed = new AtomicInteger();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicLong answers = new AtomicLong();

  /// One producer and what it was told.
  private final class Producing {
    private final int number;
    private final int messages;
    private final SplittableRandom random;
    private final Map<Integer, Integer> ends = new HashMap<>();
    private volatile int done; // the last message that was answered
    private int epoch;

    Producing(int number, int messages) {
      this.number = number;
      this.messages = messages;
      this.random = new SplittableRandom(number);
    }

    /// Each message has one to three rows; what is in it follows from its number.
    String message(int sequence) {
      StringBuilder rows = new StringBuilder();
      for (int i = 0; i <= sequence % ROWS_MAX; i++) {
        rows.append(SocketIngestTest.row(value(sequence, i))).append('\n');
      }
      return rows.toString();
    }

    int value(int sequence, int row) {
      return number * NUMBERS + sequence * 10 + row;
    }

    /// Connects again and again until all is answered.
    Void run(BreakingProxy proxy) throws Exception {
      while (done < messages) {
        boolean knowsNext = random.nextBoolean();
        epoch += random.nextInt(3) == 0 ? 1 : 0;
        String path =
            "/gps/ingest?producerId=p"
                + number
                + "&producerEpoch="
                + epoch
                + (knowsNext ? "" : "&from=" + (done + 1));
        try (SocketWire wire = SocketWire.of(proxy.port(), path)) {
          connections.incrementAndGet();
          if (wire.isOpen()) {
            go(wire, knowsNext);
          }
        } catch (IOException e) {
          TimeUnit.MILLISECONDS.sleep(20); // nobody is there
        }
      }
      return null;
    }

    private void go(SocketWire wire, boolean knowsNext) throws Exception {
      int first = done + 1;
      Thread sender = knowsNext ? null : Thread.ofVirtual().start(() -> send(wire, first));
      String hello = wire.line();
      Matcher next = NEXT.matcher(hello);
      if (!next.find()) {
        // 4001: the request of a connection that is given up can arrive behind that of the next.
        assertThat(hello).isIn("the end", "closed 1001", "closed 4001");
        return;
      }
      int stands = Integer.parseInt(next.group(1)) - 1;
      assertThat(stands).as("what was answered is durable").isGreaterThanOrEqualTo(done);
      if (knowsNext) {
        done = stands;
        sender = Thread.ofVirtual().start(() -> send(wire, stands + 1));
      }
      while (done < messages && told(wire.line())) {
        answers.incrementAndGet();
      }
      wire.cut();
      if (sender != null) {
        sender.join();
      }
    }

    private boolean told(String line) {
      Matcher answer = ANSWER.matcher(line);
      if (!answer.find()) {
        assertThat(line).isIn("the end", "closed 1001", "closed 4001");
        return false;
      }
      int sequence = Integer.parseInt(answer.group(1));
      assertThat(sequence).as("answers are in order").isEqualTo(done + 1);
      if (answer.group(5) != null) {
        int end = Integer.parseInt(answer.group(5));
        assertThat(end - Integer.parseInt(answer.group(4))).isEqualTo(sequence % ROWS_MAX);
        ends.put(sequence, end);
      }
      replayed.addAndGet(answer.group(2) == null ? 0 : 1);
      done = sequence;
      return true;
    }

    private void send(SocketWire wire, int from) {
      try {
        for (int i = from; i <= messages; i++) {
          while (i - done > WINDOW) {
            TimeUnit.MILLISECONDS.sleep(1);
            if (wire.isClosed()) {
              return;
            }
          }
          wire.raw(
              SocketWire.frame(
                  SocketWire.FIN | SocketWire.TEXT, message(i).getBytes(StandardCharsets.UTF_8)));
        }
      } catch (IOException e) {
        // It broke; who reads sees it too.
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void T12_everyRowIsThereOnceWhereverConnectionsBreakAndTheServerIsKilled() throws Exception {
    int messages = Tier.pick(800, 8_000);
    int kills = Tier.pick(2, 10);
    long started = System.nanoTime();
    Sandbox sandbox = Sandbox.with(folder, BadHttpTest.MANIFEST);
    List<Producing> all = new ArrayList<>();
    ServerProcess server = ServerProcess.start(folder);
    try (BreakingProxy proxy =
            new BreakingProxy(server.port(), BREAK_BYTES_MAX, new SplittableRandom(7));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> running = new ArrayList<>();
      for (int i = 0; i < PRODUCERS; i++) {
        Producing producing = new Producing(i + 1, messages);
        all.add(producing);
        running.add(threads.submit(() -> producing.run(proxy)));
      }
      for (int i = 1; i <= kills; i++) {
        long wanted = (long) PRODUCERS * messages * i / (kills + 1) / 2;
        while (answers.get() < wanted && !running.getFirst().isDone()) {
          TimeUnit.MILLISECONDS.sleep(5);
        }
        server.kill();
        server = ServerProcess.start(folder);
        proxy.aim(server.port());
      }
      for (Future<Void> each : running) {
        each.get(10, TimeUnit.MINUTES);
      }
      assertThat(proxy.breaks()).isGreaterThan(kills);
      assertThat(server.stop()).isIn(0, 143);
    } finally {
      server.close();
    }
    int rows = reconcile(sandbox, all, messages);
    System.out.printf(
        "T12 sockets producers=%d messages=%d connections=%d kills=%d replayed=%d rows=%d dup=0"
            + " lost=0 %.1fs%n",
        PRODUCERS,
        messages,
        connections.get(),
        kills,
        replayed.get(),
        rows,
        (System.nanoTime() - started) / 1e9);
  }

  private static int reconcile(Sandbox sandbox, List<Producing> all, int messages) {
    Map<Integer, Integer> offsets = new HashMap<>();
    Map<Integer, Integer> latest = new HashMap<>();
    List<String> rows = sandbox.rows("gps");
    for (String line : rows) {
      String[] cells = line.split(",", -1);
      int offset = Integer.parseInt(cells[0]);
      int value = Integer.parseInt(cells[cells.length - 1]);
      assertThat(offsets.put(value, offset)).as("row %s is there once", line).isNull();
      Integer before = latest.put(value / NUMBERS, value);
      assertThat(before == null || before < value).as("row %s is in order", line).isTrue();
    }
    int expected = 0;
    for (Producing each : all) {
      for (int sequence = 1; sequence <= messages; sequence++) {
        int count = 1 + sequence % ROWS_MAX;
        expected += count;
        Integer end = each.ends.get(sequence);
        for (int i = 0; i < count; i++) {
          Integer offset = offsets.get(each.value(sequence, i));
          assertThat(offset).as("message %d of %d", sequence, each.number).isNotNull();
          if (end != null) {
            assertThat(offset).isEqualTo(end - count + 1 + i);
          }
        }
      }
    }
    assertThat(rows).hasSize(expected);
    return rows.size();
  }
}
