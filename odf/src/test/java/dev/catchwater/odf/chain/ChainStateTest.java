package dev.catchwater.odf.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.odf.Golden;
import dev.catchwater.odf.codec.MetadataBlockCodec;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataBlock;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.event.MetadataEvent.Checkpoint;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.DatasetKind;
import dev.catchwater.odf.event.MetadataEvent.DisablePollingSource;
import dev.catchwater.odf.event.MetadataEvent.DisablePushSource;
import dev.catchwater.odf.event.MetadataEvent.Seed;
import dev.catchwater.odf.event.MetadataEvent.SetAttachments;
import dev.catchwater.odf.event.MetadataEvent.SetDataSchema;
import dev.catchwater.odf.event.MetadataEvent.SetInfo;
import dev.catchwater.odf.event.MetadataEvent.SetLicense;
import dev.catchwater.odf.event.MetadataEvent.SetPollingSource;
import dev.catchwater.odf.event.MetadataEvent.SetTransform;
import dev.catchwater.odf.event.MetadataEvent.SetVocab;
import dev.catchwater.odf.event.MetadataEvent.SourceState;
import dev.catchwater.odf.event.MetadataEvent.TransformInput;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.ExtraAttributes;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.odf.source.PollingSource;
import dev.catchwater.odf.source.ReadStep;
import dev.catchwater.odf.source.Transform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The rules of a chain: cases A144, A146, A147 of kamu, disabled sources, and the cached form.
class ChainStateTest {
  private static final Instant T0 = Instant.parse("2020-01-01T00:00:00Z");
  private static final DatasetId ID = DatasetId.create(new Random(7));
  private static final DataSchema SCHEMA =
      DataSchema.of(
          List.of(
              DataField.of("offset", Scalar.INT64),
              DataField.of("op", Scalar.INT32),
              DataField.of("system_time", DataType.Timestamp.MILLIS_UTC),
              DataField.of("event_time", DataType.Timestamp.MILLIS_UTC),
              DataField.of("city", Scalar.STRING),
              DataField.of("population", new DataType.Option(Scalar.INT64))));

  private static ChainState root() {
    return next(ChainState.EMPTY, new Seed(ID, DatasetKind.ROOT));
  }

  private static ChainState next(ChainState chain, MetadataEvent event) {
    return next(chain, event, chain.isEmpty() ? T0 : chain.systemTime());
  }

  private static ChainState next(ChainState chain, MetadataEvent event, Instant systemTime) {
    MetadataBlock block =
        new MetadataBlock(
            systemTime, chain.isEmpty() ? null : chain.head(), chain.blockCount(), event);
    return chain.append(Multihash.sha3(MetadataBlockCodec.encode(block)), block);
  }

  private static void refused(ChainState chain, MetadataEvent event, String message) {
    refused(chain, event, ErrorCode.BAD_EVENT, message);
  }

  private static void refused(
      ChainState chain, MetadataEvent event, ErrorCode code, String message) {
    assertThatThrownBy(() -> next(chain, event))
        .isInstanceOfSatisfying(
            CatchwaterException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  private static AddPushSource source(String name, String @Nullable ... ddl) {
    return new AddPushSource(
        name,
        new ReadStep.NdJson(ddl == null ? null : List.of(ddl), null, null, null, null),
        null,
        new MergeStrategy.Append());
  }

  private static SetPollingSource polling() {
    return new SetPollingSource(
        new PollingSource(
            new PollingSource.FetchStep.Url("http://localhost/a", null, false, null),
            null,
            new ReadStep.Parquet(null, null),
            null,
            new MergeStrategy.Append()));
  }

  private static DataSlice slice(long start, long end) {
    Multihash hash = Multihash.sha3(("slice" + start).getBytes(StandardCharsets.UTF_8));
    return new DataSlice(hash, hash, start, end, 100);
  }

  private static AddData data(
      @Nullable Long prevOffset, @Nullable DataSlice slice, @Nullable Instant watermark) {
    return new AddData(null, prevOffset, slice, null, watermark, null, null);
  }

  private static AddData state(@Nullable Long prevOffset, @Nullable SourceState state) {
    return new AddData(null, prevOffset, null, null, null, state, null);
  }

  private static SetDataSchema schema(DataSchema schema) {
    return new SetDataSchema(null, schema);
  }

  private static DataSchema with(DataSchema schema, int index, @Nullable DataField field) {
    List<DataField> fields = new java.util.ArrayList<>(schema.fields());
    if (field == null) {
      fields.remove(index);
    } else if (index == fields.size()) {
      fields.add(field);
    } else {
      fields.set(index, field);
    }
    return new DataSchema(fields, schema.extra());
  }

  @Test
  void A144_pushSourcesMayBeRedefinedButNotRepeated() {
    ChainState chain = next(root(), source("default", "a INT"));
    refused(
        chain,
        source("default", "a INT"),
        ErrorCode.NO_OP_EVENT,
        "New push source is identical to existing");
    chain = next(chain, source("another", "a INT"));
    chain = next(chain, source("default", "a INT", "b INT"));
    assertThat(chain.pushSources()).containsOnlyKeys("default", "another");
    assertThat(chain.pushSources().get("default")).isEqualTo(source("default", "a INT", "b INT"));
    refused(
        chain,
        polling(),
        "Invalid event: Cannot add a polling source while some push sources are still active");
  }

  @Test
  void A146_schemasEvolveByName() {
    ChainState chain = next(root(), schema(SCHEMA));
    refused(chain, schema(SCHEMA), ErrorCode.NO_OP_EVENT, "identical");
    ExtraAttributes extra = new ExtraAttributes("{\"a.b/c\":1}");
    DataSchema annotated = with(SCHEMA, 4, new DataField("city", Scalar.STRING, extra));
    chain = next(chain, schema(annotated));
    chain = next(chain, schema(SCHEMA));
    refused(
        chain,
        schema(with(SCHEMA, 4, DataField.of("pity", Scalar.STRING))),
        "Column 'city' was removed");
    refused(
        chain,
        schema(with(SCHEMA, 4, DataField.of("city", new DataType.Option(Scalar.STRING)))),
        "Column 'city' becomes optional");
    refused(
        chain,
        schema(with(SCHEMA, 6, DataField.of("census", Scalar.STRING))),
        "Added column 'census' is required");
    chain =
        next(
            chain,
            schema(with(SCHEMA, 6, DataField.of("census", new DataType.Option(Scalar.STRING)))));
    assertThat(chain.schema()).isNotNull();
  }

  @Test
  void addingAColumnDoesNotHideAChangedType() {
    ChainState chain = next(root(), schema(SCHEMA));
    DataSchema next = with(SCHEMA, 6, DataField.of("census", new DataType.Option(Scalar.STRING)));
    DataSchema retyped =
        with(next, 5, DataField.of("population", new DataType.Option(Scalar.FLOAT64)));
    refused(chain, schema(retyped), "Column 'population' changes its type from Int64 to Float64");
    List<DataField> reordered = new java.util.ArrayList<>(SCHEMA.fields());
    java.util.Collections.swap(reordered, 4, 5);
    assertThat(next(chain, schema(DataSchema.of(reordered))).schema())
        .isEqualTo(DataSchema.of(reordered));
  }

  @Test
  void A147_dataNeedsASchemaAndMustAdvanceSomething() {
    ChainState chain = next(root(), source("default"));
    refused(
        chain,
        data(null, slice(0, 9), T0),
        "SetDataSchema event must be present before adding data");
    SourceState position = new SourceState("default", "odf/etag", "1");
    assertThat(next(chain, state(null, position)).sourceState("default")).isEqualTo(position);
    refused(chain, data(null, null, null), ErrorCode.NO_OP_EVENT, "Event is empty");
    chain = next(next(chain, schema(SCHEMA)), data(null, slice(0, 9), T0));
    refused(
        chain,
        data(9L, null, T0),
        ErrorCode.NO_OP_EVENT,
        "Event neither has data nor it advances checkpoint, watermark, or source state");
    refused(chain, data(9L, slice(10, 10), T0.minusMillis(1)), "Watermark has to be monotonically");
    refused(chain, data(9L, slice(10, 10), null), "Watermark has to be monotonically");
    assertThat(next(chain, data(9L, null, T0.plusMillis(1))).watermark())
        .isEqualTo(T0.plusMillis(1));
  }

  @Test
  void A147_blocksLinkInOrder() {
    assertThatThrownBy(() -> next(ChainState.EMPTY, source("default")))
        .hasMessageContaining("First block has to be a seed");
    ChainState chain = root();
    refused(
        chain, new Seed(ID, DatasetKind.ROOT), "Attempt to append seed block to a non-empty chain");
    assertThatThrownBy(() -> next(chain, source("default"), T0.minusNanos(1)))
        .hasMessageContaining("System time has to be monotonically non-decreasing");
    assertThat(next(chain, source("default"), T0).systemTime()).isEqualTo(T0);
    Multihash other = Multihash.sha3(new byte[] {1});
    assertThatThrownBy(
            () -> chain.append(other, new MetadataBlock(T0, other, 1, source("default"))))
        .hasMessageContaining("Invalid previous block");
    for (long number : new long[] {0, 2, -1}) {
      assertThatThrownBy(() ->
              chain.append(other, new MetadataBlock(T0, chain.head(), number, source("default"))))
          .hasMessageContaining("sequence number " + number);
    }
    assertThatThrownBy(() ->
            ChainState.EMPTY.append(
                other, new MetadataBlock(T0, null, 1, new Seed(ID, DatasetKind.ROOT))))
        .hasMessageContaining("Block sequence has to start with zero, not 1");
  }

  @Test
  void offsetsFollowEachOther() {
    ChainState chain = next(next(root(), schema(SCHEMA)), data(null, slice(0, 9), null));
    assertThat(chain.lastOffset()).isEqualTo(9);
    refused(chain, data(9L, slice(11, 12), null), "start at 10 but got 11");
    refused(chain, data(9L, slice(10, 9), null), "Invalid offset interval");
    refused(chain, data(8L, slice(9, 12), null), "Carried prev offset does not correspond");
    refused(chain, data(null, slice(0, 12), null), "Carried prev offset does not correspond");
    chain = next(chain, data(9L, slice(10, 14), null));
    assertThat(chain.rowCount()).isEqualTo(15);
    assertThat(chain.sliceCount()).isEqualTo(2);
    assertThat(chain.dataSize()).isEqualTo(200);
    assertThat(chain.blockCount()).isEqualTo(4);
  }

  @Test
  void checkpointsFollowEachOther() {
    Multihash first = Multihash.sha3(new byte[] {1});
    AddData begin = new AddData(null, null, null, new Checkpoint(first, 1), null, null, null);
    ChainState chain = next(root(), begin);
    assertThat(chain.lastCheckpoint()).isEqualTo(first);
    refused(chain, data(null, null, T0), "Input checkpoint does not correspond");
    chain = next(chain, new AddData(first, null, null, null, T0, null, null));
    assertThat(chain.lastCheckpoint()).isNull();
  }

  @Test
  void sourceStatesAreFoundHoweverFarBack() {
    SourceState a = new SourceState("a", "odf/etag", "1");
    SourceState b = new SourceState("b", "odf/etag", "2");
    ChainState chain = next(next(root(), state(null, a)), state(null, b));
    assertThat(chain.sourceState("a")).isEqualTo(a);
    assertThat(chain.lastSourceState()).isEqualTo(b);
    assertThat(chain.sourceState("c")).isNull();
  }

  @Test
  void BAD14_aSourceIsDisabledOnceAndMayComeBack() {
    ChainState chain = next(root(), source("default", "a INT"));
    refused(
        chain,
        new DisablePushSource("nobody"),
        ErrorCode.SOURCE_NOT_FOUND,
        "Source 'nobody' not found");
    ChainState disabled = next(chain, new DisablePushSource("default"));
    refused(
        disabled,
        new DisablePushSource("default"),
        ErrorCode.NO_OP_EVENT,
        "Push source 'default' is already disabled");
    assertThat(disabled.pushSources()).isEmpty();
    ChainState back = next(disabled, source("default", "a INT"));
    assertThat(back.pushSources()).containsOnlyKeys("default");
    assertThat(back.disabledPushSources()).isEmpty();
  }

  @Test
  void B30_aDisabledSourceIsKeptApartFromTheActiveOnes() {
    ChainState chain = next(next(root(), source("a")), source("b"));
    ChainState disabled = next(chain, new DisablePushSource("a"));
    assertThat(disabled.pushSources()).containsOnlyKeys("b");
    assertThat(disabled.disabledPushSources()).containsOnlyKeys("a");
    assertThat(chain.pushSources()).containsOnlyKeys("a", "b");
    ChainState empty = next(disabled, new DisablePushSource("b"));
    assertThat(next(empty, polling()).pollingSource()).isEqualTo(polling());
  }

  @Test
  void BAD13_pushAndPollingSourcesExcludeEachOther() {
    ChainState chain = next(root(), polling());
    refused(chain, source("a"), "Cannot add a push source while polling source is still active");
    chain = next(chain, new DisablePollingSource());
    refused(chain, new DisablePollingSource(), "no active polling source");
    assertThat(next(chain, source("a")).pushSources()).containsOnlyKeys("a");
    refused(
        next(ChainState.EMPTY, new Seed(ID, DatasetKind.DERIVATIVE)),
        source("a"),
        "AddPushSource event is only allowed on root datasets");
  }

  @Test
  void BAD11_aStoredSourceHasOneSchemaNotation() {
    AddPushSource both =
        new AddPushSource(
            "a", new ReadStep.GeoJson(List.of("a INT"), SCHEMA), null, new MergeStrategy.Append());
    refused(root(), both, "Cannot specify both DDL and ODF schemas at once");
  }

  @Test
  void transformsAreNormalizedAndTheirInputsResolved() {
    ChainState chain = next(ChainState.EMPTY, new Seed(ID, DatasetKind.DERIVATIVE));
    Transform.SqlQueryStep last = new Transform.SqlQueryStep(null, "select 1");
    Transform good = new Transform("datafusion", null, null, List.of(last), null);
    TransformInput input = new TransformInput(ID.toString(), "input");
    refused(chain, new SetTransform(List.of(), good), "at least one input");
    refused(
        chain,
        new SetTransform(List.of(input, input), good),
        "Invalid event: Transform contains duplicate inputs");
    refused(
        chain,
        new SetTransform(List.of(new TransformInput("name", "input")), good),
        "must be resolved to dataset IDs");
    Transform query = new Transform("datafusion", null, "select 1", null, null);
    refused(chain, new SetTransform(List.of(input), query), "must be normalized");
    Transform none = new Transform("datafusion", null, null, List.of(), null);
    refused(chain, new SetTransform(List.of(input), none), "at least one query");
    Transform two = new Transform("datafusion", null, null, List.of(last, last), null);
    refused(chain, new SetTransform(List.of(input), two), "except the last one must have aliases");
    assertThat(next(chain, new SetTransform(List.of(input), good)).transform()).isNotNull();
  }

  @Test
  void everyChainOfKamuIsAcceptedAndItsStateSurvivesTheCache() throws IOException {
    List<Path> heads = Golden.files("*/dataset/refs/head");
    assertThat(heads).hasSizeGreaterThan(7);
    for (Path head : heads) {
      Path blocks = head.resolveSibling("../blocks").normalize();
      Deque<MetadataBlock> chain = new ArrayDeque<>();
      Deque<Multihash> hashes = new ArrayDeque<>();
      @Nullable Multihash hash = Multihash.parse(Files.readString(head));
      while (hash != null) {
        MetadataBlock block =
            MetadataBlockCodec.decode(Files.readAllBytes(blocks.resolve(hash.toString())));
        chain.push(block);
        hashes.push(hash);
        hash = block.prevBlockHash();
      }
      ChainState state = ChainState.EMPTY;
      while (!chain.isEmpty()) {
        state = ChainState.fromBytes(state.toBytes()).append(hashes.pop(), chain.pop());
      }
      assertThat(state.head()).hasToString(Files.readString(head));
      assertThat(state.rowCount())
          .isEqualTo(1 + (state.lastOffset() == null ? -1 : state.lastOffset()));
    }
  }

  @Test
  void theCachedFormKeepsEverything() {
    ChainState chain = next(root(), new SetVocab("o", null, null, "t"));
    chain = next(chain, source("a", "x INT"));
    chain = next(chain, source("b"));
    chain = next(chain, new DisablePushSource("a"));
    chain = next(chain, new SetInfo("über", List.of("k")));
    chain = next(chain, new SetLicense("s", "n", null, "w"));
    chain = next(chain, new SetAttachments(List.of(new MetadataEvent.Attachment("p", "c"))));
    chain = next(chain, schema(SCHEMA), T0.plusNanos(1));
    chain = next(chain, data(null, slice(0, 9), T0));
    chain =
        next(chain, new AddData(null, 9L, null, null, T0, new SourceState("b", "k", "v"), null));
    ChainState read = ChainState.fromBytes(chain.toBytes());
    assertThat(read.toBytes()).isEqualTo(chain.toBytes());
    assertThat(read.head()).isEqualTo(chain.head());
    assertThat(read.systemTime()).isEqualTo(T0.plusNanos(1));
    assertThat(read.seed()).isEqualTo(new Seed(ID, DatasetKind.ROOT));
    assertThat(read.vocabulary()).isEqualTo(chain.vocabulary());
    assertThat(read.schema()).isEqualTo(SCHEMA);
    assertThat(read.pushSources()).isEqualTo(chain.pushSources());
    assertThat(read.disabledPushSources()).isEqualTo(chain.disabledPushSources());
    assertThat(read.lastOffset()).isEqualTo(9);
    assertThat(read.watermark()).isEqualTo(T0);
    assertThat(read.sourceState("b")).isEqualTo(new SourceState("b", "k", "v"));
    assertThat(read.info()).isEqualTo(chain.info());
    assertThat(read.license()).isEqualTo(chain.license());
    assertThat(read.attachments()).isEqualTo(chain.attachments());
    assertThat(read.rowCount()).isEqualTo(10);
    assertThat(read.dataSize()).isEqualTo(100);
    assertThat(read.sliceCount()).isEqualTo(1);
  }

  @Test
  void aDamagedCacheIsRefused() {
    byte[] bytes = next(root(), source("a")).toBytes();
    for (int i = 0; i < bytes.length; i++) {
      byte[] damaged = bytes.clone();
      damaged[i] ^= 0x40;
      assertThatThrownBy(() -> ChainState.fromBytes(damaged))
          .isInstanceOf(CatchwaterException.class);
    }
    for (int size = 0; size < bytes.length; size++) {
      byte[] cut = java.util.Arrays.copyOf(bytes, size);
      assertThatThrownBy(() -> ChainState.fromBytes(cut)).isInstanceOf(CatchwaterException.class);
    }
  }
}
