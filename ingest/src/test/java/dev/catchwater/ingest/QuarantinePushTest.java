package dev.catchwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.ingest.live.LiveDataset;
import dev.catchwater.ingest.live.LiveReport;
import dev.catchwater.ingest.live.LiveSettings;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.live.PushIdentity;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.ingest.read.InputFormat;
import dev.catchwater.ingest.sieve.Cause;
import dev.catchwater.ingest.sieve.SieveLimits;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Workspace;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Pushes that set bad rows aside, against a plain model: what is stored is what a push of the good
/// rows alone stores, and the quarantine has the others, byte for byte.
class QuarantinePushTest {
  private static final String COLUMNS = "schema: [\"id BIGINT\", \"v INT\"]";

  /// A format, and how it writes rows.
  enum Format {
    NDJSON("NdJson", "", "\n", ""),
    JSON("Json", "[", ",\n", "]"),
    CSV("Csv, header: true", "id,v\n", "\n", "\n"),
    GEOJSON("NdGeoJson", "", "\n", "\n");

    private final String kind;
    private final String before;
    private final String between;
    private final String after;

    Format(String kind, String before, String between, String after) {
      this.kind = kind;
      this.before = before;
      this.between = between;
      this.after = after;
    }

    String manifest(String merge) {
      return PushFixture.manifest("{kind: " + kind + ", " + COLUMNS + "}", merge);
    }

    String good(String id, String v) {
      return switch (this) {
        case NDJSON, JSON -> "{\"id\":" + id + ",\"v\":" + v + "}";
        case CSV -> (id.equals("null") ? "" : id) + "," + v;
        case GEOJSON ->
            "{\"type\":\"Feature\",\"properties\":{\"id\":"
                + id
                + ",\"v\":"
                + v
                + "},\"geometry\":null}";
      };
    }

    /// A row that cannot be taken, in one of the ways that the format has.
    String bad(SplittableRandom random, String id) {
      String[] all =
          switch (this) {
            case NDJSON, GEOJSON ->
                new String[] {
                  good(id, "\"x\""),
                  good(id, "1.5"),
                  "{\"id\": 1, \"v",
                  "77",
                  good("null", "1"),
                  "  " + good(id, "99999999999")
                };
            case JSON ->
                new String[] {
                  good(id, "\"x\""),
                  good(id, "1.5"),
                  "77",
                  good("null", "1"),
                  "{\"id\" 4}",
                  "{\"id\":1,\n \"v\":true}"
                };
            case CSV ->
                new String[] {
                  id + ",x",
                  id + ",1.5",
                  id,
                  id + ",1,2",
                  ",5",
                  "\"" + id + "\"x,3",
                  id + ",\"a\nb\""
                };
          };
      return all[random.nextInt(all.length)];
    }

    String body(List<String> rows) {
      return before + String.join(between, rows) + after;
    }
  }

  static LiveWorkspace live(PushFixture fixture) {
    return live(fixture, LiveSettings.standard());
  }

  private static LiveWorkspace live(PushFixture fixture, LiveSettings settings) {
    return new LiveWorkspace(
        Workspace.find(fixture.disk(), Path.of("/work"), null),
        settings,
        () -> PushFixture.SYSTEM_TIME,
        new SplittableRandom(3),
        SliceOptions.defaults().withThreads(0),
        new PushLimits(1 << 20, 1_000),
        Preprocess.NONE);
  }

  private static final SieveLimits ANY = new SieveLimits(100, 0, 1 << 20);

  private static LiveReport push(LiveWorkspace live, PushFixture fixture, String body) {
    return push(live, fixture, body, ANY);
  }

  private static LiveReport push(
      LiveWorkspace live, PushFixture fixture, String body, SieveLimits limits) {
    Multihash hash = Multihash.sha3(body.getBytes(StandardCharsets.UTF_8));
    LiveDataset dataset = live.dataset(fixture.dataset());
    return dataset.push(fixture.request(body).withQuarantine(limits), PushIdentity.of(hash), false);
  }

  /// Column `name` of the quarantine, of all rows.
  static List<String> quarantined(PushFixture fixture, String name) {
    return new QuarantineColumn(fixture.dataset()).values(name);
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void whatIsStoredIsWhatAPushOfTheGoodRowsStores(Format format) {
    for (String merge : List.of("{kind: Append}", "{kind: Ledger, primaryKey: [id]}")) {
      boolean isLedger = merge.contains("Ledger");
      for (int seed = 0; seed < 12; seed++) {
        SplittableRandom random = new SplittableRandom(seed);
        // A body of more than `directBytes` goes into a slice at once.
        long directBytes = seed % 3 == 0 ? 0 : 1 << 20;
        LiveSettings settings =
            new LiveSettings(
                1 << 20,
                LiveSettings.standard().sealAge(),
                directBytes,
                100,
                LiveSettings.standard().keyAge(),
                1 << 20);
        PushFixture sieved = PushFixture.of(format.manifest(merge));
        PushFixture twin = PushFixture.of(format.manifest(merge));
        List<String> refused = new ArrayList<>();
        try (LiveWorkspace live = live(sieved, settings);
            LiveWorkspace plain = live(twin, settings)) {
          for (int push = 0; push < 4; push++) {
            List<String> all = new ArrayList<>();
            List<String> good = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(12); i++) {
              String id = Integer.toString(random.nextInt(20));
              boolean isBad = i > 0 && random.nextInt(3) == 0;
              String row =
                  isBad ? format.bad(random, id) : format.good(id, Integer.toString(i * 7));
              boolean isTaken = !isBad || (!isLedger && hasNoId(row));
              all.add(row);
              (isTaken ? good : refused).add(row);
            }
            LiveReport report = push(live, sieved, format.body(all));
            String body = format.body(good);
            plain
                .dataset(twin.dataset())
                .push(
                    twin.request(body),
                    PushIdentity.of(Multihash.sha3(body.getBytes(StandardCharsets.UTF_8))),
                    false);
            assertThat(report.report().counts().quarantined())
                .as(String.join(" | ", all))
                .isEqualTo(all.size() - good.size());
            assertThat(report.report().rowsRead()).isEqualTo(all.size());
          }
        }
        assertThat(sieved.rows()).isEqualTo(twin.rows());
        assertThat(quarantined(sieved, "row")).as(merge + seed).isEqualTo(refused);
        assertThat(quarantined(sieved, "id")).doesNotHaveDuplicates();
        assertThat(sieved.dataset().hasUnsealedRows()).isFalse();
      }
    }
  }

  private static boolean hasNoId(String row) {
    return row.equals(",5") || row.contains("\"id\":null");
  }

  @Test
  void aRowIsKeptWithItsPlaceAndReason() {
    PushFixture fixture = PushFixture.of(Format.CSV.manifest("{kind: Append}"));
    try (LiveWorkspace live = live(fixture)) {
      PushReport report = push(live, fixture, "id,v\n1,1\n2,x\n3,3\n4,y\n5\n").report();
      assertThat(report.counts()).isEqualTo(new PushCounts(2, 0, 0, 0, 0, 0, 3));
      Cause first = report.causes().getFirst();
      assertThat(first.count()).isEqualTo(2);
      assertThat(first.field()).isEqualTo("v");
      assertThat(first.code()).isEqualTo("bad-data");
      assertThat(report.causes()).hasSize(2);
      // Read at once, from the journal.
      assertThat(quarantined(fixture, "row")).containsExactly("2,x", "4,y", "5");
    }
    assertThat(quarantined(fixture, "line")).containsExactly("3", "5", "6");
    assertThat(quarantined(fixture, "column")).containsExactly("3", "3", "1");
    assertThat(quarantined(fixture, "field")).containsExactly("v", "v", "∅");
    assertThat(quarantined(fixture, "header")).containsOnly("id,v");
    assertThat(quarantined(fixture, "state")).containsOnly("open");
    assertThat(quarantined(fixture, "source")).containsOnly("default");
  }

  /// So many that they go into a slice of the quarantine at once, and not through its journal.
  static String manyBad(int from, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = from; i < from + count; i++) {
      text.append("{\"id\":\"")
          .append(i)
          .append(" is no number\"}\n{\"id\":")
          .append(i)
          .append("}\n");
    }
    return text.toString();
  }

  @Test
  void manyRowsGoIntoASliceOfTheQuarantineAndFewBehindThem() {
    PushFixture fixture = PushFixture.of(Format.NDJSON.manifest("{kind: Append}"));
    int many = 3_500;
    try (LiveWorkspace live = live(fixture)) {
      push(live, fixture, "{\"id\":\"first\"}\n");
      push(live, fixture, manyBad(0, many));
      Dataset quarantine = fixture.dataset().workspace().require("d.quarantine");
      assertThat(quarantine.state().lastOffset()).isEqualTo((long) many);
      push(live, fixture, "{\"id\":\"last\"}\n");
      List<String> rows = quarantined(fixture, "row");
      assertThat(rows).hasSize(many + 2).doesNotHaveDuplicates();
      assertThat(rows.getFirst()).contains("first");
      assertThat(rows.getLast()).contains("last");
    }
    List<String> ids = quarantined(fixture, "id");
    assertThat(ids).hasSize(many + 2).doesNotHaveDuplicates();
    assertThat(ids.get(many)).startsWith("1-").endsWith("." + many);
  }

  @Test
  void bytesThatAreNoTextAreKept() {
    PushFixture fixture = PushFixture.of(Format.NDJSON.manifest("{kind: Append}"));
    byte[] body = "{\"id\":1}\n{\"id\":\"ä\"}\n".getBytes(StandardCharsets.ISO_8859_1);
    PushRequest request =
        fixture
            .request("")
            .withInputs(List.of(dev.catchwater.ingest.read.PushInput.bytes("a.ndjson", body)))
            .withQuarantine(ANY);
    try (LiveWorkspace live = live(fixture)) {
      live.dataset(fixture.dataset()).push(request, PushIdentity.of(Multihash.sha3(body)), false);
    }
    assertThat(quarantined(fixture, "row")).containsExactly("∅");
    byte[] row = Arrays.copyOfRange(body, 9, body.length - 1);
    assertThat(quarantined(fixture, "bytes"))
        .containsExactly(java.util.Base64.getEncoder().encodeToString(row));
    assertThat(quarantined(fixture, "file")).containsExactly("a.ndjson");
  }

  @Test
  void aSourceThatIsMostlyWrongIsRefused() {
    PushFixture fixture = PushFixture.of(Format.NDJSON.manifest("{kind: Append}"));
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      body.append(i < 49 ? "{\"id\":1}\n" : "{\"id\":\"x" + i + "\"}\n");
    }
    try (LiveWorkspace live = live(fixture)) {
      SieveLimits limits = SieveLimits.standard();
      assertThatThrownBy(() -> push(live, fixture, body.toString(), limits))
          .isInstanceOfSatisfying(
              CatchwaterException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.QUARANTINE_THRESHOLD))
          .hasMessageContaining("51 of 100 rows")
          .hasMessageContaining("line 50")
          .hasMessageContaining("field \"id\"");
      String better = body.substring(0, body.lastIndexOf("{"));
      assertThat(push(live, fixture, better, limits).report().counts().quarantined()).isEqualTo(50);
    }
    assertThat(fixture.rows()).hasSize(49);
  }

  @Test
  void whatIsHopelessRefusesThePush() {
    PushFixture fixture = PushFixture.of(Format.CSV.manifest("{kind: Append}"));
    try (LiveWorkspace live = live(fixture)) {
      assertThatThrownBy(() -> push(live, fixture, "id,v\n1,1\n2,\"x\n3,3\n"))
          .hasMessageContaining("never closed");
      assertThatThrownBy(() -> push(live, fixture, "nonsense\n1\n2\n"))
          .isInstanceOf(CatchwaterException.class);
      PushRequest json = fixture.request("[{\"id\":1},{\"id\":2").withQuarantine(ANY);
      assertThatThrownBy(() ->
              live.dataset(fixture.dataset())
                  .push(
                      json.withInputFormat(InputFormat.JSON),
                      PushIdentity.of(Multihash.sha3(new byte[0])),
                      false))
          .hasMessageContaining("ends inside");
    }
    assertThat(fixture.rows()).isEmpty();
    assertThat(fixture.dataset().workspace().list()).hasSize(1);
  }

  @Test
  void aSnapshotSetsNothingAside() {
    PushFixture fixture =
        PushFixture.of(Format.NDJSON.manifest("{kind: Snapshot, primaryKey: [id]}"));
    try (LiveWorkspace live = live(fixture)) {
      assertThatThrownBy(() -> push(live, fixture, "{\"id\":1}\n{\"id\":\"x\"}\n"))
          .hasMessageContaining("would be retracted");
    }
  }

  @Test
  void aDryRunCountsAndKeepsNothing() {
    PushFixture fixture = PushFixture.of(Format.NDJSON.manifest("{kind: Append}"));
    PushRequest request =
        fixture.request("{\"id\":1}\n{\"id\":\"x\"}\n").withQuarantine(ANY).withDryRun(true);
    assertThat(fixture.push(request).counts().quarantined()).isEqualTo(1);
    assertThat(fixture.dataset().workspace().list()).hasSize(1);
  }

  @Test
  void aPushThatIsRepeatedIsToldTheSameAndSetsNothingAsideAgain() {
    PushFixture fixture = PushFixture.of(Format.NDJSON.manifest("{kind: Append}"));
    String body = "{\"id\":1}\n{\"id\":\"x\"}\n";
    Multihash hash = Multihash.sha3(body.getBytes(StandardCharsets.UTF_8));
    PushIdentity identity = new PushIdentity("k", null, hash);
    PushRequest request = fixture.request(body).withQuarantine(ANY);
    LiveReport first;
    try (LiveWorkspace live = live(fixture)) {
      first = live.dataset(fixture.dataset()).push(request, identity, false);
      assertThatThrownBy(() ->
              live.dataset(fixture.dataset()).push(request.withQuarantine(null), identity, false))
          .isInstanceOf(CatchwaterException.class)
          .hasMessageContaining("key");
    }
    try (LiveWorkspace live = live(fixture)) {
      LiveReport again = live.dataset(fixture.dataset()).push(request, identity, false);
      assertThat(again.isReplayed()).isTrue();
      assertThat(again.report().causes()).isEqualTo(first.report().causes()).isNotEmpty();
      assertThat(again.report().counts()).isEqualTo(first.report().counts());
    }
    assertThat(quarantined(fixture, "idempotency_key")).containsExactly("k");
  }

  @Test
  void aQuarantineGoesWithItsDataset() {
    PushFixture fixture = PushFixture.of(Format.NDJSON.manifest("{kind: Append}"));
    try (LiveWorkspace live = live(fixture)) {
      push(live, fixture, "{\"id\":1}\n{\"id\":\"x\"}\n");
    }
    Workspace workspace = fixture.dataset().workspace();
    Dataset quarantine = workspace.require("d.quarantine");
    assertThatThrownBy(() ->
            workspace.rename(
                quarantine,
                dev.catchwater.odf.identity.DatasetName.parse("other"),
                dev.catchwater.storage.LockWait.none()))
        .hasMessageContaining("is the quarantine");
    Dataset renamed =
        workspace.rename(
            fixture.dataset(),
            dev.catchwater.odf.identity.DatasetName.parse("e"),
            dev.catchwater.storage.LockWait.none());
    assertThat(workspace.require("e.quarantine").id()).isEqualTo(quarantine.id());
    workspace.delete(List.of(renamed), dev.catchwater.storage.LockWait.none());
    assertThat(workspace.list()).isEmpty();
  }
}
