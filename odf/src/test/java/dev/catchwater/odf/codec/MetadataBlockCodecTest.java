package dev.catchwater.odf.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.odf.Golden;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataBlock;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.SetDataSchema;
import dev.catchwater.odf.event.MetadataEvent.SourceState;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.ExtraAttributes;
import dev.catchwater.odf.schema.Scalar;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The byte-exact vectors of odf-format §3.6, every block kamu wrote for the golden datasets, and
/// what the envelope refuses.
class MetadataBlockCodecTest {
  private static final Instant NOON = Instant.parse("2020-01-01T12:00:00Z");
  private static final DataSlice SLICE =
      new DataSlice(sha3("logical"), sha3("physical"), 10, 99, 100);
  private static final SourceState STATE =
      new SourceState("push-source-1", "kamu/kafka-offset", "SOME_OFFSET");

  private static Multihash sha3(String text) {
    return Multihash.sha3(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static AddData addData(
      @Nullable Multihash checkpoint,
      @Nullable Long prevOffset,
      @Nullable DataSlice slice,
      @Nullable Instant watermark,
      @Nullable SourceState state,
      @Nullable ExtraAttributes extra) {
    return new AddData(checkpoint, prevOffset, slice, null, watermark, state, extra);
  }

  private static void assertVector(int size, String sha3, MetadataEvent event) {
    MetadataBlock block = new MetadataBlock(NOON, sha3("prev"), 117, event);
    byte[] bytes = MetadataBlockCodec.encode(block);
    assertThat(bytes).hasSize(size);
    assertThat(HexFormat.of().formatHex(Multihash.sha3(bytes).digest())).isEqualTo(sha3);
    assertThat(MetadataBlockCodec.encode(MetadataBlockCodec.decode(bytes))).isEqualTo(bytes);
  }

  @Test
  void vector1AddDataWithNothing() {
    byte[] bytes =
        MetadataBlockCodec.encode(
            new MetadataBlock(
                NOON, sha3("prev"), 117, addData(null, null, null, null, null, null)));
    assertThat(HexFormat.of().formatHex(bytes))
        .isEqualTo(
            "140000000000000000000a0018000c00080004000a0000001400000003000000000040000000000000000000"
                + "700000001400000000000e002c001c0018000c000b0004000e0000002c0000000000000175000000"
                + "00000000000000001c000000e407000001000000c0a80000000000000400040004000000220000"
                + "0016209eb949bd8ff0bb1d827f11809aebc6bd0d5955c7f368469a913c70d1966202720000");
    assertVector(
        160,
        "a93874702479f83ddff1e7a660ca78085def333c86501b0d895fa3aec79c7189",
        addData(null, null, null, null, null, null));
  }

  @Test
  void vector2AddDataWithCheckpointAndOffset() {
    assertVector(
        216,
        "86aeb7dee0502b4886761de5e45b5111c0bc9e0fbfee02e3685487109305ef56",
        addData(sha3("prev"), 9L, null, null, null, null));
  }

  @Test
  void vector3AddDataWithWatermark() {
    assertVector(
        240,
        "d1b412dab2a6af53f3e1b183834557bbf1c4689e2fc9b92fc0d04741ef607ecc",
        addData(sha3("prev"), 9L, null, NOON, null, null));
  }

  @Test
  void vector4AddDataWithSlice() {
    assertVector(
        392,
        "1fcf10cb843746c4c44e6c288e216995701aa073426fc4bebe14f1680f8ec6d1",
        addData(sha3("prev"), 9L, SLICE, NOON, null, null));
  }

  @Test
  void vector5AddDataWithSourceState() {
    assertVector(
        464,
        "9326dc5daab04877a9f006ff6b1636a8fa9dcec9615b54f741a1a90091eaf694",
        addData(sha3("checkpoint"), 9L, SLICE, null, STATE, null));
  }

  @Test
  void vector6AddDataWithExtra() {
    assertVector(
        568,
        "54f64c642cca6f67416ebe2b29e5d9414ece91f819efe97cd437fbe542c61bbb",
        addData(
            sha3("checkpoint"),
            9L,
            SLICE,
            null,
            STATE,
            new ExtraAttributes(
                "{\"opendatafabric.org/linkedObjects\":"
                    + "{\"numObjectsNaive\":10,\"sizeNaive\":100}}")));
  }

  @Test
  void vector7SetDataSchemaInOdf() {
    ExtraAttributes view =
        new ExtraAttributes(
            "{\"arrow.apache.org/bufferEncoding\":{\"kind\":\"View\",\"offsetBitWidth\":32}}");
    ExtraAttributes link =
        new ExtraAttributes(
            "{\"opendatafabric.org/type\":"
                + "{\"kind\":\"ObjectLink\",\"linkType\":{\"kind\":\"Multihash\"}}}");
    assertVector(
        656,
        "80865248519d55fa04598e24ba42884728efe70956e640dca4df5ec8043c69ca",
        new SetDataSchema(
            null,
            new DataSchema(
                List.of(
                    new DataField("city", Scalar.STRING, view),
                    DataField.of("population", Scalar.UINT64),
                    new DataField("census", new DataType.Option(Scalar.STRING), link),
                    DataField.of("links", new DataType.ListOf(Scalar.STRING, null))),
                new ExtraAttributes("{\"kamu.dev/archetype\":\"Collection\"}"))));
  }

  @Test
  void vector8SetDataSchemaInArrow() {
    byte[] raw =
        Base64.getDecoder()
            .decode(
                "DAAAAAgACAAAAAQACAAAAAQAAAACAAAAQAAAAAQAAADY////GAAAAAwAAAAAAAAGEAAAAAAAAAAEAAQABAAAAAEAAABi"
                    + "AAAAEAAUABAAAAAPAAQAAAAIABAAAAAYAAAAIAAAAAAAAAIcAAAACAAMAAQACwAIAAAAQAAA"
                    + "AAAAAAEAAAAAAQAAAGEAAAA=");
    assertVector(
        312,
        "a7e79d088ca7bac689f12d71ae64b93e7bab62a7db2fec83ea89e9bf90dd89ed",
        new SetDataSchema(raw, null));
  }

  @Test
  void everyBlockKamuWroteIsReadAndWouldBeWrittenTheSame() throws IOException {
    int blocks = 0;
    for (Path file : Golden.files("*/dataset/blocks/*")) {
      byte[] bytes = Files.readAllBytes(file);
      assertThat(Multihash.sha3(bytes)).hasToString(file.getFileName().toString());
      MetadataBlock block = MetadataBlockCodec.decode(bytes);
      assertThat(MetadataBlockCodec.encode(block)).as(file + " " + block).isEqualTo(bytes);
      byte[] event = MetadataBlockCodec.encodeEvent(block.event());
      assertThat(MetadataBlockCodec.decodeEvent(event)).isEqualTo(block.event());
      blocks++;
    }
    assertThat(blocks).isGreaterThan(40);
  }

  @Test
  void versionTwoWithAnUnalignedTimestampIsRead() {
    byte[] block = unalignedVersionTwo();
    MetadataBlock decoded = MetadataBlockCodec.decode(block);
    assertThat(decoded.systemTime()).isEqualTo(NOON);
    assertThat(decoded.sequenceNumber()).isZero();
    assertThat(decoded.event()).isEqualTo(new MetadataEvent.DisablePollingSource());
  }

  @Test
  void otherVersionsAreNamed() {
    for (int version : new int[] {0, 1, 4, 77, -1}) {
      byte[] block = unalignedVersionTwo();
      ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN).putInt(24, version);
      assertThatThrownBy(() -> MetadataBlockCodec.decode(block))
          .isInstanceOfSatisfying(
              CatchwaterException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
          .hasMessageContaining("version " + version);
    }
  }

  /// A block by hand: the struct of the system time begins at a position not divisible by 4.
  private static byte[] unalignedVersionTwo() {
    ByteBuffer inner = ByteBuffer.allocate(60).order(ByteOrder.LITTLE_ENDIAN);
    inner.putInt(0, 20); // root
    short[] vtable = {14, 30, 10, 0, 0, 4, 26}; // at 4: sizes, then slots 0 to 4
    for (int i = 0; i < vtable.length; i++) {
      inner.putShort(4 + 2 * i, vtable[i]);
    }
    inner.putInt(20, 16); // table at 20, back to the vtable at 4
    inner.put(24, (byte) 13); // the ordinal of DisablePollingSource
    inner.putInt(30, 2020).putShort(34, (short) 1).putInt(38, 43_200).putInt(42, 0);
    inner.putInt(46, 8); // the event's table, at 54
    inner.putShort(50, (short) 4).putShort(52, (short) 4);
    inner.putInt(54, 4);
    byte[] content = inner.array();
    ByteBuffer outer = ByteBuffer.allocate(40 + content.length).order(ByteOrder.LITTLE_ENDIAN);
    outer.putInt(0, 16);
    short[] envelope = {10, 20, 12, 8, 4}; // at 4: sizes, then kind, version, content
    for (int i = 0; i < envelope.length; i++) {
      outer.putShort(4 + 2 * i, envelope[i]);
    }
    outer.putInt(16, 12).putInt(20, 16).putInt(24, 2).putLong(28, 0x400000);
    outer.putInt(36, content.length).put(40, content);
    return outer.array();
  }
}
