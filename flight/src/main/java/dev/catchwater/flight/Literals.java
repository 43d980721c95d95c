package dev.catchwater.flight;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/// Values of parameters as literals of SQL: what a client gave is never more than a value.
/// Stateless.
final class Literals {
  private static final long DAY_MILLIS = 86_400_000L;

  private Literals() {}

  /// The values of a row.
  ///
  /// @throws CatchwaterException `UNSUPPORTED` for types that no parameter can have
  static List<String> of(VectorSchemaRoot root, int row) {
    List<String> literals = new ArrayList<>();
    for (FieldVector vector : root.getFieldVectors()) {
      literals.add(of(vector, row));
    }
    return literals;
  }

  private static String of(FieldVector vector, int row) {
    if (vector.isNull(row)) {
      return "NULL";
    }
    return switch (vector.getField().getType()) {
      case ArrowType.Null _ -> "NULL";
      case ArrowType.Bool _ -> String.valueOf(vector.getObject(row));
      case ArrowType.Int _ -> integer(vector, row);
      case ArrowType.FloatingPoint _ -> cast(String.valueOf(vector.getObject(row)), "DOUBLE");
      case ArrowType.Decimal type ->
          cast(
              String.valueOf(vector.getObject(row)),
              "DECIMAL(" + type.getPrecision() + "," + type.getScale() + ")");
      case ArrowType.Utf8 _, ArrowType.LargeUtf8 _, ArrowType.Utf8View _ ->
          quoted(String.valueOf(vector.getObject(row)));
      case ArrowType.Binary _,
          ArrowType.LargeBinary _,
          ArrowType.FixedSizeBinary _,
          ArrowType.BinaryView _ ->
          bytes((byte[]) vector.getObject(row));
      case ArrowType.Date _ -> cast(date(vector, row).toString(), "DATE");
      case ArrowType.Time _ -> cast(time(vector, row).toString(), "TIME");
      case ArrowType.Timestamp type -> timestamp((TimeStampVector) vector, row, type);
      default ->
          throw CatchwaterException.of(
              ErrorCode.UNSUPPORTED,
              "A parameter cannot be of the Arrow type " + vector.getField().getType());
    };
  }

  private static String integer(FieldVector vector, int row) {
    if (vector instanceof UInt8Vector longs) {
      return Long.toUnsignedString(longs.get(row));
    }
    long value = ((BaseIntVector) vector).getValueAsLong(row);
    // The least number has no positive one of its type, so a minus before a literal would not do.
    return value < 0 ? cast(Long.toString(value), "BIGINT") : Long.toString(value);
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private static String cast(String text, String type) {
    return "CAST(" + quoted(text) + " AS " + type + ")";
  }

  private static String bytes(byte[] value) {
    StringBuilder text = new StringBuilder();
    for (byte b : value) {
      text.append("\\x").append(HexFormat.of().withUpperCase().toHexDigits(b));
    }
    return cast(text.toString(), "BLOB");
  }

  private static LocalDate date(FieldVector vector, int row) {
    return vector instanceof DateDayVector days
        ? LocalDate.ofEpochDay(days.get(row))
        : LocalDate.ofEpochDay(Math.floorDiv(((DateMilliVector) vector).get(row), DAY_MILLIS));
  }

  private static LocalTime time(FieldVector vector, int row) {
    long nanos =
        switch (vector) {
          case TimeSecVector seconds -> seconds.get(row) * 1_000_000_000L;
          case TimeMilliVector millis -> millis.get(row) * 1_000_000L;
          case TimeMicroVector micros -> micros.get(row) * 1_000L;
          case TimeNanoVector exact -> exact.get(row);
          default -> throw new IllegalStateException("no time: " + vector.getField());
        };
    return LocalTime.ofNanoOfDay(nanos);
  }

  private static String timestamp(TimeStampVector vector, int row, ArrowType.Timestamp type) {
    long value = vector.get(row);
    long perSecond = perSecond(type.getUnit());
    Instant instant =
        Instant.ofEpochSecond(
            Math.floorDiv(value, perSecond),
            Math.floorMod(value, perSecond) * (1_000_000_000L / perSecond));
    return type.getTimezone() == null
        ? cast(instant.atOffset(ZoneOffset.UTC).toLocalDateTime().toString(), "TIMESTAMP")
        : cast(instant.toString(), "TIMESTAMP WITH TIME ZONE");
  }

  private static long perSecond(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> 1;
      case MILLISECOND -> 1_000;
      case MICROSECOND -> 1_000_000;
      case NANOSECOND -> 1_000_000_000;
    };
  }
}
