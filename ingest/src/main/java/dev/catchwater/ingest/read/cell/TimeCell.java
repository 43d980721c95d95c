package dev.catchwater.ingest.read.cell;

import dev.catchwater.columnar.batch.ColumnBuilder;
import dev.catchwater.ingest.read.text.TimePattern;
import dev.catchwater.ingest.read.text.TimeText;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.TimeUnit;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/// The columns of times. What is finer than the column is cut and counted.
public abstract class TimeCell extends Cell {
  public final TimeText reader = new TimeText();
  public final Tally tally;

  public TimeCell(DataType type, ColumnBuilder builder, Tally tally) {
    super(type, builder);
    this.tally = tally;
  }

  public final long taken(TimeUnit unit) {
    if (reader.isCutIn(unit)) {
      tally.truncatedTimes++;
    }
    try {
      return reader.in(unit);
    } catch (ArithmeticException _) {
      throw BadValue.of("Expected " + expectation() + " that fits " + unit.odfName() + "s", null);
    }
  }

  // Apart, because a push without decimals does not load what they need.
  private static final class Range {
    private static final BigDecimal MILLIS_MIN = BigDecimal.valueOf(-62_135_596_800_000L);
    private static final BigDecimal MILLIS_MAX = BigDecimal.valueOf(253_402_300_799_999L);
  }

  /// Timestamp.
  public static final class Point extends TimeCell {
    private final ColumnBuilder.Longs longs;
    private final TimeUnit unit;
    private final @Nullable ZoneId zone;
    private final @Nullable TimePattern pattern;
    private final long millisInNumber;

    /// @param millisInNumber what a number counts: 1 for milliseconds, 1,000 for seconds
    public Point(
        DataType type,
        DataType.Timestamp timestamp,
        ColumnBuilder.Longs longs,
        Tally tally,
        long millisInNumber) {
      this(type, timestamp, longs, tally, millisInNumber, tally.timestampFormat);
    }

    public Point(
        DataType type,
        DataType.Timestamp timestamp,
        ColumnBuilder.Longs longs,
        Tally tally,
        long millisInNumber,
        @Nullable TimePattern declared) {
      super(type, longs, tally);
      this.longs = longs;
      this.unit = timestamp.unit();
      this.zone = zoneOf(timestamp.timezone());
      this.pattern = declared;
      this.millisInNumber =
          declared != null && declared.isEpoch() ? declared.epochMillis() : millisInNumber;
    }

    private static @Nullable ZoneId zoneOf(String name) {
      return name.equals("UTC") || name.isEmpty() ? null : ZoneId.of(name);
    }

    @Override
    public int json(JsonScanner scanner, byte[] b, int start) {
      if (pattern == null && b[start] == '"') {
        int end = reader.scan(b, start + 1);
        if (end > 0 && b[end] == '"') {
          longs.append(taken(unit));
          return end + 1;
        }
      }
      return super.json(scanner, b, start);
    }

    @Override
    public int csv(byte[] b, int start, byte[] kinds) {
      int end = pattern == null ? reader.scan(b, start) : -1;
      if (end < 0 || kinds[b[end] & 0xFF] < FIELD_END) {
        return -1;
      }
      longs.append(taken(unit));
      return end;
    }

    @Override
    public void text(byte[] b, int start, int end) {
      if (pattern != null && pattern.isEpoch()) {
        if (!isNumber(b, start, end)) {
          throw expected(b, start, end);
        }
        number(b, start, end);
        return;
      }
      boolean ok =
          pattern == null ? reader.parse(b, start, end) : pattern.parse(b, start, end, reader);
      if (!ok) {
        throw expected(b, start, end);
      }
      long units = taken(unit);
      longs.append(reader.hasZone() || zone == null ? units : units - shift());
    }

    /// How far a time without zone is ahead of UTC, in the column's unit.
    private long shift() {
      if (zone == null) {
        return 0;
      }
      LocalDateTime local =
          LocalDateTime.ofEpochSecond(reader.seconds(), reader.nanos(), ZoneOffset.UTC);
      long seconds = zone.getRules().getOffset(local).getTotalSeconds();
      return switch (unit) {
        case SECOND -> seconds;
        case MILLISECOND -> seconds * 1_000;
        case MICROSECOND -> seconds * 1_000_000;
        case NANOSECOND -> seconds * 1_000_000_000;
      };
    }

    @Override
    public void number(byte[] b, int start, int end) {
      if (pattern != null && !pattern.isEpoch()) {
        throw expected(b, start, end);
      }
      BigDecimal millis =
          NumberCell.decimal(b, start, end).multiply(BigDecimal.valueOf(millisInNumber));
      if (millis.compareTo(Range.MILLIS_MIN) < 0 || millis.compareTo(Range.MILLIS_MAX) > 0) {
        throw expected(
            b, start, end, millisInNumber == 1 ? "a number counts milliseconds since 1970" : null);
      }
      BigDecimal units =
          switch (unit) {
            case SECOND -> millis.movePointLeft(3);
            case MILLISECOND -> millis;
            case MICROSECOND -> millis.movePointRight(3);
            case NANOSECOND -> millis.movePointRight(6);
          };
      BigDecimal whole = units.setScale(0, RoundingMode.FLOOR);
      if (whole.compareTo(units) != 0) {
        tally.truncatedTimes++;
      }
      longs.append(whole.longValueExact());
    }

    @Override
    public String expectation() {
      return pattern == null
          ? "Timestamp (RFC 3339, like 2020-01-31T23:59:59Z)"
          : "Timestamp (" + pattern.text() + ")";
    }
  }

  /// Date: a day, or the day in UTC of a point in time.
  static final class Day extends TimeCell {
    private static final int SECONDS_PER_DAY = 86_400;
    private final ColumnBuilder.Ints ints;

    Day(DataType type, ColumnBuilder.Ints ints, Tally tally) {
      super(type, ints, tally);
      this.ints = ints;
    }

    @Override
    public void text(byte[] b, int start, int end) {
      TimePattern pattern = tally.dateFormat;
      if (pattern == null) {
        int day = TimeText.parseDay(b, start, end);
        if (day != TimeText.NO_DAY) {
          ints.append(day);
          return;
        }
      }
      boolean ok =
          pattern == null ? reader.parse(b, start, end) : pattern.parse(b, start, end, reader);
      if (!ok) {
        throw expected(b, start, end);
      }
      long seconds = reader.seconds();
      if (Math.floorMod(seconds, SECONDS_PER_DAY) != 0 || reader.isCutIn(TimeUnit.SECOND)) {
        tally.truncatedTimes++;
      }
      ints.append((int) Math.floorDiv(seconds, SECONDS_PER_DAY));
    }

    @Override
    public String expectation() {
      TimePattern pattern = tally.dateFormat;
      return pattern == null ? "Date (like 2020-01-31)" : "Date (" + pattern.text() + ")";
    }
  }

  /// Time of day.
  static final class OfDay extends TimeCell {
    private final TimeUnit unit;

    OfDay(DataType type, TimeUnit unit, ColumnBuilder builder, Tally tally) {
      super(type, builder, tally);
      this.unit = unit;
    }

    @Override
    public void text(byte[] b, int start, int end) {
      if (!reader.parseTime(b, start, end)) {
        throw expected(b, start, end);
      }
      long value = taken(unit);
      switch (builder) {
        case ColumnBuilder.Ints ints -> ints.append((int) value);
        case ColumnBuilder.Longs longs -> longs.append(value);
        default -> throw new IllegalStateException("a time of day is a number");
      }
    }

    @Override
    public String expectation() {
      return "Time (like 23:59:59.999)";
    }
  }
}
