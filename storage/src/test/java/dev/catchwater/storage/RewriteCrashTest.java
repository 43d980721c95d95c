package dev.catchwater.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.event.MetadataEvent.DisablePushSource;
import dev.catchwater.odf.event.MetadataEvent.SetDataSchema;
import dev.catchwater.odf.event.MetadataEvent.SetInfo;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.odf.source.ReadStep;
import dev.catchwater.storage.compact.Compaction;
import dev.catchwater.storage.verify.Verifier;
import dev.catchwater.testkit.Fault;
import dev.catchwater.testkit.PowerCut;
import dev.catchwater.testkit.SimDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What takes a history back or writes it anew, and what changes sources, is cut at every disk
/// call: the dataset is in the state before or after the step, and all of it verifies.
class RewriteCrashTest {
  private static final int DRAWS = Integer.getInteger("tests.iters", 3);

  /// One thing a person does, knowing the heads after each step of a run without a cut.
  private interface Step {
    void run(Dataset dataset, List<String> heads) throws IOException;
  }

  private static final List<Step> SCRIPT =
      List.of(
          (dataset, heads) -> Fixtures.pushRows(dataset, 3),
          (dataset, heads) -> Fixtures.pushRows(dataset, 2),
          (dataset, heads) -> append(dataset, new SetInfo("about", null)),
          (dataset, heads) -> Fixtures.pushRows(dataset, 1),
          (dataset, heads) -> Fixtures.pushRows(dataset, 1),
          (dataset, heads) -> compact(dataset, false),
          (dataset, heads) -> Fixtures.pushRows(dataset, 2),
          (dataset, heads) -> append(dataset, grown(), source("second")),
          (dataset, heads) -> append(dataset, new DisablePushSource("second")),
          // Back to before the compaction, which the head does not lead to, and forth again.
          (dataset, heads) -> reset(dataset, heads.get(5)),
          (dataset, heads) -> reset(dataset, heads.get(7)),
          (dataset, heads) -> Fixtures.pushRows(dataset, 4),
          (dataset, heads) -> collect(dataset),
          (dataset, heads) -> reset(dataset, heads.get(7)),
          (dataset, heads) -> compact(dataset, true));

  private static void append(Dataset dataset, MetadataEvent... events) {
    try (DatasetWriter writer = dataset.openWriter(LockWait.none())) {
      for (MetadataEvent event : events) {
        writer.add(writer.systemTime(Fixtures.START), event);
      }
      writer.commit();
    }
  }

  private static MetadataEvent grown() {
    List<DataField> fields = new ArrayList<>(Fixtures.SCHEMA.fields());
    fields.add(DataField.of("note", Scalar.STRING.optional()));
    return new SetDataSchema(null, DataSchema.of(fields));
  }

  private static MetadataEvent source(String name) {
    return new AddPushSource(
        name, new ReadStep.NdJson(null, null, null, null, null), null, new MergeStrategy.Append());
  }

  private static void compact(Dataset dataset, boolean onlyMetadata) throws IOException {
    try (DatasetWriter writer = dataset.openWriter(LockWait.none())) {
      Compaction compaction =
          new Compaction(
              writer, new Compaction.Limits(1 << 20, 5), SliceOptions.defaults().withThreads(0));
      Compaction.Report report = onlyMetadata ? compaction.keepMetadataOnly() : compaction.run();
      assertThat(report.isChanged()).isTrue();
      writer.commit();
    }
  }

  private static void reset(Dataset dataset, String head) {
    try (DatasetWriter writer = dataset.openWriterAt(Multihash.parse(head), LockWait.none())) {
      writer.commit();
    }
  }

  private static void collect(Dataset dataset) {
    try (DatasetWriter writer = dataset.openWriter(LockWait.none())) {
      writer.collectGarbage();
    }
  }

  private static SimDisk startDisk(SimDisk.Mode mode, long seed) throws IOException {
    SimDisk disk = new SimDisk(mode, seed);
    disk.createDirectories(Fixtures.HOME);
    disk.syncDirectory(Path.of("/"));
    Fixtures.create(Workspace.init(disk, Fixtures.HOME), "gps");
    return disk;
  }

  private static Dataset dataset(SimDisk disk) {
    return Workspace.find(disk, Fixtures.HOME, null).require("gps");
  }

  /// Runs the script until it ends or is cut; how many steps were done.
  private static int run(SimDisk disk, List<String> heads) throws IOException {
    int done = 0;
    try {
      Dataset dataset = dataset(disk);
      for (Step step : SCRIPT) {
        step.run(dataset, heads);
        done++;
        if (heads.size() <= done) {
          heads.add(dataset.head().toString());
        }
      }
    } catch (PowerCut e) {
      return done;
    }
    return done;
  }

  @ParameterizedTest
  @EnumSource
  void T03_everyCutOfARewriteLeavesTheHistoryBeforeOrAfterIt(SimDisk.Mode mode) throws IOException {
    List<String> heads = new ArrayList<>();
    SimDisk whole = startDisk(mode, 0);
    heads.add(dataset(whole).head().toString());
    assertThat(run(whole, heads)).isEqualTo(SCRIPT.size());
    boolean wasCut = true;
    int images = 0;
    for (long call = 1; wasCut; call++) {
      SimDisk disk = startDisk(mode, call);
      disk.faultAt(disk.calls() + call, Fault.POWER_CUT);
      int done = run(disk, heads);
      wasCut = done < SCRIPT.size();
      String cutAt = mode + ", step " + done + ", call " + call + ": " + disk.trace().getLast();
      for (int draw = 0; draw < DRAWS; draw++) {
        SimDisk image = disk.restartAfterKill();
        image = draw == 0 ? image : image.restartAfterPowerCut();
        check(image, heads, done, cutAt + ", draw " + draw);
        images++;
      }
    }
    System.out.println("T03 rewrites mode=" + mode + " images=" + images + " lost=0");
    assertThat(images).isGreaterThan(300 * DRAWS);
  }

  private static void check(SimDisk image, List<String> heads, int done, String what)
      throws IOException {
    Dataset dataset = dataset(image);
    String head = dataset.state().head().toString();
    assertThat(head).as(what).isIn(heads.get(done), heads.get(Math.min(done + 1, SCRIPT.size())));
    requireSound(dataset, what);
    if (image.calls() % 4 != 0) {
      return; // the rest is the same for most images
    }
    collect(dataset);
    requireSound(dataset, what + ", after collecting");
    Multihash next = Fixtures.pushRows(dataset, 2).getLast().hash();
    assertThat(dataset.head()).as(what).isEqualTo(next);
    requireSound(dataset, what + ", after a push");
  }

  private static void requireSound(Dataset dataset, String what) {
    assertThat(new Verifier(1).verify(dataset, TransferListener.NONE).problems())
        .as(what)
        .isEmpty();
  }
}
