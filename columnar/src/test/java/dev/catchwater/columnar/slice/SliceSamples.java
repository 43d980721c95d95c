package dev.catchwater.columnar.slice;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.codec.Codec;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/// Slices of every kind for independent readers: all types, codecs, spreads of values and nulls,
/// one row and several pages. Beside each `NAME.parquet` lies `NAME.json` with its rows.
final class SliceSamples {
  private SliceSamples() {}

  static void write(Path folder) throws IOException {
    SplittableRandom seeds = new SplittableRandom(11);
    for (Codec codec : Codec.values()) {
      for (int rows : new int[] {1, 300, 20_500}) {
        SplittableRandom random = seeds.split();
        // Many columns in small slices, few in large ones: every type meets every codec anyway.
        List<DataField> fields = new ArrayList<>(RandomRows.everyType().fields());
        if (rows > 1_000) {
          int kept = Math.floorMod(codec.number(), 4);
          fields.removeIf(
              field -> !field.name().equals("offset") && field.name().hashCode() % 4 != kept);
        }
        write(folder, codec + "-" + rows, codec, DataSchema.of(fields), random, rows);
      }
    }
  }

  private static void write(
      Path folder, String name, Codec codec, DataSchema schema, SplittableRandom random, int rows)
      throws IOException {
    List<RecordBatch> batches = SliceRoundTripTest.batches(random, schema, rows);
    MemoryFile file = new MemoryFile();
    SliceRoundTripTest.write(file, schema, new SliceOptions(codec, true, 0), batches);
    Files.write(folder.resolve(name + ".parquet"), file.toBytes());
    StringBuilder json = new StringBuilder();
    try (SliceReader reader = SliceReader.open(file)) {
      StoredValues stored = StoredValues.of(schema);
      for (RecordBatch batch : batches) {
        for (int row = 0; row < batch.rowCount(); row++) {
          json.append('[');
          for (int i = 0; i < schema.fields().size(); i++) {
            json.append(i == 0 ? "" : ",");
            DataType type = reader.schema().fields().get(i).type();
            append(json, type.required(), stored.convert(i, batch.column(i)), row);
          }
          json.append("]\n");
        }
      }
    }
    Files.writeString(folder.resolve(name + ".json"), json);
  }

  private static void append(StringBuilder json, DataType type, Column column, int row) {
    if (column.isNull(row)) {
      json.append("null");
      return;
    }
    switch (column) {
      case Column.Bools c -> json.append(c.values()[row] != 0);
      case Column.Ints c ->
          json.append(type == Scalar.UINT32 ? c.values()[row] & 0xffff_ffffL : c.values()[row]);
      case Column.Longs c ->
          json.append(
              type == Scalar.UINT64
                  ? Long.toUnsignedString(c.values()[row])
                  : Long.toString(c.values()[row]));
      case Column.Floats c -> json.append(Float.floatToRawIntBits(c.values()[row]));
      case Column.Doubles c -> json.append(Double.doubleToRawLongBits(c.values()[row]));
      case Column.Bytes c -> {
        byte[] value = Arrays.copyOfRange(c.data(), c.offsets()[row], c.offsets()[row + 1]);
        if (type instanceof DataType.Decimal) {
          json.append(new BigInteger(value));
        } else {
          json.append('"').append(HexFormat.of().formatHex(value)).append('"');
        }
      }
      case Column.Lists c -> {
        DataType item = ((DataType.ListOf) type).itemType().required();
        json.append('[');
        for (int i = c.offsets()[row]; i < c.offsets()[row + 1]; i++) {
          json.append(i == c.offsets()[row] ? "" : ",");
          append(json, item, c.items(), i);
        }
        json.append(']');
      }
      case Column.Structs c -> {
        List<DataField> fields = ((DataType.Struct) type).fields();
        json.append('[');
        for (int i = 0; i < fields.size(); i++) {
          json.append(i == 0 ? "" : ",");
          append(json, fields.get(i).type().required(), c.children().get(i), row);
        }
        json.append(']');
      }
      case Column.Nulls _ -> json.append("null");
    }
  }
}
