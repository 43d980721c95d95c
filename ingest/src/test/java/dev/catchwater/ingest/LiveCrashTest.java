package dev.catchwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.ingest.live.LiveDataset;
import dev.catchwater.ingest.live.LiveReport;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.live.Producer;
import dev.catchwater.ingest.live.PushIdentity;
import dev.catchwater.ingest.live.receipt.ReceiptStatus;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.receipt.Checkpoint;
import dev.catchwater.odf.receipt.Receipt;
import dev.catchwater.odf.receipt.ReceiptException;
import dev.catchwater.odf.receipt.ReceiptRoot;
import dev.catchwater.odf.receipt.VerifierKey;
import dev.catchwater.storage.HashedBlock;
import dev.catchwater.storage.verify.Verifier;
import dev.catchwater.testkit.CutRuns;
import dev.catchwater.testkit.SimDisk;
import dev.catchwater.testkit.Tier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A script of live pushes, seals, a restart and a direct push, cut at disk calls (reliability
/// §3.1): what was acknowledged is there with its offsets, nothing is there twice or in part, and
/// whoever repeats a push with its key or number ends with the rows of the run without a cut.
class LiveCrashTest {
  /// What becomes of the rows, and at which calls a run is cut.
  enum Strategy {
    LEDGER("{kind: Ledger, primaryKey: [id]}", 5, 1),
    UPSERT("{kind: UpsertStream, primaryKey: [id]}", 43, 5),
    CHANGELOG("{kind: ChangelogStream, primaryKey: [id]}", 43, 5),
    SNAPSHOT("{kind: Snapshot, primaryKey: [id]}", 43, 5),
    STEPS("{kind: Ledger, primaryKey: [id]}", 43, 5),
    FIRST("{kind: Ledger, primaryKey: [id]}", 43, 5);

    private final String manifest;
    private final int stride;

    Strategy(String merge, int fast, int full) {
      boolean hasOperations = merge.contains("Stream");
      String columns = "{kind: NdJson, schema: [\"id BIGINT\", \"v STRING\"]}";
      String plain =
          PushFixture.manifest(
              hasOperations ? columns.replace("[", "[\"op INT\", ") : columns, merge);
      manifest = name().equals("STEPS") ? PushFixture.withSteps(plain) : plain;
      this.stride = Tier.pick(fast, full, 1);
    }

    /// The rows of a step. What is said of one id again is something else, unless keys come once.
    String body(int number, String step) {
      boolean isLedger = manifest.contains("Ledger");
      StringBuilder text = new StringBuilder();
      for (String id : step.replace(WIDE, "").split(" ", -1)) {
        if (isLedger) {
          text.append("{\"id\":").append(id).append(",\"v\":\"v").append(id);
        } else {
          boolean isState = this == SNAPSHOT;
          int operation = number % 3 == 2 && Integer.parseInt(id) < 4 ? 1 : 0;
          text.append(isState ? "{" : "{\"op\":" + operation + ",");
          text.append("\"id\":").append(id);
          text.append(",\"v\":\"v").append(number);
        }
        text.append("\"}\n");
      }
      return text.toString();
    }
  }

  private static final String SEAL = LiveScript.SEAL;
  private static final String RESTART = LiveScript.RESTART;
  private static final String WIDE = "w";

  /// Ids of the rows of each push; a step that begins with `w` goes into a slice directly.
  private static final List<String> SCRIPT =
      List.of(
          "1 2", "3", "4 5 6", SEAL, "7 1", "8", "w9 10", "11", "2 12 13", RESTART, "14", "14 15",
          SEAL, "w16", "17", "3 18", SEAL);

  /// The state of the client: what it was told of each step.
  private static final class Client {
    private final Map<Integer, Optional<PushReport.Offsets>> acknowledged = new LinkedHashMap<>();
    private final Strategy strategy;
    private final Map<Integer, Receipt> receipts = new LinkedHashMap<>();
    private int next;

    Client(Strategy strategy) {
      this.strategy = strategy;
    }

    LiveScript.Client on(PushFixture fixture) {
      return new LiveScript.Client() {
        @Override
        public void push(LiveDataset dataset, int number, String step) {
          LiveReport report = LiveCrashTest.push(fixture, dataset, Client.this, number, step);
          acknowledged.put(number, Optional.ofNullable(report.report().offsets()));
          receipts.put(number, Objects.requireNonNull(report.receipt()));
        }

        @Override
        public void done(int number) {
          next = number + 1;
        }
      };
    }
  }

  private static LiveScript script(PushFixture fixture) {
    return new LiveScript(SCRIPT, new PlainSteps(fixture.disk()));
  }

  private static void run(PushFixture fixture, Client client) {
    script(fixture).run(fixture, client.next, client.on(fixture));
  }

  private static LiveReport push(
      PushFixture fixture, LiveDataset dataset, Client client, int number, String step) {
    String body = client.strategy.body(number, step);
    Multihash hash = Multihash.sha3(body.getBytes(StandardCharsets.UTF_8));
    // Some pushes are known by a key, the others by the producer's count of those.
    PushIdentity identity =
        number % 2 == 0
            ? new PushIdentity("key-" + number, null, hash)
            : new PushIdentity(null, new Producer("p" + number, 0, 0), hash);
    // Of a Snapshot each input is the whole state.
    String more = client.strategy == Strategy.SNAPSHOT ? body : "";
    PushRequest request =
        step.startsWith(WIDE) ? fixture.request(body, more) : fixture.request(body);
    return dataset.push(request, identity, false);
  }

  private static List<String> rows(PushFixture fixture, HotRows hot) {
    List<String> rows = new ArrayList<>(fixture.rows());
    for (RecordBatch batch : hot.batches()) {
      for (int i = 0; i < batch.rowCount(); i++) {
        rows.add(PushFixture.text(batch, i));
      }
    }
    return rows;
  }

  static List<Arguments> runs() {
    List<Arguments> all = new ArrayList<>();
    for (Strategy strategy : Strategy.values()) {
      for (SimDisk.Mode mode : SimDisk.Mode.values()) {
        all.add(Arguments.of(strategy, mode));
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("runs")
  void T03_aCutLosesNothingThatWasAcknowledgedAndDoublesNothing(
      Strategy strategy, SimDisk.Mode mode) {
    PushFixture whole = begun(strategy, new SimDisk(mode, 0));
    Client uncut = new Client(strategy);
    run(whole, uncut);
    List<String> expected = whole.rows();
    assertThat(expected).hasSizeGreaterThanOrEqualTo(18);
    // The run over a dataset without columns begins without rows.
    Set<Long> ends = new HashSet<>(Set.of(strategy == Strategy.FIRST ? 0L : 1L));
    for (Optional<PushReport.Offsets> offsets : uncut.acknowledged.values()) {
      offsets.ifPresent(given -> ends.add(given.end() + 1));
    }
    int cuts = CutRuns.of(mode, strategy.stride, disk -> new Cut(strategy, disk, expected, ends));
    System.out.printf(
        "T03 live strategy=%s mode=%s stride=%d images=%d lost=0 dup=0%n",
        strategy, mode, strategy.stride, cuts);
    assertThat(cuts).isGreaterThan(100 / strategy.stride);
  }

  private static PushFixture begun(Strategy strategy, SimDisk disk) {
    PushFixture fixture = PushFixture.of(disk, strategy.manifest, LiveScript.LIMITS, 1);
    if (strategy != Strategy.FIRST) {
      fixture.push(strategy.body(0, "0"));
    }
    return fixture;
  }

  /// A run that is cut.
  private static final class Cut implements CutRuns.Script {
    private final PushFixture fixture;
    private final Client client;
    private final List<String> expected;
    private final Set<Long> ends;

    Cut(Strategy strategy, SimDisk disk, List<String> expected, Set<Long> ends) {
      fixture = begun(strategy, disk);
      client = new Client(strategy);
      this.expected = expected;
      this.ends = ends;
    }

    @Override
    public void run() {
      LiveCrashTest.run(fixture, client);
    }

    @Override
    public void check(SimDisk image, String what) {
      LiveCrashTest.check(image, client, expected, ends, client.strategy + ", " + what);
    }
  }

  private static void check(
      SimDisk image, Client told, List<String> expected, Set<Long> ends, String what) {
    PushFixture fixture = PushFixture.reopened(image, LiveScript.LIMITS);
    List<String> found = rows(fixture, HotRows.of(fixture.dataset()));
    // A prefix of whole pushes: offsets are final, so it is the beginning of the run without a cut.
    assertThat(expected.subList(0, found.size())).as(what).isEqualTo(found);
    assertThat(ends).as(what).contains((long) found.size());
    for (Optional<PushReport.Offsets> offsets : told.acknowledged.values()) {
      offsets.ifPresent(
          given -> assertThat((long) found.size()).as(what).isGreaterThan(given.end()));
    }
    assertThat(new Verifier(1).verify(fixture.dataset(), (_, _) -> {}).problems())
        .as(what)
        .isEmpty();
    // The client repeats what it got no answer to, and one that it had an answer to.
    Client again = new Client(told.strategy);
    again.next = Math.max(0, told.next - 1);
    again.acknowledged.putAll(told.acknowledged);
    run(fixture, again);
    assertThat(fixture.rows()).as(what).isEqualTo(expected);
    told.acknowledged.forEach((step, offsets) ->
        assertThat(again.acknowledged.get(step)).as("%s, step %s", what, step).isEqualTo(offsets));
    told.receipts.forEach((step, receipt) -> {
      if (again.receipts.containsKey(step)) {
        assertThat(again.receipts.get(step)).as("%s, step %s", what, step).isEqualTo(receipt);
      }
    });
    again.receipts.putAll(told.receipts);
    checkReceipts(fixture, again, what);
    assertThat(fixture.dataset().hasUnsealedRows()).as(what).isFalse();
  }

  /// Every receipt that was ever handed out holds, is found, and names a block of the chain whose
  /// root has it.
  private static void checkReceipts(PushFixture fixture, Client client, String what) {
    try (LiveWorkspace live = script(fixture).live(fixture)) {
      VerifierKey key = live.receiptKeys().signing().verifier();
      LiveDataset dataset = live.dataset(fixture.dataset());
      client.receipts.forEach((step, receipt) -> {
        String where = what + ", step " + step;
        ReceiptStatus now = Objects.requireNonNull(dataset.receipt(receipt.id()), where);
        assertThat(now.receipt().withBlock(null)).as(where).isEqualTo(receipt);
        assertThat(now.state()).as(where).isEqualTo(ReceiptStatus.State.SEALED);
        try {
          assertThat(receipt.require(key)).as(where).isNull();
          Checkpoint block = Objects.requireNonNull(now.receipt().require(key), where);
          Multihash hash = Objects.requireNonNull(now.receipt().block(), where).hash();
          HashedBlock found = fixture.dataset().block(hash);
          ReceiptRoot root =
              Objects.requireNonNull(
                  ReceiptRoot.of(((AddData) found.block().event()).extra()), where);
          assertThat(root.root()).as(where).isEqualTo(block.root());
          assertThat(root.size()).as(where).isEqualTo(block.size());
        } catch (ReceiptException e) {
          throw new AssertionError(where, e);
        }
      });
    }
  }
}
