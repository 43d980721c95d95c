package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.testkit.Tier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// T11: a push that is sent again never doubles. The wire is cut at every byte of the answer and at
/// every 64th of the request; the same bytes with the same key are sent again then, and later, when
/// the server began anew, sealed, let its journal go, lost its index.
class RetryTest {
  private static final int CUTS = Integer.getInteger("tests.iters", Tier.pick(2000, 9500));
  private static final int WORKERS = 4;
  private static final int SAMPLE = 150;
  private static final int TOGETHER = 16;
  private static final String TIME = "2020-01-01T00:00:00Z";
  private static final String MANIFEST =
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
              schema: [t TIMESTAMP, v BIGINT]
            merge: {%s}
          - kind: SetVocab
            eventTimeColumn: t
      """;
  private static final Pattern OFFSETS =
      Pattern.compile("\"offsets\":\\{\"start\":(\\d+),\"end\":(\\d+)}");

  @TempDir Path folder;

  /// A push and the answer that every retry must get.
  private record Sent(
      String dataset, String key, int first, int rows, byte[] request, String body) {}

  private static final class Tally {
    final List<Sent> sent = Collections.synchronizedList(new ArrayList<>());
    final AtomicInteger numbers = new AtomicInteger();
    final AtomicInteger retries = new AtomicInteger();
    final AtomicInteger conflicts = new AtomicInteger();
    final AtomicInteger waits = new AtomicInteger();
  }

  private Sandbox sandbox() {
    Sandbox sandbox = Sandbox.with(folder, MANIFEST.formatted("events", "kind: Append"));
    sandbox
        .pipe(MANIFEST.formatted("keyed", "kind: Ledger, primaryKey: [v]"), "add", "--stdin")
        .succeeded();
    sandbox
        .pipe(MANIFEST.formatted("state", "kind: Snapshot, primaryKey: [v]"), "add", "--stdin")
        .succeeded();
    return sandbox;
  }

  private static String rows(int first, int count) {
    StringBuilder rows = new StringBuilder();
    for (int i = first; i < first + count; i++) {
      rows.append("{\"t\":\"" + TIME + "\",\"v\":").append(i).append("}\n");
    }
    return rows.toString();
  }

  private static byte[] push(String dataset, String key, String rows) {
    return Wire.push(dataset, "Idempotency-Key: " + key + "\r\n", rows);
  }

  @Test
  void T11_aRetryNeverDoublesWhereverTheWireIsCut() throws Exception {
    long started = System.nanoTime();
    Sandbox sandbox = sandbox();
    Tally tally = new Tally();
    try (Served served = Served.of(sandbox)) {
      cut(served, tally);
      again(served, tally);
    }
    try (Served served = Served.of(sandbox)) {
      again(served, tally); // after a restart, which sealed
      for (int i = 0; i < 20; i++) { // parts of the log of keys are put together
        first(served, tally, "keyed", "?wait=committed");
        first(served, tally, "events", "?wait=committed");
      }
      again(served, tally);
    }
    dropIndexes();
    try (Served served = Served.of(sandbox)) {
      again(served, tally);
      noKeyIsTwice(served, tally);
      again(served, tally);
    }
    int rows = reconcile(sandbox, tally);
    System.out.printf(
        "T11 retries=%d dup=0 conflicts422=%d waits409=%d pushes=%d rows=%d %.1fs%n",
        tally.retries.get(),
        tally.conflicts.get(),
        tally.waits.get(),
        tally.sent.size(),
        rows,
        (System.nanoTime() - started) / 1e9);
  }

  /// Each worker takes every fourth cut; which side and which byte follow from its number.
  private void cut(Served served, Tally tally) throws Exception {
    first(served, tally, "events", "");
    Sent sent = first(served, tally, "keyed", "");
    Wire.Reply reply = Wire.once(served.port(), sent.request());
    int replyBytes = reply.head().length() + reply.body().length;
    assertThat(CUTS * 7 / 8).as("cuts for each byte of an answer").isGreaterThan(replyBytes);
    List<Callable<Void>> workers = new ArrayList<>();
    for (int w = 0; w < WORKERS; w++) {
      int worker = w;
      workers.add(() -> {
        try (CuttingProxy proxy = new CuttingProxy(served.port())) {
          for (int i = worker; i < CUTS; i += WORKERS) {
            cutOne(served.port(), proxy, tally, i, replyBytes);
          }
        }
        return null;
      });
    }
    run(workers);
  }

  private static void run(List<Callable<Void>> work) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> done : threads.invokeAll(work)) {
        done.get();
      }
    }
  }

  private static void cutOne(int port, CuttingProxy proxy, Tally tally, int number, int replyBytes)
      throws IOException {
    SplittableRandom random = new SplittableRandom(number);
    CuttingProxy.Side side =
        number % 8 == 0
            ? CuttingProxy.Side.REQUEST
            : number % 8 == 1 ? CuttingProxy.Side.BOTH : CuttingProxy.Side.REPLY;
    String dataset = number % 100 == 5 ? "state" : random.nextBoolean() ? "events" : "keyed";
    int rows = dataset.equals("state") ? 1 : random.nextInt(1, 20);
    int first = tally.numbers.getAndAdd(rows);
    String key = "cut-" + number;
    byte[] request = push(dataset, key, rows(first, rows));
    int at =
        side == CuttingProxy.Side.REQUEST
            ? number / 8 * 64 % (request.length + 64)
            : (number - number / 8 - 1) % replyBytes;
    CuttingProxy.Passed passed = proxy.exchange(request, side, at, random.nextBoolean());
    Wire.Reply retry = retry(port, request, tally);
    assertThat(retry.status()).as(retry.text()).isEqualTo(200);
    if (side == CuttingProxy.Side.REQUEST && at < request.length) {
      assertThat(retry.isReplayed()).as("cut at %d of %d", at, request.length).isFalse();
    }
    if (side == CuttingProxy.Side.REPLY) {
      String whole = new String(passed.server(), StandardCharsets.UTF_8);
      assertThat(whole).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n" + retry.text());
      byte[] client = passed.client(); // may end inside of a character
      assertThat(Arrays.copyOf(passed.server(), client.length)).isEqualTo(client);
      assertThat(retry.isReplayed()).isTrue();
    }
    tally.sent.add(new Sent(dataset, key, first, rows, request, retry.text()));
  }

  /// Sends until the answer is none of `409`: the first may still be under way.
  private static Wire.Reply retry(int port, byte[] request, Tally tally) throws IOException {
    while (true) {
      Wire.Reply reply = Wire.once(port, request);
      tally.retries.incrementAndGet();
      if (reply.status() != 409) {
        return reply;
      }
      tally.waits.incrementAndGet();
      assertThat(reply.header("Retry-After")).isEqualTo("1");
      assertThat(reply.header("Ingest-Outcome")).isEqualTo("unknown");
      assertThat(reply.text()).contains("push-in-progress");
    }
  }

  private static Sent first(Served served, Tally tally, String dataset, String query)
      throws IOException {
    int number = tally.numbers.getAndIncrement();
    String key = "first-" + number;
    byte[] body = rows(number, 1).getBytes(StandardCharsets.UTF_8);
    byte[] request = Wire.push(dataset, query, "Idempotency-Key: " + key + "\r\n", body);
    Wire.Reply reply = Wire.once(served.port(), request);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(reply.isReplayed()).isFalse();
    Sent sent = new Sent(dataset, key, number, 1, request, reply.text());
    tally.sent.add(sent);
    return sent;
  }

  /// Sends a sample again, as it was and with another body.
  private static void again(Served served, Tally tally) throws IOException {
    List<Sent> all = new ArrayList<>(tally.sent);
    Collections.shuffle(all, new java.util.Random(all.size()));
    for (Sent sent : all.subList(0, Math.min(SAMPLE, all.size()))) {
      Wire.Reply reply = retry(served.port(), sent.request(), tally);
      assertThat(reply.text()).isEqualTo(sent.body());
      assertThat(reply.isReplayed()).isTrue();
      byte[] other = push(sent.dataset(), sent.key(), rows(sent.first(), sent.rows() + 1));
      assertThat(Wire.once(served.port(), other).status()).isEqualTo(422);
      tally.conflicts.incrementAndGet();
    }
  }

  /// The index of keys was lost: it is made anew and knows every row of the Ledger.
  private static void noKeyIsTwice(Served served, Tally tally) throws IOException {
    for (Sent sent : List.copyOf(tally.sent)) {
      if (sent.dataset().equals("keyed") && sent.first() % 20 == 0) {
        byte[] other = push("keyed", sent.key() + "-other", rows(sent.first(), sent.rows()));
        Wire.Reply reply = Wire.once(served.port(), other);
        assertThat(reply.text()).contains("\"offsets\":null", "\"duplicate\":" + sent.rows());
      }
    }
  }

  private void dropIndexes() throws IOException {
    int dropped = 0;
    try (Stream<Path> files = Files.walk(folder.resolve(".catchwater"))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        boolean isIndex =
            file.toString().contains("/index/") || file.getFileName().toString().equals("index");
        if (isIndex) {
          Files.delete(file);
          dropped++;
        }
      }
    }
    assertThat(dropped).as("files of indexes").isPositive();
  }

  /// Every row of every push is there once, at the offset that its answer told.
  private static int reconcile(Sandbox sandbox, Tally tally) {
    int total = 0;
    for (String dataset : List.of("events", "keyed", "state")) {
      Map<Integer, Integer> offsets = new TreeMap<>();
      for (String line : sandbox.rows(dataset)) {
        String[] cells = line.split(",", -1);
        if (dataset.equals("state") && !cells[1].equals("0")) {
          continue; // a snapshot takes the row before it back
        }
        int offset = Integer.parseInt(cells[0]);
        Integer before = offsets.put(Integer.parseInt(cells[cells.length - 1]), offset);
        assertThat(before).as("%s, row %s is there twice", dataset, line).isNull();
        total++;
      }
      int rows = 0;
      for (Sent sent : tally.sent) {
        if (!sent.dataset().equals(dataset)) {
          continue;
        }
        rows += sent.rows();
        Matcher told = OFFSETS.matcher(sent.body());
        assertThat(told.find()).as(sent.body()).isTrue();
        int end = Integer.parseInt(told.group(2));
        for (int i = 0; i < sent.rows(); i++) {
          int place = end - sent.rows() + 1 + i;
          assertThat(offsets.get(sent.first() + i)).as("%s", sent.body()).isEqualTo(place);
        }
      }
      assertThat(offsets).as(dataset).hasSize(rows);
    }
    return total;
  }

  @Test
  void T11_ofManyAtOnceExactlyOneIsTheFirst() throws Exception {
    int rounds = Tier.pick(40, 500);
    int first = 0;
    AtomicInteger replayed = new AtomicInteger();
    AtomicInteger waiting = new AtomicInteger();
    Sandbox sandbox = sandbox();
    try (Served served = Served.of(sandbox)) {
      for (int round = 0; round < rounds; round++) {
        String dataset = round % 20 == 3 ? "state" : round % 2 == 0 ? "events" : "keyed";
        byte[] request = push(dataset, "same-" + round, rows(round, 1));
        CyclicBarrier start = new CyclicBarrier(TOGETHER);
        List<Callable<Void>> clients = new ArrayList<>();
        AtomicInteger firstHere = new AtomicInteger();
        for (int i = 0; i < TOGETHER; i++) {
          clients.add(() -> {
            try (Wire wire = new Wire(served.port())) {
              start.await();
              wire.send(request);
              Wire.Reply reply = wire.reply();
              assertThat(reply.status()).as(reply.text()).isIn(200, 409);
              if (reply.status() == 409) {
                assertThat(reply.header("Retry-After")).isEqualTo("1");
                waiting.incrementAndGet();
              } else {
                (reply.isReplayed() ? replayed : firstHere).incrementAndGet();
              }
            }
            return null;
          });
        }
        run(clients);
        assertThat(firstHere).as("round %d", round).hasValue(1);
        first += firstHere.get();
      }
    }
    int rows = sandbox.rows("events").size() + sandbox.rows("keyed").size();
    assertThat(rows).isEqualTo(rounds - (rounds + 16) / 20);
    System.out.printf(
        "T11 concurrent=%d first=%d replayed=%d waits409=%d dup=0%n",
        rounds * TOGETHER, first, replayed.get(), waiting.get());
  }

  @Test
  void BAD43_aRefusedRequestBurnsNoKey() throws IOException {
    Sandbox sandbox = sandbox();
    try (Served served = Served.of(sandbox)) {
      int port = served.port();
      String key = "Idempotency-Key: k\r\n";
      StringBuilder bad = new StringBuilder(rows(0, 9999));
      bad.append("{\"t\":\"" + TIME + "\",\"v\":\"no number\"}\n");
      Wire.Reply refused = Wire.once(port, Wire.push("events", key, bad.toString()));
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.text()).contains("\"line\":10000");
      assertThat(refused.header("Ingest-Outcome")).isEqualTo("not-applied");
      for (String line :
          List.of(
              "Content-Type: text/plain\r\n",
              "Content-Encoding: gzip\r\n",
              "If-Match: nothing\r\n",
              "odf-event-time: never\r\n",
              "Producer-Id: p\r\nProducer-Seq: 7\r\n")) {
        Wire.Reply other = Wire.once(port, Wire.push("events", key + line, rows(0, 1)));
        assertThat(other.status()).as(other.text()).isBetween(400, 499);
      }
      Wire.Reply fixed = Wire.once(port, Wire.push("events", key, rows(0, 10_000)));
      assertThat(fixed.status()).as(fixed.text()).isEqualTo(200);
      assertThat(fixed.isReplayed()).isFalse();
      assertThat(fixed.text()).contains("\"offsets\":{\"start\":0,\"end\":9999}");
    }
  }

  @Test
  void T11_theSameKeyIsAnotherOneWithOtherWordsOrInAnotherDataset() throws IOException {
    Sandbox sandbox = sandbox();
    try (Served served = Served.of(sandbox)) {
      int port = served.port();
      String key = "Idempotency-Key: k\r\n";
      assertThat(Wire.once(port, Wire.push("events", key, rows(0, 1))).status()).isEqualTo(200);
      String time = "odf-event-time: " + TIME + "\r\n";
      assertThat(Wire.once(port, Wire.push("events", key + time, rows(0, 1))).status())
          .isEqualTo(422);
      assertThat(Wire.once(port, Wire.push("events", key, rows(1, 1))).status()).isEqualTo(422);
      Wire.Reply elsewhere = Wire.once(port, Wire.push("keyed", key, rows(1, 1)));
      assertThat(elsewhere.status()).isEqualTo(200);
      assertThat(elsewhere.isReplayed()).isFalse();
    }
    assertThat(sandbox.rows("events")).hasSize(1);
  }
}
