package dev.catchwater.odf.codec;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.catchwater.odf.identity.Multihash;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The small values of a block: those that may be absent, and the `Timestamp` struct (odf-format
/// §3.3).
///
/// ```
/// 0         4            6    8              12           16
/// │ year i32│ ordinal u16│ pad│ second of day│ nanoseconds│
/// ```
final class FlatScalars {
  static final int TIMESTAMP_SIZE = 16;
  private static final int SECONDS_PER_DAY = 86_400;
  private static final int YEAR_MAX = 999_999_999;

  private FlatScalars() {}

  /// An optional scalar is stored whenever it is set, even when it is 0.
  static void addLong(FlatBufferBuilder to, int slot, @Nullable Long value) {
    if (value != null) {
      to.addLong(value);
      to.slot(slot);
    }
  }

  static void addBoolean(FlatBufferBuilder to, int slot, @Nullable Boolean value) {
    if (value != null) {
      to.addBoolean(value);
      to.slot(slot);
    }
  }

  static int string(FlatBufferBuilder to, @Nullable String value) {
    return value == null ? 0 : to.createString(value);
  }

  static int hash(FlatBufferBuilder to, @Nullable Multihash value) {
    return value == null ? 0 : to.createByteVector(value.toBytes());
  }

  static int strings(FlatBufferBuilder to, @Nullable List<String> values) {
    if (values == null) {
      return 0;
    }
    int[] offsets = new int[values.size()];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = to.createString(values.get(i));
    }
    return to.createVectorOfTables(offsets);
  }

  static void addTimestamp(FlatBufferBuilder to, int slot, @Nullable Instant value) {
    if (value == null) {
      return;
    }
    long epochDay = Math.floorDiv(value.getEpochSecond(), SECONDS_PER_DAY);
    int year = LocalDate.ofEpochDay(epochDay).getYear();
    to.prep(4, TIMESTAMP_SIZE);
    to.putInt(value.getNano());
    to.putInt(Math.floorMod(value.getEpochSecond(), SECONDS_PER_DAY));
    to.pad(2);
    // Not getDayOfYear, which makes a formatter of Year at every start.
    to.putShort((short) (epochDay - LocalDate.of(year, 1, 1).toEpochDay() + 1));
    to.putInt(year);
    to.addStruct(slot, to.offset(), 0);
  }

  /// Any alignment is read: version 2 of the envelope did not align the struct.
  static @Nullable Instant timestamp(FlatTable from, int slot, String field) {
    int at = from.structAt(slot, TIMESTAMP_SIZE);
    if (at == 0) {
      return null;
    }
    int year = from.rawInt(at);
    int ordinal = from.rawUnsignedShort(at + 4);
    long second = from.rawInt(at + 8) & 0xffff_ffffL;
    long nano = from.rawInt(at + 12) & 0xffff_ffffL;
    if (year < -YEAR_MAX
        || year > YEAR_MAX
        || ordinal < 1
        || ordinal > (isLeap(year) ? 366 : 365)
        || second >= SECONDS_PER_DAY
        || nano >= 1_000_000_000) {
      throw FlatTable.corrupt(
          "Block is damaged: " + from.name() + "." + field + " is no point in time");
    }
    long day = LocalDate.of(year, 1, 1).toEpochDay() + ordinal - 1;
    return Instant.ofEpochSecond(day * SECONDS_PER_DAY + second, nano);
  }

  // Not Year.isLeap: loading Year makes a formatter, at every start.
  private static boolean isLeap(int year) {
    return (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0);
  }
}
