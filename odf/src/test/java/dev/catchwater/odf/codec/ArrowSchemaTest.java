package dev.catchwater.odf.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.TypeText;
import java.util.Base64;
import java.util.List;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

/// The legacy schema: the vector of odf-format §5.1, and every Arrow type written by hand.
class ArrowSchemaTest {
  private static final int TYPE_SLOTS = 3;

  /// A schema with one nullable field `x` of an Arrow type, whose table `type` writes.
  private static byte[] schema(
      int ordinal, ToIntFunction<FlatBufferBuilder> type, int... children) {
    FlatBufferBuilder to = new FlatBufferBuilder(256);
    int field = field(to, "x", true, ordinal, type, children(to, children));
    return finish(to, field);
  }

  private static byte[] finish(FlatBufferBuilder to, int field) {
    int fields = to.createVectorOfTables(new int[] {field});
    to.startTable(2);
    to.addOffset(1, fields, 0);
    to.finish(to.endTable());
    return to.sizedByteArray();
  }

  private static int children(FlatBufferBuilder to, int... ordinals) {
    int[] fields = new int[ordinals.length];
    for (int i = 0; i < ordinals.length; i++) {
      fields[i] = field(to, "c" + i, i > 0, ordinals[i], ArrowSchemaTest::empty, 0);
    }
    return ordinals.length == 0 ? 0 : to.createVectorOfTables(fields);
  }

  private static int field(
      FlatBufferBuilder to,
      String name,
      boolean nullable,
      int ordinal,
      ToIntFunction<FlatBufferBuilder> type,
      int children) {
    int nameAt = to.createString(name);
    int typeAt = type.applyAsInt(to);
    to.startTable(6);
    to.addOffset(0, nameAt, 0);
    to.addBoolean(1, nullable, false);
    to.addByte(2, (byte) ordinal, 0);
    to.addOffset(3, typeAt, 0);
    to.addOffset(5, children, 0);
    return to.endTable();
  }

  private static int empty(FlatBufferBuilder to) {
    to.startTable(0);
    return to.endTable();
  }

  private static ToIntFunction<FlatBufferBuilder> ints(int... values) {
    return to -> {
      to.startTable(TYPE_SLOTS);
      for (int i = 0; i < values.length; i++) {
        to.addInt(values[i]);
        to.slot(i);
      }
      return to.endTable();
    };
  }

  private static ToIntFunction<FlatBufferBuilder> unit(int unit) {
    return to -> {
      to.startTable(TYPE_SLOTS);
      to.addShort((short) unit);
      to.slot(0);
      return to.endTable();
    };
  }

  private static ToIntFunction<FlatBufferBuilder> integer(int bits, boolean signed) {
    return to -> {
      to.startTable(2);
      to.addInt(0, bits, 0);
      to.addBoolean(1, signed, false);
      return to.endTable();
    };
  }

  private static String typeOf(byte[] schema) {
    return TypeText.of(ArrowSchema.read(schema).fields().getFirst().type());
  }

  @Test
  void theVectorOfTheFormat() {
    byte[] bytes =
        Base64.getDecoder()
            .decode(
                "DAAAAAgACAAAAAQACAAAAAQAAAACAAAAQAAAAAQAAADY////GAAAAAwAAAAAAAAGEAAAAAAAAAAEAAQABAAAAAEAAABi"
                    + "AAAAEAAUABAAAAAPAAQAAAAIABAAAAAYAAAAIAAAAAAAAAIcAAAACAAMAAQACwAIAAAAQAAA"
                    + "AAAAAAEAAAAAAQAAAGEAAAA=");
    assertThat(ArrowSchema.read(bytes))
        .isEqualTo(
            DataSchema.of(
                List.of(DataField.of("a", Scalar.INT64), DataField.of("b", Scalar.BOOL))));
  }

  @Test
  void everyArrowTypeWithAnOdfForm() {
    assertThat(typeOf(schema(1, ArrowSchemaTest::empty))).isEqualTo("Null?");
    assertThat(typeOf(schema(2, integer(8, true)))).isEqualTo("Int8?");
    assertThat(typeOf(schema(2, integer(64, false)))).isEqualTo("UInt64?");
    assertThat(typeOf(schema(3, unit(1)))).isEqualTo("Float32?");
    assertThat(typeOf(schema(3, ArrowSchemaTest::empty))).isEqualTo("Float16?");
    assertThat(typeOf(schema(19, ArrowSchemaTest::empty))).isEqualTo("Binary?");
    for (int text : new int[] {5, 20, 24}) {
      assertThat(typeOf(schema(text, ArrowSchemaTest::empty))).isEqualTo("String?");
    }
    assertThat(typeOf(schema(7, ints(10, 2, 128)))).isEqualTo("Decimal(10,2)?");
    assertThat(typeOf(schema(8, ArrowSchemaTest::empty))).isEqualTo("Date?");
    assertThat(typeOf(schema(9, unit(3)))).isEqualTo("Time(Nanosecond)?");
    assertThat(typeOf(schema(10, unit(2)))).isEqualTo("Timestamp(Microsecond, UTC)?");
    assertThat(typeOf(schema(10, ArrowSchemaTest::empty))).isEqualTo("Timestamp(Second, UTC)?");
    assertThat(typeOf(schema(12, ArrowSchemaTest::empty, 5))).isEqualTo("List<String>?");
    assertThat(typeOf(schema(13, ArrowSchemaTest::empty, 5, 6)))
        .isEqualTo("Struct{c0: String, c1: Bool?}?");
    assertThat(typeOf(schema(15, ints(16)))).isEqualTo("Binary(16)?");
    assertThat(typeOf(schema(18, ArrowSchemaTest::empty))).isEqualTo("Duration(Millisecond)?");
    FlatBufferBuilder to = new FlatBufferBuilder(256);
    int entries = field(to, "entries", false, 13, ArrowSchemaTest::empty, children(to, 5, 6));
    int map =
        field(
            to,
            "m",
            false,
            17,
            ArrowSchemaTest::empty,
            to.createVectorOfTables(new int[] {entries}));
    assertThat(typeOf(finish(to, map))).isEqualTo("Map<String,Bool?>");
  }

  @Test
  void typesWithoutAnOdfFormAreNamed() {
    for (int ordinal : new int[] {11, 14, 22}) {
      assertThatThrownBy(() -> ArrowSchema.read(schema(ordinal, ArrowSchemaTest::empty)))
          .isInstanceOfSatisfying(
              CatchwaterException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
          .hasMessageContaining("Column 'x'");
    }
    for (int ordinal : new int[] {0, 27, 12, 17}) {
      assertThatThrownBy(() -> ArrowSchema.read(schema(ordinal, ArrowSchemaTest::empty)))
          .isInstanceOfSatisfying(
              CatchwaterException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT));
    }
  }
}
