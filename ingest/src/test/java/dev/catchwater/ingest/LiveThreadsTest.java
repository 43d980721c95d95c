package dev.catchwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.ingest.live.LiveDataset;
import dev.catchwater.ingest.live.LiveReport;
import dev.catchwater.ingest.live.LiveSettings;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.live.Producer;
import dev.catchwater.ingest.live.PushIdentity;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.Workspace;
import dev.catchwater.storage.verify.Verifier;
import dev.catchwater.testkit.SimDisk;
import dev.catchwater.testkit.Tier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sixteen threads push into one dataset, some with keys and sequences, while others seal it, take
/// its lock away, push into slices directly and read (reliability T15, T17): every acknowledged row
/// is at its offset, nothing is there twice, who pushes after an answer gets later offsets, and
/// what a reader saw stays, also after a power cut.
class LiveThreadsTest {
  private static final int PUSHERS = 16;
  private static final int PUSHES = Tier.pick(60, 300);
  private static final int READERS = 2;
  private static final PushLimits LIMITS = new PushLimits(1 << 20, 1_000);

  /// What a pusher was told.
  ///
  /// @param began, ended of one clock
  private record Told(List<Long> ids, LiveReport report, long began, long ended) {}

  private final AtomicLong time = new AtomicLong();
  private final ConcurrentLinkedQueue<Told> told = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean isOver = new AtomicBoolean();

  @ParameterizedTest
  @ValueSource(strings = {"{kind: Append}", "{kind: Ledger, primaryKey: [id]}"})
  void T15_sixteenPushersSealersAndReadersAgree(String merge) throws Exception {
    SimDisk disk = new SimDisk(SimDisk.Mode.EXT4, 11);
    PushFixture fixture =
        PushFixture.of(
            disk,
            PushFixture.manifest("{kind: NdJson, schema: [\"id BIGINT\", \"v STRING\"]}", merge),
            LIMITS,
            1);
    fixture.push("{\"id\":-1}");
    boolean isLedger = merge.contains("Ledger");
    List<Map<Long, String>> seen = new ArrayList<>();
    LiveWorkspace live =
        new LiveWorkspace(
            Workspace.find(disk, Path.of("/work"), null),
            LiveSettings.standard(),
            () -> PushFixture.SYSTEM_TIME,
            new SplittableRandom(3),
            SliceOptions.defaults().withThreads(0),
            LIMITS,
            Preprocess.NONE);
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      LiveDataset dataset = live.dataset(fixture.dataset());
      List<Future<Integer>> pushers = new ArrayList<>();
      for (int i = 0; i < PUSHERS; i++) {
        int number = i;
        pushers.add(threads.submit(() -> pushAll(fixture, dataset, number)));
      }
      Future<Integer> sealer = threads.submit(() -> sealOften(live, dataset));
      List<Future<Map<Long, String>>> readers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        readers.add(threads.submit(reader(dataset, fixture, i == 0)));
      }
      try {
        for (Future<Integer> pusher : pushers) {
          pusher.get();
        }
      } finally {
        isOver.set(true);
      }
      assertThat(sealer.get()).isPositive();
      for (Future<Map<Long, String>> reader : readers) {
        seen.add(reader.get());
      }
      // Unsealed rows and all: what was read or acknowledged survives the loss of power.
      keyed(fixture, dataset, "last", List.of(9_999_999L));
    }
    SimDisk image = disk.restartAfterPowerCut();
    PushFixture.abandon(live);
    PushFixture after = PushFixture.reopened(image, LIMITS);
    List<String> rows = new ArrayList<>(after.rows());
    for (RecordBatch batch : HotRows.of(after.dataset()).batches()) {
      for (int i = 0; i < batch.rowCount(); i++) {
        rows.add(PushFixture.text(batch, i));
      }
    }
    check(rows, isLedger);
    for (Map<Long, String> reader : seen) {
      assertThat(reader).isNotEmpty();
      reader.forEach((offset, row) -> assertThat(rows.get(offset.intValue())).isEqualTo(row));
    }
    assertThat(new Verifier(1).verify(after.dataset(), (_, _) -> {}).problems()).isEmpty();
    System.out.println(
        "T15 threads pushes=" + told.size() + " rows=" + rows.size() + " violations=0");
  }

  /// Every pusher has rows of its own, some that others push too, and pushes some of them twice.
  private int pushAll(PushFixture fixture, LiveDataset dataset, int number) {
    SplittableRandom random = new SplittableRandom(number);
    for (int i = 0; i < PUSHES; i++) {
      long own = 1_000_000L * (number + 1) + 100L * i;
      List<Long> ids = new ArrayList<>(List.of(own));
      for (int more = random.nextInt(4); more > 0; more--) {
        ids.add(random.nextBoolean() ? own + more : random.nextLong(50));
      }
      switch (random.nextInt(4)) {
        case 0 -> told.add(push(fixture, dataset, ids, null, null));
        case 1 -> {
          Told first = keyed(fixture, dataset, "k" + number + "-" + i, ids);
          LiveReport again = keyed(fixture, dataset, "k" + number + "-" + i, ids).report();
          assertThat(again.isReplayed()).isTrue();
          assertThat(again.report()).isEqualTo(first.report().report());
          told.add(first);
        }
        case 2 -> {
          Producer producer = new Producer("p" + number + "-" + i, 0, 0);
          Told first = push(fixture, dataset, ids, null, producer);
          assertThat(push(fixture, dataset, ids, null, producer).report().report())
              .isEqualTo(first.report().report());
          told.add(first);
        }
        default -> {
          // Two threads with the same key: one applies it, both are told the same.
          List<Long> shared = List.of(500_000L + i, 600_000L + i);
          told.add(keyed(fixture, dataset, "shared-" + i, shared));
        }
      }
    }
    return PUSHES;
  }

  private Told keyed(PushFixture fixture, LiveDataset dataset, String key, List<Long> ids) {
    while (true) {
      try {
        return push(fixture, dataset, ids, key, null);
      } catch (CatchwaterException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.PUSH_IN_PROGRESS);
        LockSupport.parkNanos(10_000);
      }
    }
  }

  private Told push(
      PushFixture fixture,
      LiveDataset dataset,
      List<Long> ids,
      @Nullable String key,
      @Nullable Producer producer) {
    StringBuilder body = new StringBuilder();
    for (long id : ids) {
      body.append("{\"id\":").append(id).append(",\"v\":\"v").append(id).append("\"}\n");
    }
    // Now and then two inputs, which go into a slice directly.
    PushRequest request =
        ids.getFirst() % 7_000 == 0
            ? fixture.request(body.toString(), "")
            : fixture.request(body.toString());
    Multihash hash = Multihash.sha3(body.toString().getBytes(StandardCharsets.UTF_8));
    long began = time.incrementAndGet();
    LiveReport report = dataset.push(request, new PushIdentity(key, producer, hash), false);
    return new Told(ids, report, began, time.incrementAndGet());
  }

  private int sealOften(LiveWorkspace live, LiveDataset dataset) {
    int times = 0;
    while (!isOver.get()) {
      if (times % 5 == 4) {
        live.stepAside(dataset.dataset().id());
      } else {
        dataset.seal();
      }
      times++;
    }
    return times;
  }

  /// Reads what is in no slice, as this process or as another one sees it.
  private Callable<Map<Long, String>> reader(
      LiveDataset dataset, PushFixture fixture, boolean isInside) {
    return () -> {
      Map<Long, String> seen = new HashMap<>();
      long next = 0;
      do {
        long began = time.get();
        HotRows view = isInside ? dataset.hotRows() : HotRows.of(fixture.dataset());
        assertThat(view.nextOffset()).as("rows once seen").isGreaterThanOrEqualTo(next);
        next = view.nextOffset();
        for (Told before : told) {
          PushReport.Offsets offsets = before.report.report().offsets();
          if (before.ended <= began && offsets != null) {
            assertThat(next).as("rows acknowledged before").isGreaterThan(offsets.end());
          }
        }
        long offset = view.firstOffset();
        for (RecordBatch batch : view.batches()) {
          for (int i = 0; i < batch.rowCount(); i++) {
            String row = PushFixture.text(batch, i);
            assertThat(row).startsWith(offset + " ");
            String before = seen.put(offset++, row);
            assertThat(before == null ? row : before).isEqualTo(row);
          }
        }
        LockSupport.parkNanos(10_000);
      } while (!isOver.get());
      return seen;
    };
  }

  private void check(List<String> rows, boolean isLedger) {
    Map<Long, Long> starts = new HashMap<>();
    List<Told> all = new ArrayList<>(told);
    assertThat(all).hasSize(PUSHERS * PUSHES);
    for (Told one : all) {
      PushReport.Offsets offsets = one.report.report().offsets();
      List<Long> found = new ArrayList<>();
      if (offsets != null) {
        for (long at = offsets.start(); at <= offsets.end(); at++) {
          String row = rows.get((int) at);
          assertThat(row).startsWith(at + " ");
          found.add(Long.parseLong(row.substring(row.lastIndexOf('|') + 1).split(" ", -1)[0]));
        }
        if (!one.report.isReplayed()) {
          assertThat(starts.put(offsets.start(), offsets.end())).as("two pushes").isNull();
        }
      }
      if (isLedger) {
        assertThat(one.ids).containsAll(found);
        assertThat(one.report.report().counts().added()).isEqualTo(found.size());
      } else {
        assertThat(found).isEqualTo(one.ids);
      }
    }
    if (isLedger) {
      assertThat(rows.stream().map(row -> row.substring(row.lastIndexOf('|'))))
          .doesNotHaveDuplicates();
    }
    // No gap: the offsets of all pushes are those of all rows but the first and the last one.
    long covered = 0;
    for (Map.Entry<Long, Long> push : starts.entrySet()) {
      covered += push.getValue() - push.getKey() + 1;
    }
    assertThat(covered).isEqualTo(rows.size() - 2);
    requireOrder(all);
  }

  /// A push that began after another one was answered has later offsets.
  private static void requireOrder(List<Told> all) {
    TreeMap<Long, Long> lastByEnd = new TreeMap<>();
    long last = -1;
    for (Told one : all.stream().sorted(Comparator.comparingLong(Told::ended)).toList()) {
      PushReport.Offsets offsets = one.report.report().offsets();
      last = offsets == null ? last : Math.max(last, offsets.end());
      lastByEnd.put(one.ended, last);
    }
    for (Told one : all) {
      PushReport.Offsets offsets = one.report.report().offsets();
      Map.Entry<Long, Long> before = lastByEnd.lowerEntry(one.began);
      if (offsets != null && before != null && !one.report.isReplayed()) {
        assertThat(offsets.start()).isGreaterThan(before.getValue());
      }
    }
  }
}
