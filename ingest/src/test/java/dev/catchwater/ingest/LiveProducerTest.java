package dev.catchwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.ingest.live.LiveDataset;
import dev.catchwater.ingest.live.LiveReport;
import dev.catchwater.ingest.live.LiveSettings;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.live.Producer;
import dev.catchwater.ingest.live.PushIdentity;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.Workspace;
import dev.catchwater.storage.verify.Verifier;
import dev.catchwater.testkit.SimDisk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Producers that repeat, leave out, come late, are taken over, over restarts and crashes of the
/// server, against a model that says what each push must be answered (reliability T12).
class LiveProducerTest {
  private static final PushLimits LIMITS = new PushLimits(1 << 20, 1_000);
  private static final int PRODUCERS = 4;
  private static final String MANIFEST =
      PushFixture.manifest("{kind: NdJson, schema: [\"id BIGINT\"]}", "{kind: Append}");

  /// What the server must know of the producers, and what it stores.
  private static final class Model {
    private final Map<String, Producer> last = new HashMap<>();
    private final Map<String, Long> lastRow = new HashMap<>();
    private final Map<String, Integer> lastOffset = new HashMap<>();
    private final List<Long> rows = new ArrayList<>(List.of(-1L));

    String answer(Producer push, long row) {
      Producer at = last.get(push.id());
      if (at != null && push.epoch() < at.epoch()) {
        return "producer-fenced";
      }
      long most = at == null ? 1 : at.sequence() + 1;
      if (push.sequence() > most) {
        return "sequence-gap expected=" + (at == null ? 0 : most);
      }
      if (at == null || push.sequence() > at.sequence()) {
        last.put(push.id(), push);
        lastRow.put(push.id(), row);
        lastOffset.put(push.id(), rows.size());
        rows.add(row);
        return "applied " + (rows.size() - 1);
      }
      boolean isLast = push.sequence() == at.sequence();
      if (isLast && !Long.valueOf(row).equals(lastRow.get(push.id()))) {
        return "idempotency-mismatch";
      }
      // Whoever repeats a push in a later epoch takes over.
      last.put(push.id(), new Producer(push.id(), push.epoch(), at.sequence()));
      return isLast ? "replayed " + lastOffset.get(push.id()) : "replayed";
    }

    String takeOver(String id, long epoch) {
      Producer at = last.get(id);
      if (at == null) {
        return "never pushed";
      }
      if (epoch < at.epoch()) {
        return "producer-fenced";
      }
      last.put(id, new Producer(id, epoch, at.sequence()));
      return "stands at " + at.sequence();
    }
  }

  private SimDisk disk = new SimDisk(SimDisk.Mode.EXT4, 4);
  private PushFixture fixture = PushFixture.of(disk, MANIFEST, LIMITS, 1);
  private LiveWorkspace live = live();

  private LiveWorkspace live() {
    return new LiveWorkspace(
        Workspace.find(disk, Path.of("/work"), null),
        LiveSettings.standard(),
        () -> PushFixture.SYSTEM_TIME,
        new SplittableRandom(disk.calls()),
        SliceOptions.defaults().withThreads(0),
        LIMITS,
        Preprocess.NONE);
  }

  @AfterEach
  void letGo() {
    PushFixture.abandon(live);
  }

  @Test
  void T12_producersAreAnsweredAsTheModelSays() {
    run(Integer.getInteger("tests.iters", 1) * 3_000, 1);
  }

  @Test
  @Tag("slow")
  void T12_aHundredThousandPushesOfProducersAreAnsweredAsTheModelSays() {
    run(100_000, 2);
  }

  private void run(int operations, long seed) {
    fixture.push("{\"id\":-1}");
    Model model = new Model();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < operations; i++) {
      int event = random.nextInt(1_000);
      if (event < 2) {
        restart(event == 0);
      } else if (event < 8) {
        live.dataset(fixture.dataset()).seal();
      }
      String id = "p" + random.nextInt(PRODUCERS);
      Producer at = model.last.get(id);
      long epoch = Math.max(0, (at == null ? 0 : at.epoch()) + oddly(random, -1, 1));
      long sequence = Math.max(0, (at == null ? 0 : at.sequence() + 1) + oddly(random, -3, 3));
      if (event >= 980) {
        assertThat(takenOver(id, epoch))
            .as("operation " + i + ": " + id + " takes over in epoch " + epoch)
            .isEqualTo(model.takeOver(id, epoch));
        continue;
      }
      // Another row under a number that was used is another push.
      boolean isOther = random.nextInt(20) == 0;
      long row = sequence * 10 + (isOther ? 7 : 0);
      Producer push = new Producer(id, epoch, sequence);
      String what = "operation " + i + ": " + push + " of seed " + seed;
      assertThat(answered(push, row)).as(what).isEqualTo(model.answer(push, row));
    }
    live.close();
    List<Long> ids = new ArrayList<>();
    for (String row : fixture.rows()) {
      ids.add(Long.parseLong(row.substring(row.lastIndexOf('|') + 1)));
    }
    assertThat(ids).isEqualTo(model.rows);
    System.out.println("T12 producers ops=" + operations + " rows=" + ids.size() + " mismatches=0");
    assertThat(new Verifier(1).verify(fixture.dataset(), (_, _) -> {}).problems()).isEmpty();
  }

  private static int oddly(SplittableRandom random, int least, int most) {
    return random.nextInt(3) == 0 ? random.nextInt(least, most + 1) : 0;
  }

  private String answered(Producer push, long row) {
    String body = "{\"id\":" + row + "}";
    LiveDataset dataset = live.dataset(fixture.dataset());
    Multihash hash = Multihash.sha3(body.getBytes(StandardCharsets.UTF_8));
    try {
      LiveReport report =
          dataset.push(fixture.request(body), new PushIdentity(null, push, hash), false);
      PushReport.Offsets offsets = report.report().offsets();
      String outcome = report.isReplayed() ? "replayed" : "applied";
      return offsets == null ? outcome : outcome + " " + offsets.start();
    } catch (CatchwaterException e) {
      String message = e.plainMessage();
      int expected = message.indexOf("expected=");
      return e.code().slug() + (expected < 0 ? "" : " " + message.substring(expected));
    }
  }

  private String takenOver(String id, long epoch) {
    try {
      Producer at = live.dataset(fixture.dataset()).takeOver(null, id, epoch);
      return at == null ? "never pushed" : "stands at " + at.sequence();
    } catch (CatchwaterException e) {
      return e.code().slug();
    }
  }

  @Test
  void T12_pushesThatBeginInTheirOrderHaveItWhoeverWaitsForThem() {
    fixture.push("{\"id\":-1}");
    List<Supplier<LiveReport>> begun = new ArrayList<>();
    for (int i = 1; i <= 50; i++) {
      String body = "{\"id\":" + i + "}";
      Multihash hash = Multihash.sha3(body.getBytes(StandardCharsets.UTF_8));
      PushIdentity identity = new PushIdentity(null, new Producer("p", 0, i), hash);
      begun.add(
          live.dataset(fixture.dataset()).begin(fixture.request(body), identity, i % 25 == 0));
    }
    for (int i = 50; i >= 1; i--) {
      LiveReport report = begun.get(i - 1).get();
      assertThat(report.report().offsets()).isEqualTo(new PushReport.Offsets(i, i));
      assertThat(report.report().block() != null).as("push %d", i).isEqualTo(i % 25 == 0);
    }
  }

  /// In order, or by a power cut.
  private void restart(boolean isInOrder) {
    if (isInOrder) {
      live.close();
    } else {
      disk = disk.restartAfterPowerCut();
      PushFixture.abandon(live);
      fixture = PushFixture.reopened(disk, LIMITS);
    }
    live = live();
  }
}
