package dev.catchwater.odf.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.catchwater.odf.Golden;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataBlock;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.SetDataSchema;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.odf.source.PollingSource;
import dev.catchwater.odf.source.PollingSource.EventTimeSource;
import dev.catchwater.odf.source.PollingSource.FetchStep;
import dev.catchwater.odf.source.PollingSource.Pair;
import dev.catchwater.odf.source.PollingSource.PrepStep;
import dev.catchwater.odf.source.PollingSource.TopicSubscription;
import dev.catchwater.odf.source.ReadStep;
import dev.catchwater.odf.source.Transform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Damaged blocks end as `CORRUPT` or `UNSUPPORTED` and as nothing else; blocks of every event are
/// written and read back.
class BlockFuzzTest {
  private static final long SEED = Long.getLong("tests.seed", 20_261_121L);

  private static MetadataBlock block(MetadataEvent event) {
    Multihash previous = Multihash.sha3(new byte[] {7});
    return new MetadataBlock(Instant.parse("2024-02-29T23:59:59.123456789Z"), previous, 3, event);
  }

  private static PollingSource polling(FetchStep fetch) {
    return new PollingSource(
        fetch,
        List.of(new PrepStep.Decompress("Zip", "a.csv"), new PrepStep.Pipe(List.of("cat", "-"))),
        new ReadStep.Json("a.b", List.of("x INT"), "d", "utf8", "t", null),
        new Transform(
            "spark",
            "3",
            null,
            List.of(
                new Transform.SqlQueryStep("a", "select 1"),
                new Transform.SqlQueryStep(null, "select 2")),
            List.of(new Transform.TemporalTable("t", List.of("k")))),
        new MergeStrategy.Snapshot(List.of("a"), List.of("b")));
  }

  /// One event or more of every kind, every optional field present.
  static List<MetadataEvent> everyEvent() {
    DatasetId id = DatasetId.create(new Random(1));
    Multihash hash = Multihash.sha3(new byte[0]);
    MetadataEvent.DataSlice slice = new MetadataEvent.DataSlice(hash, hash, 0, 5, 9);
    MetadataEvent.Checkpoint checkpoint = new MetadataEvent.Checkpoint(hash, 0);
    EventTimeSource path = new EventTimeSource.FromPath("(.*)", "%Y");
    List<MetadataEvent> events = new ArrayList<>();
    events.add(new MetadataEvent.Seed(id, MetadataEvent.DatasetKind.DERIVATIVE));
    events.add(
        new MetadataEvent.ExecuteTransform(
            List.of(
                new MetadataEvent.TransformInputRange(id, null, hash, null, 0L),
                new MetadataEvent.TransformInputRange(id, hash, hash, 4L, 9L)),
            hash,
            0L,
            slice,
            checkpoint,
            Instant.EPOCH));
    for (FetchStep fetch :
        List.of(
            new FetchStep.Url("http://x", path, true, List.of(new Pair("a", "b"))),
            new FetchStep.FilesGlob("*.csv", new EventTimeSource.FromMetadata(), false, "ByName"),
            new FetchStep.FilesGlob("*", new EventTimeSource.FromSystemTime(), true, null),
            new FetchStep.Container("i", List.of("c"), List.of("a"), List.of(new Pair("n", null))),
            new FetchStep.Mqtt(
                "h", 1883, "u", "p", List.of(new TopicSubscription("t", "ExactlyOnce"))),
            new FetchStep.EthereumLogs(1L, "n", "f", "s"))) {
      events.add(new MetadataEvent.SetPollingSource(polling(fetch)));
    }
    events.add(
        new MetadataEvent.SetTransform(
            List.of(new MetadataEvent.TransformInput(id.toString(), "a")),
            new Transform("e", null, "q", null, null)));
    events.add(new MetadataEvent.SetVocab("a", "b", "c", "d"));
    events.add(new MetadataEvent.SetVocab(null, null, null, null));
    events.add(
        new MetadataEvent.SetAttachments(List.of(new MetadataEvent.Attachment("p", "über\n"))));
    events.add(new MetadataEvent.SetInfo("d", List.of("k", "")));
    events.add(new MetadataEvent.SetLicense("s", "n", "i", "w"));
    events.add(new MetadataEvent.DisablePushSource("s"));
    events.add(new MetadataEvent.DisablePollingSource());
    for (ReadStep read :
        List.of(
            new ReadStep.Csv(null, ";", "e", "q", "", false, true, "", "d", "t", null),
            new ReadStep.GeoJson(List.of(), null),
            new ReadStep.NdGeoJson(List.of("a INT"), null),
            new ReadStep.Parquet(null, null),
            new ReadStep.EsriShapefile(null, "p", null),
            new ReadStep.NdJson(null, "d", "e", "t", null))) {
      for (MergeStrategy merge :
          List.of(
              new MergeStrategy.Append(),
              new MergeStrategy.Ledger(List.of("k")),
              new MergeStrategy.ChangelogStream(List.of("k")),
              new MergeStrategy.UpsertStream(List.of("k")))) {
        events.add(new MetadataEvent.AddPushSource("s", read, null, merge));
      }
    }
    return events;
  }

  private static List<byte[]> corpus() throws IOException {
    List<byte[]> blocks = new ArrayList<>();
    for (MetadataEvent event : everyEvent()) {
      blocks.add(MetadataBlockCodec.encode(block(event)));
    }
    for (Path file : Golden.files("{types-all,preprocess,cities-ledger}/dataset/blocks/*")) {
      blocks.add(Files.readAllBytes(file));
    }
    return blocks;
  }

  private static void survives(byte[] bytes) {
    try {
      MetadataBlock block = MetadataBlockCodec.decode(bytes);
      assertThat(block.event()).isNotNull();
      if (block.event() instanceof SetDataSchema(byte[] raw, _) && raw != null) {
        assertThat(ArrowSchema.read(raw)).isNotNull();
      }
    } catch (CatchwaterException e) {
      assertThat(e.code()).isIn(ErrorCode.CORRUPT, ErrorCode.UNSUPPORTED);
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      fail("escaped with seed " + SEED + ": " + Arrays.toString(bytes), e);
    }
  }

  @Test
  void everyEventIsWrittenAndReadBack() {
    for (MetadataEvent event : everyEvent()) {
      MetadataBlock block = block(event);
      MetadataBlock read = MetadataBlockCodec.decode(MetadataBlockCodec.encode(block));
      assertThat(read).isEqualTo(block);
      assertThat(event.kind()).isEqualTo(event.getClass().getSimpleName());
    }
  }

  @Test
  void everySingleByteMayBeWrong() throws IOException {
    Random random = new Random(SEED);
    for (byte[] block : corpus()) {
      for (int i = 0; i < block.length; i++) {
        byte original = block[i];
        for (int bit = 0; bit < 8; bit++) {
          block[i] = (byte) (original ^ (1 << bit));
          survives(block);
        }
        block[i] = (byte) random.nextInt();
        survives(block);
        block[i] = original;
      }
    }
  }

  @Test
  void anyEndMayBeMissing() throws IOException {
    for (byte[] block : corpus()) {
      for (int size = 0; size < block.length; size++) {
        survives(Arrays.copyOf(block, size));
      }
    }
  }

  @Test
  void manyBytesMayBeWrong() throws IOException {
    Random random = new Random(SEED);
    List<byte[]> corpus = corpus();
    for (int round = 0; round < 20_000; round++) {
      byte[] block = corpus.get(random.nextInt(corpus.size())).clone();
      for (int n = random.nextInt(1, 8); n > 0; n--) {
        int at = random.nextInt(block.length - 4);
        int value = random.nextBoolean() ? random.nextInt() : random.nextInt(block.length);
        int width = 1 << random.nextInt(3);
        for (int i = 0; i < width; i++) {
          block[at + i] = (byte) (value >> (8 * i));
        }
      }
      survives(block);
    }
  }

  @Test
  void sharedTablesDoNotUnfoldWithoutEnd() {
    // A vector of 4,000 offsets to one and the same attachment of 100 kB.
    com.google.flatbuffers.FlatBufferBuilder to =
        new com.google.flatbuffers.FlatBufferBuilder(1024);
    int path = to.createString("p");
    int content = to.createString("x".repeat(100_000));
    int item = SourceWriter.offsets(to, path, content);
    int[] items = new int[4_000];
    Arrays.fill(items, item);
    int embedded = SourceWriter.offsets(to, to.createVectorOfTables(items));
    to.startTable(2);
    SourceWriter.addUnion(to, 0, 1, embedded);
    int event = to.endTable();
    to.startTable(2);
    SourceWriter.addUnion(to, 0, 7, event);
    to.finish(to.endTable());
    byte[] bytes = to.sizedByteArray();
    assertThat(
            org.assertj.core.api.Assertions.catchThrowableOfType(
                CatchwaterException.class, () -> MetadataBlockCodec.decodeEvent(bytes)))
        .hasMessageContaining("unfolds to more than its bytes can hold");
  }
}
