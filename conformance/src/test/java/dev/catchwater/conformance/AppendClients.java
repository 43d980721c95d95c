package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.conformance.AppendHistory.Outcome;
import dev.catchwater.conformance.AppendHistory.Push;
import dev.catchwater.conformance.AppendHistory.Read;
import dev.catchwater.conformance.AppendHistory.Row;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Writers and readers of dataset `gps`, who write down what they saw.
final class AppendClients {
  private static final Pattern START = Pattern.compile("\"offsets\":\\{\"start\":(\\d+)");
  private static final Pattern ROW = Pattern.compile("\"offset\":(\\d+),[^}]*\"v\":(\\d+)");
  private static final Pattern COUNT = Pattern.compile("\"n\":(\\d+)");
  private static final String QUERY = "/query?query=select%20count(*)%20as%20n%20from%20gps";
  private static final int GARBAGE_EVERY = 200;
  private static final int GARBAGE_ROWS = 20_000;

  private final int ops;
  private final int seed;
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicBoolean isOver = new AtomicBoolean();
  private final List<Push> pushes = Collections.synchronizedList(new ArrayList<>());
  private final List<Read> reads = Collections.synchronizedList(new ArrayList<>());

  /// @param ops how many times something is asked for, by all together
  AppendClients(int ops, int seed) {
    this.ops = ops;
    this.seed = seed;
  }

  /// What happens to the server when as many operations have begun.
  @FunctionalInterface
  interface Disturbance {
    void at(int op) throws IOException;
  }

  private interface Client {
    void run() throws IOException;
  }

  /// Runs all of it; `port` waits while the server is away.
  void run(IntSupplier port, int writers, int readers, Disturbance disturbance) throws Exception {
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < writers; i++) {
        SplittableRandom random = new SplittableRandom(seed * 1000L + i);
        all.add(threads.submit(() -> client(() -> write(port, random, disturbance))));
      }
      for (int i = 0; i < readers; i++) {
        boolean asksSql = i == 0;
        all.add(threads.submit(() -> client(() -> read(port, asksSql, disturbance))));
      }
      for (Future<?> client : all) {
        client.get();
      }
    }
  }

  private Void client(Client work) throws IOException {
    try {
      work.run();
      return null;
    } finally {
      isOver.set(true); // one that failed ends all
    }
  }

  private boolean begins(Disturbance disturbance) throws IOException {
    int op = taken.incrementAndGet();
    disturbance.at(op);
    return op <= ops && !isOver.get();
  }

  /// A connection that is made again when it broke.
  private static final class Line implements AutoCloseable {
    private final IntSupplier port;
    private @Nullable Wire wire;

    Line(IntSupplier port) {
      this.port = port;
    }

    Wire.Reply ask(byte[] request) throws IOException {
      Wire used = wire;
      try {
        if (used == null) {
          used = new Wire(port.getAsInt());
          wire = used;
        }
        used.send(request);
        Wire.Reply reply = used.reply();
        if (reply.header("Connection").equals("close")) {
          close();
        }
        return reply;
      } catch (IOException e) {
        close();
        throw e;
      }
    }

    @Override
    public void close() throws IOException {
      Wire used = wire;
      wire = null;
      if (used != null) {
        used.close();
      }
    }
  }

  private static String rows(long first, int count) {
    StringBuilder rows = new StringBuilder();
    for (long i = first; i < first + count; i++) {
      rows.append("{\"t\":\"2020-01-01T00:00:00Z\",\"v\":").append(i).append("}\n");
    }
    return rows.toString();
  }

  private void write(IntSupplier port, SplittableRandom random, Disturbance disturbance)
      throws IOException {
    try (Line line = new Line(port)) {
      for (int i = 1; begins(disturbance); i++) {
        if (i % GARBAGE_EVERY == 0) {
          burden(line);
        }
        int count = random.nextInt(4) == 0 ? random.nextInt(2, 20) : 1;
        long first = numbers.getAndAdd(count);
        String key = "Idempotency-Key: k" + first + "\r\n";
        byte[] request = Wire.push("gps", key, rows(first, count));
        pushes.add(push(line, request, first, count, random.nextInt(4) > 0));
      }
    }
  }

  /// A dry run of many rows: nothing is kept of it but work for the collector.
  private static void burden(Line line) throws IOException {
    byte[] rows = rows(0, GARBAGE_ROWS).getBytes(StandardCharsets.UTF_8);
    try {
      line.ask(Wire.push("gps", "?dryRun=true", "", rows));
    } catch (IOException e) {
      // The next push tells.
    }
  }

  /// Some ask again until they know, others never do.
  private static Push push(Line line, byte[] request, long first, int count, boolean insists)
      throws IOException {
    long invoked = System.nanoTime();
    while (true) {
      try {
        Wire.Reply reply = line.ask(request);
        long returned = System.nanoTime();
        if (reply.status() == 200) {
          Matcher start = START.matcher(reply.text());
          assertThat(start.find()).as(reply.text()).isTrue();
          return new Push(
              invoked, returned, first, count, Outcome.APPLIED, Long.parseLong(start.group(1)));
        }
        String outcome = reply.header("Ingest-Outcome");
        assertThat(outcome).as(reply.text()).isIn("not-applied", "unknown");
        if (outcome.equals("not-applied")) {
          return new Push(invoked, returned, first, count, Outcome.REFUSED, -1);
        }
      } catch (IOException e) {
        if (!insists) {
          return new Push(invoked, AppendHistory.NEVER, first, count, Outcome.UNKNOWN, -1);
        }
      }
    }
  }

  private void read(IntSupplier port, boolean asksSql, Disturbance disturbance) throws IOException {
    byte[] request = Wire.get(asksSql ? QUERY : "/gps/tail?limit=100");
    try (Line line = new Line(port)) {
      while (begins(disturbance)) {
        long invoked = System.nanoTime();
        try {
          Wire.Reply reply = line.ask(request);
          assertThat(reply.status()).as(reply.text()).isEqualTo(200);
          reads.add(read(reply.text(), asksSql, invoked, System.nanoTime()));
        } catch (IOException e) {
          // Killed: what was not read tells nothing.
        }
      }
    }
  }

  private static Read read(String answer, boolean asksSql, long invoked, long returned) {
    if (asksSql) {
      Matcher count = COUNT.matcher(answer);
      assertThat(count.find()).as(answer).isTrue();
      return new Read(invoked, returned, Long.parseLong(count.group(1)), List.of());
    }
    List<Row> seen = new ArrayList<>();
    Matcher row = ROW.matcher(answer);
    while (row.find()) {
      seen.add(new Row(Long.parseLong(row.group(1)), Long.parseLong(row.group(2))));
    }
    long version = seen.isEmpty() ? 0 : seen.getLast().offset() + 1;
    return new Read(invoked, returned, version, seen);
  }

  /// What was seen, with the rows that are there at the end.
  ///
  /// @param lines CSV, the offset first and the number last
  AppendHistory history(List<String> lines) {
    List<Row> log = new ArrayList<>();
    for (String line : lines) {
      long offset = Long.parseLong(line.substring(0, line.indexOf(',')));
      log.add(new Row(offset, Long.parseLong(line.substring(line.lastIndexOf(',') + 1))));
    }
    return new AppendHistory(pushes, reads, log);
  }
}
