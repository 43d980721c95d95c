package dev.catchwater.query.format;

import dev.catchwater.odf.schema.TimeUnit;

/// Dates and times as RFC 3339, in UTC, with 0, 3, 6 or 9 digits of fraction, as few as hold it.
/// Own arithmetic, because the time classes of the JDK are not loaded otherwise by a `tail`.
final class TimeText {
  private static final long DAY_SECONDS = 86_400;

  private TimeText() {}

  /// `2020-01-01T00:00:00.123Z`
  static void timestamp(TextSink sink, long value, TimeUnit unit) {
    long perSecond = perSecond(unit);
    long seconds = Math.floorDiv(value, perSecond);
    date(sink, Math.floorDiv(seconds, DAY_SECONDS));
    sink.put('T');
    clock(sink, Math.floorMod(seconds, DAY_SECONDS));
    fraction(sink, Math.floorMod(value, perSecond) * (1_000_000_000 / perSecond));
    sink.put('Z');
  }

  /// `2020-01-01`, from days since 1970; years outside 0 to 9999 have a sign.
  static void date(TextSink sink, long days) {
    // Days counted from 0000-03-01, in eras of 400 years (Howard Hinnant, civil_from_days).
    long shifted = days + 719_468;
    long era = Math.floorDiv(shifted, 146_097);
    long dayOfEra = shifted - era * 146_097;
    long yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    long shiftedMonth = (5 * dayOfYear + 2) / 153;
    long day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1;
    long month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
    long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
    if (year < 0) {
      sink.put('-').padded(-year, -year > 9999 ? 6 : 4);
    } else if (year > 9999) {
      sink.put('+').number(year);
    } else {
      sink.padded(year, 4);
    }
    sink.put('-').padded(month, 2).put('-').padded(day, 2);
  }

  /// `12:34:56.789`
  static void time(TextSink sink, long value, TimeUnit unit) {
    long perSecond = perSecond(unit);
    clock(sink, value / perSecond);
    fraction(sink, value % perSecond * (1_000_000_000 / perSecond));
  }

  /// `PT1.5S`, a length of time in seconds.
  static void duration(TextSink sink, long value, TimeUnit unit) {
    long perSecond = perSecond(unit);
    sink.ascii(value < 0 ? "-PT" : "PT").number(Math.abs(value / perSecond));
    fraction(sink, Math.abs(value % perSecond) * (1_000_000_000 / perSecond));
    sink.put('S');
  }

  private static void clock(TextSink sink, long secondOfDay) {
    sink.padded(secondOfDay / 3600, 2).put(':');
    sink.padded(secondOfDay / 60 % 60, 2).put(':').padded(secondOfDay % 60, 2);
  }

  private static void fraction(TextSink sink, long nanos) {
    if (nanos == 0) {
      return;
    }
    sink.put('.');
    if (nanos % 1_000_000 == 0) {
      sink.padded(nanos / 1_000_000, 3);
    } else if (nanos % 1_000 == 0) {
      sink.padded(nanos / 1_000, 6);
    } else {
      sink.padded(nanos, 9);
    }
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
