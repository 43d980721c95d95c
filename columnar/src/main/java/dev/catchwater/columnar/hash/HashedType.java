package dev.catchwater.columnar.hash;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.parquet.ByteSink;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.TimeUnit;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// How the values of a type enter a leaf's digest.
///
/// @param width bytes of a number; 0 for the others
/// @param item the type of a list's items; null for the others
record HashedType(DataType type, Kind kind, int width, @Nullable HashedType item) {
  private static final int DECIMAL128_DIGITS_MAX = 38;

  enum Kind {
    NULL,
    BOOL,
    NUMBER,
    DECIMAL,
    BYTES,
    LIST
  }

  // Not a switch over the sealed type: its call site is linked at run time, which costs a fresh
  // process some milliseconds.
  static HashedType of(DataType type) {
    if (type instanceof Scalar scalar) {
      return switch (scalar) {
        case BOOL -> new HashedType(type, Kind.BOOL, 0, null);
        case INT8, UINT8 -> new HashedType(type, Kind.NUMBER, 1, null);
        case FLOAT16, INT16, UINT16 -> new HashedType(type, Kind.NUMBER, 2, null);
        case DATE, FLOAT32, INT32, UINT32 -> new HashedType(type, Kind.NUMBER, 4, null);
        case FLOAT64, INT64, UINT64 -> new HashedType(type, Kind.NUMBER, 8, null);
        case STRING -> new HashedType(type, Kind.BYTES, 0, null);
        case NULL -> new HashedType(type, Kind.NULL, 0, null);
      };
    }
    if (type instanceof DataType.Timestamp || type instanceof DataType.Duration) {
      return new HashedType(type, Kind.NUMBER, 8, null);
    }
    if (type instanceof DataType.Time time) {
      return new HashedType(type, Kind.NUMBER, isTime32(time.unit()) ? 4 : 8, null);
    }
    if (type instanceof DataType.Decimal(int precision, int _)) {
      int width = precision <= DECIMAL128_DIGITS_MAX ? 16 : 32;
      return new HashedType(type, Kind.DECIMAL, width, null);
    }
    if (type instanceof DataType.Binary) {
      return new HashedType(type, Kind.BYTES, 0, null);
    }
    if (type instanceof DataType.ListOf list) {
      return new HashedType(type, Kind.LIST, 0, of(list.itemType().required()));
    }
    // Structs in lists and maps have no agreed hash; they are refused where a source is added.
    throw new IllegalArgumentException("no logical hash for " + type.odfName());
  }

  private static boolean isTime32(TimeUnit unit) {
    return unit == TimeUnit.SECOND || unit == TimeUnit.MILLISECOND;
  }

  /// Puts the bytes that stand for the type.
  void putType(ByteSink sink) {
    if (type instanceof Scalar scalar) {
      putScalarType(sink, scalar);
    } else if (type instanceof DataType.Decimal(int precision, int scale)) {
      putShort(sink, 6);
      sink.putLong(width * 8L);
      sink.putLong(precision);
      sink.putLong(scale);
    } else if (type instanceof DataType.Time time) {
      putShort(sink, 8);
      sink.putLong(width * 8L);
      putUnit(sink, time.unit());
    } else if (type instanceof DataType.Timestamp time) {
      putShort(sink, 9);
      putUnit(sink, time.unit());
      byte[] zone = time.timezone().getBytes(StandardCharsets.UTF_8);
      if (zone.length == 0) {
        sink.put(0);
      } else {
        sink.putLong(zone.length);
        sink.put(zone, 0, zone.length);
      }
    } else if (type instanceof DataType.Duration duration) {
      putShort(sink, 17);
      putUnit(sink, duration.unit());
    } else if (type instanceof DataType.Binary) {
      putShort(sink, 3);
    } else if (item != null) {
      putShort(sink, 11);
      item.putType(sink);
    }
  }

  private static void putScalarType(ByteSink sink, Scalar scalar) {
    switch (scalar) {
      case NULL -> putShort(sink, 0);
      case INT8 -> putInteger(sink, true, 8);
      case INT16 -> putInteger(sink, true, 16);
      case INT32 -> putInteger(sink, true, 32);
      case INT64 -> putInteger(sink, true, 64);
      case UINT8 -> putInteger(sink, false, 8);
      case UINT16 -> putInteger(sink, false, 16);
      case UINT32 -> putInteger(sink, false, 32);
      case UINT64 -> putInteger(sink, false, 64);
      case FLOAT16 -> putFloat(sink, 16);
      case FLOAT32 -> putFloat(sink, 32);
      case FLOAT64 -> putFloat(sink, 64);
      case STRING -> putShort(sink, 4);
      case BOOL -> putShort(sink, 5);
      case DATE -> {
        putShort(sink, 7);
        sink.putLong(32);
        putShort(sink, 0);
      }
    }
  }

  private static void putInteger(ByteSink sink, boolean signed, int bits) {
    putShort(sink, 1);
    sink.put(signed ? 1 : 0);
    sink.putLong(bits);
  }

  private static void putFloat(ByteSink sink, int bits) {
    putShort(sink, 2);
    sink.putLong(bits);
  }

  private static void putUnit(ByteSink sink, TimeUnit unit) {
    putShort(
        sink,
        switch (unit) {
          case SECOND -> 0;
          case MILLISECOND -> 1;
          case MICROSECOND -> 2;
          case NANOSECOND -> 3;
        });
  }

  private static void putShort(ByteSink sink, int value) {
    sink.put(value);
    sink.put(value >> 8);
  }

  /// Puts a value that is there.
  void put(ByteSink sink, Column column, int row) {
    if (column instanceof Column.Ints c) {
      putInt(sink, c.values()[row]);
    } else if (column instanceof Column.Longs c) {
      sink.putLong(c.values()[row]);
      if (kind == Kind.DECIMAL) {
        sink.putLong(c.values()[row] >> 63);
      }
    } else if (column instanceof Column.Doubles c) {
      sink.putLong(Double.doubleToRawLongBits(c.values()[row]));
    } else if (column instanceof Column.Floats c) {
      sink.putInt(Float.floatToRawIntBits(c.values()[row]));
    } else if (column instanceof Column.Bools c) {
      sink.put(c.values()[row] == 0 ? 1 : 2);
    } else if (column instanceof Column.Bytes c) {
      putBytes(sink, c.data(), c.offsets()[row], c.offsets()[row + 1]);
    } else if (column instanceof Column.Lists c) {
      putItems(sink, c, row);
    } else {
      // A null column has no value that is there; structs have leaves of their own.
      throw new IllegalArgumentException("no value to hash");
    }
  }

  private void putInt(ByteSink sink, int value) {
    switch (width) {
      case 1 -> sink.put(value);
      case 2 -> putShort(sink, value);
      default -> sink.putInt(value);
    }
  }

  private void putBytes(ByteSink sink, byte[] data, int from, int to) {
    if (kind == Kind.BYTES) {
      sink.putLong(to - from);
      sink.put(data, from, to - from);
      return;
    }
    // A decimal, big-endian: turned around and its sign carried to the full width.
    for (int at = to - 1; at >= from; at--) {
      sink.put(data[at]);
    }
    int sign = to > from && data[from] < 0 ? 0xff : 0;
    for (int i = to - from; i < width; i++) {
      sink.put(sign);
    }
  }

  private void putItems(ByteSink sink, Column.Lists lists, int row) {
    HashedType itemType = item;
    if (itemType == null) {
      throw new IllegalArgumentException("a list for " + type.odfName());
    }
    int from = lists.offsets()[row];
    int to = lists.offsets()[row + 1];
    sink.putLong(to - from);
    Column items = lists.items();
    for (int i = from; i < to; i++) {
      if (items.isNull(i)) {
        sink.put(0);
      } else {
        itemType.put(sink, items, i);
      }
    }
  }
}
