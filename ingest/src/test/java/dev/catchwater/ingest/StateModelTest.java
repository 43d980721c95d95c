package dev.catchwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.manifest.Manifests;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;

/// Snapshot, UpsertStream and ChangelogStream against a model that keeps everything in memory, with
/// memory so small that everything spills, other sources between, and the index deleted, damaged,
/// stale or foreign: 3,400 small pushes, 42,000 more in the slow tier. With those of
/// [PushModelTest] the slow tier has 131,000 pushes.
class StateModelTest {
  private static final int PUSHES = 100;
  private static final Instant EPOCH = Instant.parse("2020-01-01T00:00:00Z");
  private static final String COLUMNS =
      "\"event_time TIMESTAMP\", \"id BIGINT\", \"name STRING\", \"v DOUBLE\", \"w BIGINT\"";

  private enum Strategy {
    SNAPSHOT,
    UPSERT,
    CHANGELOG
  }

  @Seeded(iterations = 12)
  void T29_snapshotEqualsItsModelWhateverBecomesOfItsIndex(RandomGenerator random) {
    run(random, Strategy.SNAPSHOT);
  }

  @Seeded(iterations = 12)
  void T29_upsertEqualsItsModelWhateverBecomesOfItsIndex(RandomGenerator random) {
    run(random, Strategy.UPSERT);
  }

  @Seeded(iterations = 10)
  void changelogEqualsItsModel(RandomGenerator random) {
    run(random, Strategy.CHANGELOG);
  }

  @Tag("slow")
  @Seeded(iterations = 160)
  void T29_snapshotEqualsItsModelForLong(RandomGenerator random) {
    run(random, Strategy.SNAPSHOT);
  }

  @Tag("slow")
  @Seeded(iterations = 160)
  void T29_upsertEqualsItsModelForLong(RandomGenerator random) {
    run(random, Strategy.UPSERT);
  }

  @Tag("slow")
  @Seeded(iterations = 100)
  void changelogEqualsItsModelForLong(RandomGenerator random) {
    run(random, Strategy.CHANGELOG);
  }

  private static void run(RandomGenerator random, Strategy strategy) {
    boolean hasNameInKey = random.nextBoolean();
    List<String> compared =
        switch (random.nextInt(3)) {
          case 0 -> List.of("v");
          case 1 -> List.of("w", "event_time");
          default -> List.of();
        };
    String key = hasNameInKey ? "[id, name]" : "[id]";
    String merge =
        switch (strategy) {
          case SNAPSHOT ->
              "{kind: Snapshot, primaryKey: "
                  + key
                  + (compared.isEmpty() ? "" : ", compareColumns: " + compared)
                  + "}";
          case UPSERT -> "{kind: UpsertStream, primaryKey: " + key + "}";
          case CHANGELOG -> "{kind: ChangelogStream, primaryKey: " + key + "}";
        };
    boolean hasOperation = strategy != Strategy.SNAPSHOT;
    String read =
        "{kind: NdJson, ddlSchema: [" + (hasOperation ? "\"op INT\", " : "") + COLUMNS + "]}";
    PushLimits limits = new PushLimits(1L << random.nextInt(6, 20), 1 << random.nextInt(0, 8));
    PushFixture fixture = PushFixture.of(PushFixture.manifest(read, merge), limits);
    fixture.commit(rawSource());
    Model model =
        new Model(strategy, hasNameInKey, strategy == Strategy.SNAPSHOT ? compared : List.of());
    IndexSabotage sabotage = new IndexSabotage(fixture.disk(), random);
    Instant now = PushFixture.SYSTEM_TIME;
    for (int push = 0; push < PUSHES; push++) {
      now = now.plusSeconds(random.nextInt(3));
      boolean isRaw = random.nextInt(15) == 0;
      List<Row> rows = model.pushed(random, isRaw);
      StringBuilder input = new StringBuilder();
      rows.forEach(row -> input.append(row.json(hasOperation && !isRaw)));
      PushRequest request =
          fixture
              .request(input.toString())
              .withSourceName(isRaw ? "raw" : "default")
              .withSystemTime(now)
              .withEmptyAllowed(random.nextBoolean())
              .withDryRun(random.nextInt(30) == 0);
      check(fixture, model, request, rows, now);
      sabotage.maybe(fixture.dataset().indexFolder());
    }
    assertThat(fixture.rows()).isEqualTo(model.texts);
  }

  private static void check(
      PushFixture fixture, Model model, PushRequest request, List<Row> rows, Instant now) {
    boolean isRaw = "raw".equals(request.sourceName());
    List<String> expected = isRaw ? model.append(rows, now) : model.push(rows, now, request);
    PushReport report;
    try {
      report = fixture.push(request);
    } catch (CatchwaterException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.BAD_DATA);
      assertThat(expected).as(e.getMessage()).isNull();
      return;
    }
    assertThat(expected).as("what is to be refused").isNotNull();
    assertThat(report.counts()).isEqualTo(model.counts);
    if (!request.isDryRun()) {
      if (!Objects.requireNonNull(expected).isEmpty()) {
        assertThat(fixture.lastRows()).isEqualTo(expected);
      }
      model.commit();
    }
  }

  /// A source of the same dataset that appends without looking.
  private static AddPushSource rawSource() {
    String yaml =
        PushFixture.manifest("{kind: NdJson, ddlSchema: [" + COLUMNS + "]}", "{kind: Append}");
    AddPushSource source =
        (AddPushSource)
            Manifests.readSnapshots("raw.yaml", yaml.getBytes(StandardCharsets.UTF_8))
                .getFirst()
                .metadata()
                .getFirst();
    return new AddPushSource("raw", source.read(), null, new MergeStrategy.Append());
  }

  /// A row as pushed, or, with its time, as stored.
  private record Row(
      @Nullable Integer op,
      @Nullable Instant time,
      @Nullable Long id,
      @Nullable String name,
      @Nullable Double v,
      @Nullable Long w) {
    String json(boolean withOperation) {
      StringBuilder text = new StringBuilder("{\"id\":").append(id);
      text.append(withOperation ? ",\"op\":" + op : "");
      text.append(name == null ? "" : ",\"name\":\"" + name + '"');
      text.append(time == null ? "" : ",\"event_time\":\"" + time + '"');
      return text.append(",\"v\":").append(v).append(",\"w\":").append(w).append("}\n").toString();
    }

    Row as(int operation) {
      return new Row(operation, time, id, name, v, w);
    }

    Row withTime(Instant fallback) {
      return time == null ? new Row(op, fallback, id, name, v, w) : this;
    }

    String text(long offset) {
      return offset
          + " "
          + op
          + '|'
          + time
          + '|'
          + shown(id)
          + ' '
          + shown(name)
          + ' '
          + shown(v)
          + ' '
          + shown(w);
    }

    private static String shown(@Nullable Object value) {
      return value == null ? "∅" : value.toString();
    }

    int operation() {
      return Objects.requireNonNull(op);
    }

    Instant requireTime() {
      return Objects.requireNonNull(time);
    }
  }

  /// What a dataset must hold, by the plainest code there is.
  private static final class Model {
    private final Strategy strategy;
    private final boolean hasNameInKey;
    private final List<String> compared;
    private final List<String> texts = new ArrayList<>();
    private Map<String, Row> states = new LinkedHashMap<>();
    private List<Row> fresh = List.of();
    private PushCounts counts = PushCounts.NONE;

    Model(Strategy strategy, boolean hasNameInKey, List<String> compared) {
      this.strategy = strategy;
      this.hasNameInKey = hasNameInKey;
      this.compared = compared;
    }

    /// A Snapshot is mostly the state with some changes, an upsert some rows.
    List<Row> pushed(RandomGenerator random, boolean isRaw) {
      List<Row> rows = new ArrayList<>();
      if (strategy == Strategy.SNAPSHOT && !isRaw) {
        for (Row row : states.values()) {
          switch (random.nextInt(10)) {
            case 0 -> {}
            case 1 -> rows.add(values(random, row.id, row.name, 0));
            default ->
                rows.add(
                    random.nextInt(3) == 0
                        ? row
                        : new Row(0, null, row.id, row.name, row.v, row.w));
          }
        }
        if (random.nextInt(10) == 0) {
          rows.clear();
        }
        int more = random.nextInt(4);
        for (int i = 0; i < more; i++) {
          Row row = random(random);
          if (random.nextInt(20) == 0 || rows.stream().noneMatch(r -> key(r).equals(key(row)))) {
            rows.add(random.nextInt(Math.max(1, rows.size())), row);
          }
        }
        return rows;
      }
      int count = random.nextInt(5) == 0 ? random.nextInt(60) : random.nextInt(6);
      for (int i = 0; i < count; i++) {
        Row row = random(random);
        rows.add(row);
        if (strategy == Strategy.CHANGELOG && row.operation() == 2 && random.nextInt(20) != 0) {
          rows.add(values(random, row.id, row.name, 3));
        }
      }
      return rows;
    }

    private Row random(RandomGenerator random) {
      Long id = random.nextInt(12) == 0 ? null : (long) random.nextInt(-20, 20);
      String name = random.nextInt(3) == 0 ? null : "n" + random.nextInt(3);
      int operation = random.nextInt(3) == 0 ? random.nextInt(4) : 0;
      Row row = values(random, id, name, operation);
      return strategy == Strategy.UPSERT && random.nextInt(15) == 0
          ? new Row(null, row.time, id, name, row.v, row.w)
          : row;
    }

    private static Row values(
        RandomGenerator random, @Nullable Long id, @Nullable String name, int operation) {
      return new Row(
          operation,
          random.nextInt(3) == 0 ? EPOCH.plusMillis(random.nextInt(4)) : null,
          id,
          name,
          random.nextInt(4) == 0 ? null : (double) random.nextInt(3),
          random.nextInt(4) == 0 ? null : (long) random.nextInt(2));
    }

    /// The rows that a push stores, or null if it is refused.
    @Nullable List<String> push(List<Row> rows, Instant now, PushRequest request) {
      counts = PushCounts.NONE;
      Instant fallback = now.truncatedTo(ChronoUnit.MILLIS);
      List<Row> stored =
          switch (strategy) {
            case SNAPSHOT -> snapshot(rows, fallback, request.allowsEmpty());
            case UPSERT -> upsert(rows, fallback);
            case CHANGELOG -> changelog(rows, fallback);
          };
      return stored == null ? null : stage(stored);
    }

    List<String> append(List<Row> rows, Instant now) {
      List<Row> stored = new ArrayList<>();
      rows.forEach(row -> stored.add(row.as(0).withTime(now.truncatedTo(ChronoUnit.MILLIS))));
      stored.sort(Comparator.comparing(Row::requireTime));
      counts = PushCounts.ofAdded(rows.size());
      return stage(stored);
    }

    void commit() {
      for (Row row : fresh) {
        texts.add(row.text(texts.size()));
        states.put(key(row), row);
        if (row.operation() == 1) {
          states.remove(key(row));
        }
      }
      fresh = List.of();
    }

    private List<String> stage(List<Row> stored) {
      fresh = stored;
      List<String> lines = new ArrayList<>();
      stored.forEach(row -> lines.add(row.text(texts.size() + lines.size())));
      return lines;
    }

    private @Nullable List<Row> snapshot(List<Row> rows, Instant fallback, boolean allowsEmpty) {
      if (rows.isEmpty() && !states.isEmpty() && !allowsEmpty) {
        return null;
      }
      Map<String, Row> next = new LinkedHashMap<>();
      for (Row row : rows) {
        if (next.put(key(row), row) != null) {
          return null;
        }
      }
      List<Row> stored = new ArrayList<>();
      next.values().forEach(row -> compare(row, fallback, stored));
      for (Map.Entry<String, Row> state : states.entrySet()) {
        if (!next.containsKey(state.getKey())) {
          stored.add(state.getValue().as(1));
          counts = counts.plus(new PushCounts(0, 0, 1, 0, 0, 0, 0));
        }
      }
      stored.sort(byKey().thenComparingInt(Row::operation));
      return stored;
    }

    private List<Row> upsert(List<Row> rows, Instant fallback) {
      Map<String, Row> last = new LinkedHashMap<>();
      for (Row row : rows) {
        if (row.op != null) {
          last.put(key(row), row);
        }
      }
      List<Row> stored = new ArrayList<>();
      for (Row row : last.values()) {
        if (row.operation() != 1) {
          compare(row, fallback, stored);
        } else if (states.containsKey(key(row))) {
          stored.add(Objects.requireNonNull(states.get(key(row))).as(1));
          counts = counts.plus(new PushCounts(0, 0, 1, 0, 0, 0, 0));
        }
      }
      long said = counts.added() + counts.corrected() + counts.retracted() + counts.duplicate();
      counts = counts.plus(new PushCounts(0, 0, 0, 0, 0, rows.size() - said, 0));
      stored.sort(byKey().thenComparingInt(Row::operation));
      return stored;
    }

    private void compare(Row row, Instant fallback, List<Row> stored) {
      Row known = states.get(key(row));
      if (known == null) {
        stored.add(row.as(0).withTime(fallback));
        counts = counts.plus(PushCounts.ofAdded(1));
      } else if (isSame(row, known)) {
        counts = counts.plus(new PushCounts(0, 0, 0, 1, 0, 0, 0));
      } else {
        stored.add(known.as(2));
        stored.add(row.as(3).withTime(fallback));
        counts = counts.plus(new PushCounts(0, 1, 0, 0, 0, 0, 0));
      }
    }

    private @Nullable List<Row> changelog(List<Row> rows, Instant fallback) {
      List<Row> stored = new ArrayList<>();
      rows.forEach(row -> stored.add(row.withTime(fallback)));
      stored.sort(byKey());
      int[] seen = new int[4];
      for (int i = 0; i < stored.size(); i++) {
        Row row = stored.get(i);
        seen[row.operation()]++;
        if (row.operation() == 2
            && (i + 1 == stored.size()
                || stored.get(i + 1).operation() != 3
                || !key(stored.get(i + 1)).equals(key(row)))) {
          return null;
        }
      }
      counts = new PushCounts(seen[0], seen[3], seen[1], 0, 0, 0, 0);
      return stored;
    }

    private boolean isSame(Row row, Row known) {
      boolean isAll = compared.isEmpty();
      boolean sameTime =
          row.time == null
              || row.time.equals(known.time)
              || !(isAll || compared.contains("event_time"));
      return sameTime
          && (Objects.equals(row.v, known.v) || !(isAll || compared.contains("v")))
          && (Objects.equals(row.w, known.w) || !(isAll || compared.contains("w")))
          && (Objects.equals(row.name, known.name) || !isAll);
    }

    private Comparator<Row> byKey() {
      Comparator<Row> byId =
          Comparator.comparing(row -> row.id, Comparator.nullsFirst(Comparator.naturalOrder()));
      return hasNameInKey
          ? byId.thenComparing(row -> row.name, Comparator.nullsFirst(Comparator.naturalOrder()))
          : byId;
    }

    private String key(Row row) {
      return hasNameInKey ? row.id + "/" + row.name : "" + row.id;
    }
  }
}
