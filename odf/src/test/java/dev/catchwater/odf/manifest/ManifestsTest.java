package dev.catchwater.odf.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.Golden;
import dev.catchwater.odf.codec.MetadataBlockCodec;
import dev.catchwater.odf.event.MetadataBlock;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.event.MetadataEvent.SetDataSchema;
import dev.catchwater.odf.event.MetadataEvent.SetTransform;
import dev.catchwater.odf.event.MetadataEvent.SetVocab;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.odf.source.ReadStep;
import dev.catchwater.odf.source.Transform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What manifests mean: the same events as kamu stored for them, in every notation.
class ManifestsTest {

  private static List<DatasetSnapshot> read(String yaml) {
    return Manifests.readSnapshots("m.yaml", yaml.getBytes(StandardCharsets.UTF_8));
  }

  private static AddPushSource source(String read, String merge) {
    DatasetSnapshot snapshot =
        read("""
        kind: DatasetSnapshot
        version: 1
        content:
          name: a
          kind: Root
          metadata:
            - kind: AddPushSource
              sourceName: default
              read: %s
              merge: %s
        """
                .formatted(read, merge))
            .getFirst();
    return (AddPushSource) snapshot.metadata().getFirst();
  }

  @Test
  void aManifestMeansTheEventsThatKamuStoredForIt() throws IOException {
    List<Path> manifests = Golden.files("*/manifest.yaml");
    assertThat(manifests).hasSizeGreaterThan(7);
    for (Path manifest : manifests) {
      DatasetSnapshot snapshot =
          Manifests.readSnapshots("manifest.yaml", Files.readAllBytes(manifest)).getFirst();
      List<MetadataEvent> stored = storedEvents(manifest.resolveSibling("dataset"));
      assertThat(stored.subList(1, 1 + snapshot.metadata().size()))
          .as(manifest.toString())
          .isEqualTo(snapshot.metadata());
      assertThat(snapshot.name())
          .hasToString(manifest.resolveSibling(".").normalize().getFileName().toString());
    }
  }

  private static List<MetadataEvent> storedEvents(Path dataset) throws IOException {
    Deque<MetadataEvent> events = new ArrayDeque<>();
    @Nullable Multihash hash = Multihash.parse(Files.readString(dataset.resolve("refs/head")));
    while (hash != null) {
      MetadataBlock block =
          MetadataBlockCodec.decode(
              Files.readAllBytes(dataset.resolve("blocks").resolve(hash.toString())));
      events.push(block.event());
      hash = block.prevBlockHash();
    }
    return List.copyOf(events);
  }

  @Test
  void theOlderSpellingOfDdlIsTheSame() throws IOException {
    Path manifest = Golden.ROOT.resolve("gps/manifest.yaml");
    String newer = Files.readString(manifest);
    assertThat(newer).contains("ddlSchema:");
    assertThat(read(newer.replace("ddlSchema:", "schema:"))).isEqualTo(read(newer));
  }

  @Test
  void A49_bothKeysOfTheDdlListMeanTheSame() {
    String list = "[date TIMESTAMP, city STRING, population BIGINT]";
    AddPushSource older =
        source("{kind: Csv, header: true, schema: " + list + "}", "{kind: Append}");
    AddPushSource newer =
        source("{kind: Csv, header: true, ddlSchema: " + list + "}", "{kind: Append}");
    assertThat(older).isEqualTo(newer);
    assertThat(older.read().ddlSchema())
        .containsExactly("date TIMESTAMP", "city STRING", "population BIGINT");
  }

  @Test
  void kindsMayBeWrittenInThreeWays() {
    for (String kind : List.of("NdJson", "ndJson", "ndjson")) {
      assertThat(source("{kind: " + kind + "}", "{kind: append}").read())
          .isInstanceOf(ReadStep.NdJson.class);
    }
    assertThat(source("{kind: csv}", "{kind: upsertStream, primaryKey: [a]}").merge())
        .isEqualTo(new MergeStrategy.UpsertStream(List.of("a")));
  }

  @Test
  void typesHaveAShortAndALongForm() {
    AddPushSource source =
        source(
            "{kind: Parquet, schema: {fields: ["
                + "{name: a, type: int64}, {name: b, type: {kind: Option, inner: Timestamp}},"
                + " {name: c, type: {kind: List, itemType: {kind: Decimal, precision: 5, scale: 1}}},"
                + " {name: d, type: {kind: Timestamp, unit: Second, timezone: UTC},"
                + " extra: {b.c/d: {z: 1, a: [x, 'y', null, true]}}}]}}",
            "{kind: Append}");
    List<DataField> fields = java.util.Objects.requireNonNull(source.read().schema()).fields();
    assertThat(fields.get(0).type()).isEqualTo(Scalar.INT64);
    assertThat(fields.get(1).type()).isEqualTo(DataType.Timestamp.MILLIS_UTC.optional());
    assertThat(fields.get(2).type())
        .isEqualTo(new DataType.ListOf(new DataType.Decimal(5, 1), null));
    assertThat(java.util.Objects.requireNonNull(fields.get(3).extra()).json())
        .isEqualTo("{\"b.c/d\":{\"a\":[\"x\",\"y\",null,true],\"z\":1}}");
  }

  @Test
  void aQueryBecomesOneStepWithoutAnAlias() {
    String yaml =
        """
        kind: DatasetSnapshot
        version: 1
        content:
          name: a
          kind: derivative
          metadata:
            - kind: SetTransform
              inputs:
                - datasetRef: player-scores
                  alias: player_scores
              transform:
                kind: Sql
                engine: datafusion
                query: select 1
            - kind: SetVocab
              eventTimeColumn: match_time
        """;
    DatasetSnapshot snapshot = read(yaml).getFirst();
    assertThat(snapshot.kind()).isEqualTo(MetadataEvent.DatasetKind.DERIVATIVE);
    SetTransform transform = (SetTransform) snapshot.metadata().getFirst();
    assertThat(transform.transform())
        .isEqualTo(
            new Transform(
                "datafusion",
                null,
                null,
                List.of(new Transform.SqlQueryStep(null, "select 1")),
                null));
    assertThat(snapshot.metadata().getLast())
        .isEqualTo(new SetVocab(null, null, null, "match_time"));
  }

  @Test
  void aNameMayHaveAnAccountBeforeIt() {
    DatasetSnapshot snapshot =
        read("{kind: DatasetSnapshot, version: 1,"
                + " content: {name: me/a.b, kind: Root, metadata: []}}")
            .getFirst();
    assertThat(snapshot.account()).isEqualTo("me");
    assertThat(snapshot.name()).hasToString("a.b");
  }

  @Test
  void A46_aSchemaMayBePredefined() {
    DatasetSnapshot snapshot =
        read("""
        kind: DatasetSnapshot
        version: 1
        content:
          name: a
          kind: Root
          metadata:
            - kind: AddPushSource
              sourceName: default
              read: {kind: NdJson}
              merge: {kind: Ledger, primaryKey: [date, city]}
            - kind: SetVocab
              eventTimeColumn: date
            - kind: SetDataSchema
              schema:
                fields:
                  - {name: offset, type: Int64}
                  - {name: op, type: Int32}
                  - {name: system_time, type: Timestamp}
                  - {name: date, type: Timestamp}
                  - {name: city, type: String}
                  - {name: population, type: Int64}
        """)
            .getFirst();
    assertThat(snapshot.metadata().getLast()).isInstanceOf(SetDataSchema.class);
  }

  @Test
  void anAnchoredNodeStandsForItself() {
    DatasetSnapshot snapshot =
        read("""
        kind: DatasetSnapshot
        version: 1
        content:
          name: a
          kind: Root
          metadata:
            - kind: AddPushSource
              sourceName: one
              read: &read {kind: NdJson, schema: [x INT]}
              merge: {kind: Append}
            - kind: AddPushSource
              sourceName: two
              read: *read
              merge: {kind: Append}
        """)
            .getFirst();
    assertThat(((AddPushSource) snapshot.metadata().getFirst()).read())
        .isEqualTo(((AddPushSource) snapshot.metadata().getLast()).read());
  }
}
