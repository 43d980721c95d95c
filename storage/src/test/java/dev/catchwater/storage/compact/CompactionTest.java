package dev.catchwater.storage.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.columnar.slice.SliceReader;
import dev.catchwater.columnar.slice.SliceRows;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.SetInfo;
import dev.catchwater.odf.event.MetadataEvent.SourceState;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.Fixtures;
import dev.catchwater.storage.HashedBlock;
import dev.catchwater.storage.LockWait;
import dev.catchwater.storage.TransferListener;
import dev.catchwater.storage.Workspace;
import dev.catchwater.storage.verify.Verifier;
import dev.catchwater.testkit.Seeded;
import dev.catchwater.testkit.SimDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CompactionTest {
  private final SimDisk disk = new SimDisk(SimDisk.Mode.STRICT, 1);
  private Dataset dataset = makeDataset();

  private Dataset makeDataset() {
    try {
      disk.createDirectories(Fixtures.HOME);
      return Fixtures.create(Workspace.init(disk, Fixtures.HOME), "gps");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void open() {
    dataset = Workspace.find(disk, Fixtures.HOME, null).require("gps");
  }

  private Compaction.Report compact(long rows) throws IOException {
    try (DatasetWriter writer = dataset.openWriter(LockWait.none())) {
      Compaction.Report report =
          new Compaction(
                  writer,
                  new Compaction.Limits(300_000_000, rows),
                  SliceOptions.defaults().withThreads(0))
              .run();
      writer.commit();
      return report;
    }
  }

  private void addWatermark(Instant watermark, @Nullable SourceState position) {
    try (DatasetWriter writer = dataset.openWriter(LockWait.none())) {
      ChainState state = writer.state();
      AddData event = new AddData(null, state.lastOffset(), null, null, watermark, position, null);
      writer.add(writer.systemTime(Fixtures.START), event);
      writer.commit();
    }
  }

  private List<String> offsets() {
    List<String> offsets = new ArrayList<>();
    for (DataSlice slice : dataset.slicesFromEnd()) {
      offsets.addFirst(slice.offsetStart() + "-" + slice.offsetEnd());
    }
    return offsets;
  }

  private void requireSound() {
    assertThat(new Verifier(1).verify(dataset, TransferListener.NONE).problems()).isEmpty();
  }

  @Test
  void A148_slicesArePutTogetherUpToTheLimitAndRowsStay() throws IOException {
    for (int rows : new int[] {3, 3, 6, 3, 1}) {
      Fixtures.pushRows(dataset, rows);
    }
    ChainState before = dataset.state();
    Compaction.Report report = compact(6);
    assertThat(report.isChanged()).isTrue();
    assertThat(report.blocksBefore() - report.blocksAfter()).isEqualTo(2);
    assertThat(offsets()).containsExactly("0-5", "6-11", "12-15");
    ChainState after = dataset.state();
    assertThat(after.rowCount()).isEqualTo(before.rowCount());
    assertThat(after.watermark()).isEqualTo(before.watermark());
    assertThat(after.systemTime()).isEqualTo(before.systemTime());
    requireSound();
    Fixtures.pushRows(dataset, 2);
    requireSound();
    assertThat(offsets()).endsWith("16-17");
  }

  @Test
  void A148_onePushIsLeftAlone() throws IOException {
    Fixtures.pushRows(dataset, 3);
    ChainState before = dataset.state();
    assertThat(compact(6).isChanged()).isFalse();
    assertThat(dataset.head()).isEqualTo(before.head());
  }

  @Test
  void A148_blocksThatOnlyMoveTheWatermarkAreTakenIn() throws IOException {
    Fixtures.pushRows(dataset, 3);
    addWatermark(Instant.parse("2030-01-01T00:00:00Z"), null);
    Fixtures.pushRows(dataset, 3);
    SourceState position = new SourceState("default", "kafka", "{\"0\":7}");
    addWatermark(Instant.parse("2031-01-01T00:00:00Z"), position);
    Compaction.Report report = compact(6);
    assertThat(report.blocksBefore() - report.blocksAfter()).isEqualTo(3);
    assertThat(offsets()).containsExactly("0-5");
    HashedBlock last = dataset.blocks().iterator().next();
    AddData event = (AddData) last.block().event();
    assertThat(event.prevOffset()).isNull();
    assertThat(event.newWatermark()).isEqualTo(Instant.parse("2031-01-01T00:00:00Z"));
    assertThat(event.newSourceState()).isEqualTo(position);
    requireSound();
  }

  @Test
  void otherEventsStayWhereTheyWereAndPartTheSlices() throws IOException {
    Fixtures.pushRows(dataset, 1);
    Fixtures.pushRows(dataset, 1);
    try (DatasetWriter writer = dataset.openWriter(LockWait.none())) {
      writer.add(writer.systemTime(Fixtures.START), new SetInfo("about", null));
      writer.commit();
    }
    Fixtures.pushRows(dataset, 1);
    Fixtures.pushRows(dataset, 1);
    compact(100);
    assertThat(offsets()).containsExactly("0-1", "2-3");
    List<String> kinds = new ArrayList<>();
    for (HashedBlock block : dataset.blocks()) {
      kinds.addFirst(block.block().event().kind());
    }
    assertThat(kinds)
        .containsExactly("Seed", "AddPushSource", "SetDataSchema", "AddData", "SetInfo", "AddData");
    requireSound();
  }

  @Test
  void blocksBeforeTheFirstChangeKeepTheirHashes() throws IOException {
    Fixtures.pushRows(dataset, 6);
    ChainState first = dataset.state();
    Fixtures.pushRows(dataset, 1);
    Fixtures.pushRows(dataset, 1);
    compact(6);
    List<String> hashes = new ArrayList<>();
    for (HashedBlock block : dataset.blocks()) {
      hashes.add(block.hash().toString());
    }
    assertThat(hashes).hasSize(5).contains(first.head().toString());
  }

  @Test
  void damageIsNotWrittenAnewUnderAGoodHash() throws IOException {
    Fixtures.pushRows(dataset, 3);
    Fixtures.pushRows(dataset, 3);
    Path slice = dataset.slicePath(dataset.slicesFromEnd().iterator().next());
    byte[] bytes = disk.readAll(slice);
    bytes[40] ^= 1;
    disk.delete(slice);
    try (var file = disk.create(slice)) {
      file.write(bytes, 0, bytes.length, 0);
      file.force();
    }
    String before = dataset.head().toString();
    assertThatThrownBy(() -> compact(6))
        .isInstanceOf(CatchwaterException.class)
        .hasMessageContaining("Physical hash mismatch");
    assertThat(dataset.head()).hasToString(before);
  }

  @Test
  void onlyMetadataCanBeKept() throws IOException {
    Fixtures.pushRows(dataset, 3);
    try (DatasetWriter writer = dataset.openWriter(LockWait.none())) {
      writer.add(writer.systemTime(Fixtures.START), new SetInfo("about", null));
      writer.commit();
    }
    try (DatasetWriter writer = dataset.openWriter(LockWait.none())) {
      Compaction compaction =
          new Compaction(writer, Compaction.Limits.STANDARD, SliceOptions.defaults());
      assertThat(compaction.keepMetadataOnly().isChanged()).isTrue();
      writer.commit();
    }
    assertThat(dataset.state().rowCount()).isZero();
    assertThat(dataset.state().schema()).isNotNull();
    MetadataEvent last = dataset.blocks().iterator().next().block().event();
    assertThat(last).isInstanceOf(SetInfo.class);
    Fixtures.pushRows(dataset, 2);
    requireSound();
  }

  @Test
  void aDerivativeIsRefused() {
    Workspace workspace = Workspace.find(disk, Fixtures.HOME, null);
    Dataset derived =
        workspace
            .create(
                List.of(Fixtures.derivative("d", "gps")),
                Fixtures.START,
                new java.util.SplittableRandom(1))
            .getFirst();
    try (DatasetWriter writer = derived.openWriter(LockWait.none())) {
      Compaction compaction =
          new Compaction(writer, Compaction.Limits.STANDARD, SliceOptions.defaults());
      assertThatThrownBy(compaction::run)
          .isInstanceOfSatisfying(
              CatchwaterException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_ARGUMENT));
    }
    assertThat(Objects.requireNonNull(derived.state().transform()).inputs()).hasSize(1);
  }

  @Seeded
  void noCompactionChangesARow(RandomGenerator random) throws IOException {
    for (int step = 0; step < 25; step++) {
      switch (random.nextInt(6)) {
        case 0 -> {
          try (DatasetWriter writer = dataset.openWriter(LockWait.none())) {
            writer.add(writer.systemTime(Fixtures.START), new SetInfo("about " + step, List.of()));
            writer.commit();
          }
        }
        case 1 ->
            addWatermark(
                Instant.parse("2030-01-01T00:00:00Z").plusSeconds(step),
                random.nextBoolean() ? new SourceState("default", "k", "" + step) : null);
        case 2 -> {
          List<String> before = rows();
          ChainState old = dataset.state();
          compact(1 + random.nextInt(20));
          ChainState now = dataset.state();
          assertThat(rows()).isEqualTo(before);
          assertThat(now.watermark()).isEqualTo(old.watermark());
          assertThat(now.lastSourceState()).isEqualTo(old.lastSourceState());
          assertThat(now.lastOffset()).isEqualTo(old.lastOffset());
          assertThat(now.info()).isEqualTo(old.info());
          assertThat(now.blockCount()).isLessThanOrEqualTo(old.blockCount());
          requireSound();
        }
        default -> Fixtures.pushRows(dataset, 1 + random.nextInt(7));
      }
    }
    requireSound();
  }

  /// All rows as texts, in their order.
  private List<String> rows() throws IOException {
    List<String> all = new ArrayList<>();
    for (DataSlice slice : dataset.slicesFromEnd()) {
      List<String> rows = new ArrayList<>();
      try (SliceReader reader = SliceReader.open(dataset.openSlice(slice))) {
        SliceRows batches = reader.read(0, reader.rowCount(), null);
        for (RecordBatch batch = batches.next(); batch != null; batch = batches.next()) {
          for (int row = 0; row < batch.rowCount(); row++) {
            rows.add(
                ((Column.Longs) batch.column(0)).values()[row]
                    + " "
                    + ((Column.Longs) batch.column(2)).values()[row]
                    + " "
                    + ((Column.Longs) batch.column(3)).values()[row]
                    + " "
                    + ((Column.Doubles) batch.column(4)).values()[row]);
          }
        }
      }
      all.addAll(0, rows);
    }
    return all;
  }
}
