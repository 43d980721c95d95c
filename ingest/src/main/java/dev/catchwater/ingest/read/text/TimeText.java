package dev.catchwater.ingest.read.text;

import dev.catchwater.odf.schema.TimeUnit;

/// Points in time, dates and times of day as texts, read by position. The forms are kamu's:
///
/// ```
/// 2020-01-31   2020-01-31T23:59:59   2020-01-31 23:59:59.123456789Z   …+01:00   …-0130   … -08
/// ```
///
/// `t` and `z` may be small; without a zone it is UTC. Refused: other forms, days and hours that do
/// not exist, `24:00:00`, leap seconds, offsets of a day and more, years outside 0001-9999. Digits
/// behind the nanoseconds are not kept, only whether one was not zero. Used by one thread.
public final class TimeText {
  /// What [#day] gives for a text that is no day.
  public static final int NO_DAY = Integer.MIN_VALUE;

  private static final int SECONDS_PER_DAY = 86_400;
  private static final int DATE_LENGTH = 10;
  private static final int TIME_LENGTH = 8;
  private static final int[] DAYS_BEFORE_MONTH = {
    0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334
  };

  private long seconds;
  private int nanos;
  private boolean isFiner;
  private boolean hasZone;

  /// Whole seconds since 1970 (for [#parseTime] since midnight), rounded down.
  public long seconds() {
    return seconds;
  }

  /// Nanoseconds behind them.
  public int nanos() {
    return nanos;
  }

  /// Whether the text named its distance from UTC.
  public boolean hasZone() {
    return hasZone;
  }

  /// The same in units since 1970 or midnight, cut.
  public long in(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> seconds;
      case MILLISECOND -> seconds * 1_000 + nanos / 1_000_000;
      case MICROSECOND -> seconds * 1_000_000 + nanos / 1_000;
      case NANOSECOND -> Math.addExact(Math.multiplyExact(seconds, 1_000_000_000L), nanos);
    };
  }

  /// Whether [#in] leaves something out.
  public boolean isCutIn(TimeUnit unit) {
    return isFiner
        || switch (unit) {
          case SECOND -> nanos != 0;
          case MILLISECOND -> nanos % 1_000_000 != 0;
          case MICROSECOND -> nanos % 1_000 != 0;
          case NANOSECOND -> false;
        };
  }

  /// Sets the point in time.
  void set(long epochSeconds, int nanosOfSecond, boolean finer, boolean zone) {
    seconds = epochSeconds;
    nanos = nanosOfSecond;
    isFiner = finer;
    hasZone = zone;
  }

  /// Reads the usual form, `2020-01-31T23:59:59Z` with or without up to nine decimals, that begins
  /// at `start`.
  ///
  /// @param bytes has 20 more bytes behind `start`, and ends with a byte that is no digit
  /// @return where it ends, or -1 where it is another form or no time
  public int scan(byte[] bytes, int start) {
    int day = day(bytes, start);
    if (day == NO_DAY || (bytes[start + DATE_LENGTH] != 'T' && bytes[start + DATE_LENGTH] != ' ')) {
      return -1;
    }
    int second = secondOfDay(bytes, start + DATE_LENGTH + 1);
    if (second < 0) {
      return -1;
    }
    int p = start + DATE_LENGTH + 1 + TIME_LENGTH;
    int fraction = 0;
    if (bytes[p] == '.') {
      int first = ++p;
      int digit = bytes[p] - '0';
      while (digit >= 0 && digit <= 9 && p - first < 9) {
        fraction = fraction * 10 + digit;
        digit = bytes[++p] - '0';
      }
      if (p == first) {
        return -1;
      }
      for (int i = p - first; i < 9; i++) {
        fraction *= 10;
      }
    }
    if (bytes[p] != 'Z') {
      return -1;
    }
    seconds = (long) day * SECONDS_PER_DAY + second;
    nanos = fraction;
    isFiner = false;
    hasZone = true;
    return p + 1;
  }

  /// Reads the whole of a text in any of the forms.
  ///
  /// @return whether it is a point in time
  public boolean parse(byte[] bytes, int start, int end) {
    if (end - start < DATE_LENGTH) {
      return false;
    }
    int day = day(bytes, start);
    if (day == NO_DAY) {
      return false;
    }
    if (end - start == DATE_LENGTH) {
      set((long) day * SECONDS_PER_DAY, 0, false, false);
      return true;
    }
    byte between = bytes[start + DATE_LENGTH];
    if (between != 'T' && between != 't' && between != ' ') {
      return false;
    }
    int p = timeOfDay(bytes, start + DATE_LENGTH + 1, end);
    if (p < 0) {
      return false;
    }
    seconds += (long) day * SECONDS_PER_DAY;
    return zone(bytes, p, end);
  }

  /// Reads a time of day, `23:59:59` with or without decimals, as seconds since midnight.
  ///
  /// @return whether it is one
  public boolean parseTime(byte[] bytes, int start, int end) {
    hasZone = false;
    return timeOfDay(bytes, start, end) == end;
  }

  /// The day of `2020-01-31`, in days since 1970, or [#NO_DAY].
  ///
  /// @param bytes has ten bytes behind `start`
  public static int day(byte[] bytes, int start) {
    int y1 = bytes[start] - '0';
    int y2 = bytes[start + 1] - '0';
    int y3 = bytes[start + 2] - '0';
    int y4 = bytes[start + 3] - '0';
    int m1 = bytes[start + 5] - '0';
    int m2 = bytes[start + 6] - '0';
    int d1 = bytes[start + 8] - '0';
    int d2 = bytes[start + 9] - '0';
    int low = y1 | y2 | y3 | y4 | m1 | m2 | d1 | d2;
    int high =
        (9 - y1) | (9 - y2) | (9 - y3) | (9 - y4) | (9 - m1) | (9 - m2) | (9 - d1) | (9 - d2);
    if ((low | high) < 0 || bytes[start + 4] != '-' || bytes[start + 7] != '-') {
      return NO_DAY;
    }
    return day(y1 * 1_000 + y2 * 100 + y3 * 10 + y4, m1 * 10 + m2, d1 * 10 + d2);
  }

  /// The day of a date of the proleptic Gregorian calendar, in days since 1970, or [#NO_DAY] where
  /// it does not exist or its year is not 1 to 9999.
  public static int day(int year, int month, int dayOfMonth) {
    if (year < 1 || year > 9_999 || month < 1 || month > 12 || dayOfMonth < 1) {
      return NO_DAY;
    }
    boolean leap = (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0);
    if (dayOfMonth > 28 && dayOfMonth > daysOf(month, leap)) {
      return NO_DAY;
    }
    int before = year - 1;
    int days = before * 365 + before / 4 - before / 100 + before / 400 - 719_162;
    days += DAYS_BEFORE_MONTH[month] + dayOfMonth - 1;
    return leap && month > 2 ? days + 1 : days;
  }

  private static int daysOf(int month, boolean leap) {
    return switch (month) {
      case 2 -> leap ? 29 : 28;
      case 4, 6, 9, 11 -> 30;
      default -> 31;
    };
  }

  /// The whole of a date: `2020-01-31`, `2020-1-1`, `20200131`; or [#NO_DAY].
  public static int parseDay(byte[] bytes, int start, int end) {
    int length = end - start;
    if (length == DATE_LENGTH) {
      int day = day(bytes, start);
      if (day != NO_DAY) {
        return day;
      }
    }
    if (length == 8 && digits(bytes, start, end) >= 0) {
      int all = digits(bytes, start, end);
      return day(all / 10_000, all / 100 % 100, all % 100);
    }
    if (length < 8 || length > DATE_LENGTH || bytes[start + 4] != '-') {
      return NO_DAY;
    }
    int dash = bytes[start + 6] == '-' ? start + 6 : start + 7;
    if (bytes[dash] != '-' || end - dash < 2 || end - dash > 3) {
      return NO_DAY;
    }
    int year = digits(bytes, start, start + 4);
    int month = digits(bytes, start + 5, dash);
    int dayOfMonth = digits(bytes, dash + 1, end);
    return day(year, month, dayOfMonth);
  }

  /// Nine or fewer ASCII digits as a number, or -1.
  static int digits(byte[] bytes, int start, int end) {
    int number = 0;
    for (int p = start; p < end; p++) {
      int digit = bytes[p] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return start < end ? number : -1;
  }

  private static int secondOfDay(byte[] bytes, int start) {
    int h1 = bytes[start] - '0';
    int h2 = bytes[start + 1] - '0';
    int m1 = bytes[start + 3] - '0';
    int m2 = bytes[start + 4] - '0';
    int s1 = bytes[start + 6] - '0';
    int s2 = bytes[start + 7] - '0';
    int low = h1 | h2 | m1 | m2 | s1 | s2;
    int high = (9 - h1) | (9 - h2) | (5 - m1) | (9 - m2) | (5 - s1) | (9 - s2);
    int hour = h1 * 10 + h2;
    if ((low | high) < 0 || hour > 23 || bytes[start + 2] != ':' || bytes[start + 5] != ':') {
      return -1;
    }
    return hour * 3_600 + (m1 * 10 + m2) * 60 + s1 * 10 + s2;
  }

  /// Reads `23:59:59` and its decimals into this; gives where it ends, or -1.
  private int timeOfDay(byte[] bytes, int start, int end) {
    if (end - start < TIME_LENGTH) {
      return -1;
    }
    int second = secondOfDay(bytes, start);
    if (second < 0) {
      return -1;
    }
    seconds = second;
    nanos = 0;
    isFiner = false;
    int p = start + TIME_LENGTH;
    if (p == end || bytes[p] != '.') {
      return p;
    }
    int first = ++p;
    for (; p < end; p++) {
      int digit = bytes[p] - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      if (p - first < 9) {
        nanos = nanos * 10 + digit;
      } else if (digit != 0) {
        isFiner = true;
      }
    }
    for (int i = p - first; i < 9; i++) {
      nanos *= 10;
    }
    return p == first ? -1 : p;
  }

  /// Takes the rest of a time as its zone.
  private boolean zone(byte[] bytes, int start, int end) {
    hasZone = start < end;
    int p = start;
    if (p == end) {
      return true;
    }
    if (end - p == 1 && (bytes[p] == 'Z' || bytes[p] == 'z')) {
      return true;
    }
    if (bytes[p] == ' ') {
      p++;
    }
    int offset = offsetSeconds(bytes, p, end);
    if (offset == Integer.MIN_VALUE) {
      return false;
    }
    seconds -= offset;
    return true;
  }

  /// The seconds of `+01:00`, `-0130` or `+08`, or [Integer#MIN_VALUE].
  static int offsetSeconds(byte[] bytes, int start, int end) {
    int length = end - start;
    if ((length != 6 && length != 5 && length != 3)
        || (bytes[start] != '+' && bytes[start] != '-')
        || (length == 6 && bytes[start + 3] != ':')) {
      return Integer.MIN_VALUE;
    }
    int hours = digits(bytes, start + 1, start + 3);
    int minutes = length == 3 ? 0 : digits(bytes, end - 2, end);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) {
      return Integer.MIN_VALUE;
    }
    int offset = hours * 3_600 + minutes * 60;
    return bytes[start] == '-' ? -offset : offset;
  }
}
