package dev.catchwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.testkit.Seeded;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Append and Ledger against a model that keeps everything in memory: 16,000 small pushes, 70,000
/// more in the slow tier, with memory so small that rows spill, and with the key index deleted,
/// damaged, stale or foreign. Every run has a disk of its own, so two of them go at a time.
@Execution(ExecutionMode.CONCURRENT)
class PushModelTest {
  private static final int PUSHES = 200;
  private static final Instant EPOCH = Instant.parse("2020-01-01T00:00:00Z");
  private static final String READ =
      "{kind: NdJson, ddlSchema: [\"event_time TIMESTAMP\", \"id BIGINT\", \"name STRING\","
          + " \"v DOUBLE\"]}";

  /// A row as pushed.
  private record Row(@Nullable Instant time, long id, @Nullable String name, double v) {
    String json() {
      return "{\"id\":"
          + id
          + (name == null ? "" : ",\"name\":\"" + name + '"')
          + (time == null ? "" : ",\"event_time\":\"" + time + '"')
          + ",\"v\":"
          + v
          + "}\n";
    }

    Row withTime(Instant fallback) {
      return time == null ? new Row(fallback, id, name, v) : this;
    }

    String text(long offset) {
      return offset + " 0|" + time + '|' + id + ' ' + (name == null ? "∅" : name) + ' ' + v;
    }

    Instant requireTime() {
      return Objects.requireNonNull(time);
    }
  }

  @Seeded(iterations = 30)
  void appendEqualsItsModel(RandomGenerator random) {
    run(random, false);
  }

  @Tag("slow")
  @Seeded(iterations = 100)
  void appendEqualsItsModelForLong(RandomGenerator random) {
    run(random, false);
  }

  @Tag("slow")
  @Seeded(iterations = 250)
  void T29_ledgerEqualsItsModelForLong(RandomGenerator random) {
    run(random, true);
  }

  @Seeded(iterations = 50)
  void T29_ledgerEqualsItsModelWhateverBecomesOfItsIndex(RandomGenerator random) {
    run(random, true);
  }

  private static void run(RandomGenerator random, boolean isLedger) {
    boolean hasNameInKey = random.nextBoolean();
    String merge =
        isLedger
            ? "{kind: Ledger, primaryKey: [" + (hasNameInKey ? "id, name" : "id") + "]}"
            : "{kind: Append}";
    PushLimits limits = new PushLimits(1L << random.nextInt(6, 20), 1 << random.nextInt(0, 8));
    PushFixture fixture = PushFixture.of(PushFixture.manifest(READ, merge), limits);
    AddPushSource source =
        Objects.requireNonNull(fixture.dataset().state().pushSources().get("default"));
    fixture.commit(new AddPushSource("raw", source.read(), null, new MergeStrategy.Append()));
    Model model = new Model(isLedger, hasNameInKey);
    IndexSabotage sabotage = new IndexSabotage(fixture.disk(), random);
    Instant now = PushFixture.SYSTEM_TIME;
    for (int push = 0; push < PUSHES; push++) {
      now = now.plusSeconds(random.nextInt(3));
      boolean isRaw = isLedger && random.nextInt(20) == 0;
      List<Row> rows = rows(random, hasNameInKey);
      StringBuilder input = new StringBuilder();
      rows.forEach(row -> input.append(row.json()));
      PushReport report =
          fixture.push(
              fixture
                  .request(input.toString())
                  .withSourceName(isRaw ? "raw" : "default")
                  .withSystemTime(now)
                  .withDryRun(random.nextInt(30) == 0));
      List<String> expected = model.push(rows, now, isRaw, report.dryRun());
      assertThat(report.counts()).isEqualTo(model.counts);
      if (!report.dryRun() && !expected.isEmpty()) {
        assertThat(fixture.lastRows()).isEqualTo(expected);
      }
      if (isLedger) {
        sabotage.maybe(fixture.dataset().indexFolder());
      }
    }
    assertThat(fixture.rows()).isEqualTo(model.texts());
  }

  private static List<Row> rows(RandomGenerator random, boolean hasNameInKey) {
    List<Row> rows = new ArrayList<>();
    int count = random.nextInt(5) == 0 ? random.nextInt(60) : random.nextInt(6);
    boolean isOrdered = random.nextBoolean();
    long time = random.nextInt(100);
    for (int i = 0; i < count; i++) {
      time = isOrdered ? time + random.nextInt(2) : random.nextInt(20);
      rows.add(
          new Row(
              random.nextInt(10) == 0 ? null : EPOCH.plusMillis(time),
              random.nextInt(random.nextBoolean() ? 100 : 3_000),
              hasNameInKey || random.nextBoolean() ? "n" + random.nextInt(3) : null,
              random.nextInt(3)));
    }
    return rows;
  }

  /// What a dataset must hold, by the plainest code there is.
  private static final class Model {
    private final boolean isLedger;
    private final boolean hasNameInKey;
    private final List<Row> stored = new ArrayList<>();
    private final Map<String, Row> firstOfKey = new HashMap<>();
    private PushCounts counts = PushCounts.NONE;

    Model(boolean isLedger, boolean hasNameInKey) {
      this.isLedger = isLedger;
      this.hasNameInKey = hasNameInKey;
    }

    /// The rows that a push adds.
    List<String> push(List<Row> rows, Instant now, boolean isRaw, boolean isDryRun) {
      Map<String, Row> fresh = new HashMap<>();
      List<Row> added = new ArrayList<>();
      counts = PushCounts.NONE;
      for (Row row : rows) {
        Row known = firstOfKey.get(key(row));
        known = known == null ? fresh.get(key(row)) : known;
        if (!isLedger || isRaw || known == null) {
          Row filled = row.withTime(now.truncatedTo(java.time.temporal.ChronoUnit.MILLIS));
          added.add(filled);
          fresh.putIfAbsent(key(row), filled);
          counts = counts.plus(PushCounts.ofAdded(1));
        } else if (isSame(row, known)) {
          counts = counts.plus(new PushCounts(0, 0, 0, 1, 0, 0, 0));
        } else {
          counts = counts.plus(new PushCounts(0, 0, 0, 0, 1, 0, 0));
        }
      }
      added.sort(Comparator.comparing(Row::requireTime));
      List<String> texts = new ArrayList<>();
      for (Row row : added) {
        texts.add(row.text(stored.size() + texts.size()));
      }
      if (!isDryRun) {
        stored.addAll(added);
        added.forEach(row -> firstOfKey.putIfAbsent(key(row), row));
      }
      return texts;
    }

    List<String> texts() {
      List<String> texts = new ArrayList<>();
      for (Row row : stored) {
        texts.add(row.text(texts.size()));
      }
      return texts;
    }

    private boolean isSame(Row row, Row known) {
      return row.v == known.v
          && Objects.equals(row.name, known.name)
          && (row.time == null || row.time.equals(known.time));
    }

    private String key(Row row) {
      return hasNameInKey ? row.id + "/" + row.name : "" + row.id;
    }
  }
}
