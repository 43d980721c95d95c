package dev.catchwater.columnar.slice;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.ColumnBuilder;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.TimeUnit;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Schemas and rows of any type, from a seed. A column draws its values from few or many, so that
/// dictionaries, runs, differences and plain pages all occur.
final class RandomRows {
  private final RandomGenerator random;

  RandomRows(RandomGenerator random) {
    this.random = random;
  }

  /// Every type that slices hold, each required and optional.
  static DataSchema everyType() {
    List<DataType> types = new ArrayList<>();
    for (Scalar scalar : Scalar.values()) {
      if (scalar != Scalar.NULL) {
        types.add(scalar);
      }
    }
    types.add(new DataType.Binary(null));
    types.add(new DataType.Binary(5L));
    for (int precision : new int[] {1, 5, 9, 12, 18, 19, 38, 39, 76}) {
      types.add(new DataType.Decimal(precision, precision / 3));
    }
    for (TimeUnit unit : TimeUnit.values()) {
      types.add(new DataType.Time(unit));
      types.add(new DataType.Timestamp(unit, "UTC"));
    }
    types.add(new DataType.Timestamp(TimeUnit.MICROSECOND, ""));
    types.add(new DataType.ListOf(Scalar.STRING, null));
    types.add(new DataType.ListOf(Scalar.INT64.optional(), null));
    types.add(
        new DataType.ListOf(new DataType.ListOf(Scalar.FLOAT64.optional(), null).optional(), null));
    types.add(
        new DataType.Struct(
            List.of(
                DataField.of("x", Scalar.INT32),
                DataField.of("y", Scalar.STRING.optional()),
                DataField.of("z", new DataType.ListOf(Scalar.BOOL, null)))));
    List<DataField> fields = new ArrayList<>();
    fields.add(DataField.of("offset", Scalar.INT64));
    for (int i = 0; i < types.size(); i++) {
      fields.add(DataField.of("r" + i, types.get(i)));
      fields.add(DataField.of("o" + i, types.get(i).optional()));
    }
    fields.add(DataField.of("nothing", Scalar.NULL.optional()));
    return DataSchema.of(fields);
  }

  /// Some columns of any type.
  DataSchema schema() {
    List<DataField> all = everyType().fields();
    List<DataField> fields = new ArrayList<>();
    int count = 1 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      fields.add(DataField.of("c" + i, all.get(random.nextInt(all.size())).type()));
    }
    return DataSchema.of(fields);
  }

  /// How a column's values are spread.
  record Spread(int distinct, int nullPercent) {}

  Spread spread() {
    int[] distinct = {1, 3, 200, 1_000_000};
    int[] nulls = {0, 1, 50, 100};
    return new Spread(
        distinct[random.nextInt(distinct.length)], nulls[random.nextInt(nulls.length)]);
  }

  RecordBatch batch(DataSchema schema, List<Spread> spreads, int rowCount, long firstOffset) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < schema.fields().size(); i++) {
      DataField field = schema.fields().get(i);
      ColumnBuilder builder = ColumnBuilder.of(field.type());
      for (int row = 0; row < rowCount; row++) {
        if (field.name().equals("offset")) {
          ((ColumnBuilder.Longs) builder).append(firstOffset + row);
        } else {
          append(builder, field.type(), spreads.get(i));
        }
      }
      columns.add(builder.build());
    }
    return new RecordBatch(schema, rowCount, columns);
  }

  private void append(ColumnBuilder builder, DataType type, Spread spread) {
    if (type.isOptional() && random.nextInt(100) < spread.nullPercent()) {
      builder.appendNull();
      return;
    }
    DataType required = type.required();
    int pick = random.nextInt(spread.distinct());
    long mixed = (pick + 1) * 0x9e3779b97f4a7c15L;
    switch (builder) {
      case ColumnBuilder.Bools b -> b.append((pick & 1) == 1);
      case ColumnBuilder.Ints b -> b.append(intOf(required, pick, mixed));
      case ColumnBuilder.Longs b -> b.append(longOf(required, pick, mixed));
      case ColumnBuilder.Floats b -> b.append(pick % 7 == 6 ? Float.NaN : pick * 0.37f - 3);
      case ColumnBuilder.Doubles b ->
          b.append(
              switch (pick % 9) {
                case 5 -> Double.NaN;
                case 6 -> -0.0;
                case 7 -> 0.0;
                default -> Double.longBitsToDouble(mixed);
              });
      case ColumnBuilder.Bytes b -> b.append(bytesOf(required, pick, mixed));
      case ColumnBuilder.Lists b -> {
        DataType item = ((DataType.ListOf) required).itemType();
        int length = random.nextInt(4);
        for (int i = 0; i < length; i++) {
          append(b.items(), item, spread);
        }
        b.endList();
      }
      case ColumnBuilder.Structs b -> {
        List<DataField> fields = ((DataType.Struct) required).fields();
        for (int i = 0; i < fields.size(); i++) {
          append(b.children().get(i), fields.get(i).type(), spread);
        }
        b.endStruct();
      }
      case ColumnBuilder.Nulls b -> b.appendNull();
    }
  }

  private static int intOf(DataType type, int pick, long mixed) {
    if (type instanceof Scalar scalar) {
      return switch (scalar) {
        case INT8 -> (byte) mixed;
        case INT16 -> (short) mixed;
        case UINT8 -> (int) mixed & 0xff;
        case UINT16 -> (int) mixed & 0xffff;
        case FLOAT16 -> Float.floatToFloat16(pick % 5 == 4 ? -0.0f : pick % 100 * 0.5f - 9);
        case DATE -> 18_000 + pick % 5_000;
        default -> (int) (mixed >>> 20);
      };
    }
    return pick
        % (type instanceof DataType.Time(TimeUnit unit) && unit == TimeUnit.SECOND
            ? 86_400
            : 86_400_000);
  }

  private static long longOf(DataType type, int pick, long mixed) {
    if (type instanceof DataType.Decimal(int precision, int _)) {
      return mixed % (long) Math.pow(10, precision);
    }
    if (type instanceof DataType.Time(TimeUnit unit)) {
      return unit == TimeUnit.MICROSECOND ? pick * 86_399L : pick * 86_399_000L;
    }
    if (type instanceof DataType.Timestamp(TimeUnit unit, String _)) {
      return unit == TimeUnit.NANOSECOND ? mixed >> 3 : 1_577_836_800_000L + pick * 7L;
    }
    return mixed;
  }

  private static byte[] bytesOf(DataType type, int pick, long mixed) {
    if (type instanceof DataType.Decimal(int precision, int _)) {
      BigInteger limit = BigInteger.TEN.pow(precision);
      BigInteger value = BigInteger.valueOf(mixed).pow(4).remainder(limit);
      byte[] least = (pick % 2 == 0 ? value : value.negate()).toByteArray();
      int width = limit.subtract(BigInteger.ONE).bitLength() / 8 + 1;
      byte[] bytes = new byte[width];
      java.util.Arrays.fill(bytes, (byte) (least[0] < 0 ? -1 : 0));
      System.arraycopy(least, 0, bytes, width - least.length, least.length);
      return bytes;
    }
    if (type instanceof DataType.Binary(Long length) && length != null) {
      byte[] bytes = new byte[length.intValue()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (mixed >>> (8 * i));
      }
      return bytes;
    }
    String text = (pick % 11 == 10 ? "é🚀".repeat(20) : "v") + pick;
    return (pick % 13 == 12 ? "" : text).getBytes(StandardCharsets.UTF_8);
  }
}
