package dev.catchwater.ingest.read.text;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A declared form of dates and times (`dateFormat`, `timestampFormat`), in the letters of Java and
/// Spark:
///
/// | letters | take |
/// |---|---|
/// | `yyyy` (`uuuu`) | four digits of the year; `yy` two, 1970 to 2069 |
/// | `MM`, `M` | two digits of the month; one or two |
/// | `MMM` | `Jan` to `Dec`, in any case |
/// | `dd`, `d` | two digits of the day; one or two |
/// | `HH`, `H` | two digits of the hour, 0-23; one or two |
/// | `hh`, `h` with `a` | the same, 1-12, with `AM` or `PM` in any case |
/// | `mm`, `ss` | two digits of minute and second |
/// | `S`… | exactly as many decimals of the second; `[.S]` none or any number, with their point |
/// | `X`, `XX`, `XXX` | `Z`, or `+01`, `+0100`, `+01:00` |
/// | `'T'`, `''` | the letters between quotes; a quote |
///
/// Anything else stands for itself. What a pattern does not name is midnight, UTC. Instead of a
/// pattern: `rfc3339` (the default forms), `epoch-seconds`, `epoch-millis` (whole numbers, for
/// timestamps only). Immutable, thread-safe.
public final class TimePattern {
  private static final String LETTERS = "yuMdHhmsSXa";
  private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";

  private final String pattern;

  private TimePattern(String pattern) {
    this.pattern = pattern;
  }

  /// The pattern of a declared form; null for the default, `rfc3339`.
  ///
  /// @throws IllegalArgumentException with what is wrong, for a form that is not understood
  public static @Nullable TimePattern of(@Nullable String declared) {
    if (declared == null || declared.toLowerCase(Locale.ROOT).equals("rfc3339")) {
      return null;
    }
    TimePattern made = new TimePattern(declared);
    if (!made.isEpoch()) {
      made.check();
    }
    return made;
  }

  /// As it was declared.
  public String text() {
    return pattern;
  }

  /// Whether it is one of the two forms that take numbers.
  public boolean isEpoch() {
    return pattern.equals("epoch-seconds") || pattern.equals("epoch-millis");
  }

  /// Milliseconds in one step of an epoch form.
  public long epochMillis() {
    return pattern.equals("epoch-seconds") ? 1_000 : 1;
  }

  private void check() {
    boolean hasYear = false;
    for (int i = 0; i < pattern.length(); ) {
      char letter = pattern.charAt(i);
      if (letter == '\'') {
        i = quoteEnd(i);
        continue;
      }
      int count = run(i);
      hasYear |= letter == 'y' || letter == 'u';
      boolean isLetter = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
      if (isLetter && letter != 'T' && letter != 'Z' && !isKnown(letter, count)) {
        throw new IllegalArgumentException(
            "\"" + pattern.substring(i, i + count) + "\" is not understood");
      }
      i += count;
    }
    if (!hasYear) {
      throw new IllegalArgumentException("it has no year (yyyy)");
    }
  }

  private static boolean isKnown(char letter, int count) {
    return switch (letter) {
      case 'y', 'u' -> count == 4 || count == 2;
      case 'M' -> count <= 3;
      case 'd', 'H', 'h' -> count <= 2;
      case 'm', 's' -> count == 2;
      case 'S' -> count <= 9;
      case 'X' -> count <= 3;
      case 'a' -> count == 1;
      default -> false;
    };
  }

  private int run(int start) {
    char letter = pattern.charAt(start);
    int i = start + 1;
    if (LETTERS.indexOf(letter) >= 0) {
      while (i < pattern.length() && pattern.charAt(i) == letter) {
        i++;
      }
    } else if (letter == '[') {
      if (!pattern.startsWith("[.S]", start)) {
        throw new IllegalArgumentException("of brackets only [.S] is understood");
      }
      i = start + 4;
    }
    return i - start;
  }

  private int quoteEnd(int start) {
    int end = pattern.indexOf('\'', start + 1);
    if (end < 0) {
      throw new IllegalArgumentException("a quote is not closed");
    }
    return end + 1;
  }

  /// Reads the whole of a text.
  ///
  /// @return whether it has this form and exists in the calendar
  public boolean parse(byte[] bytes, int start, int end, TimeText into) {
    Match match = new Match(bytes, start, end);
    for (int i = 0; i < pattern.length(); ) {
      char letter = pattern.charAt(i);
      if (letter == '\'') {
        int close = quoteEnd(i);
        String literal = close == i + 2 ? "'" : pattern.substring(i + 1, close - 1);
        if (!match.literal(literal)) {
          return false;
        }
        i = close;
        continue;
      }
      int count = run(i);
      boolean isField = LETTERS.indexOf(letter) >= 0;
      boolean taken =
          letter == '['
              ? match.anyFraction()
              : isField
                  ? match.field(letter, count)
                  : match.literal(pattern.substring(i, i + count));
      if (!taken) {
        return false;
      }
      i += count;
    }
    return match.finish(into);
  }

  /// One text being read by a pattern.
  private static final class Match {
    private final byte[] bytes;
    private final int end;
    private int p;
    private int year;
    private int month = 1;
    private int day = 1;
    private int hour;
    private int half = -1;
    private boolean hasHour12;
    private int minute;
    private int second;
    private int nanos;
    private boolean isFiner;
    private int offset;
    private boolean hasZone;

    Match(byte[] bytes, int start, int end) {
      this.bytes = bytes;
      this.p = start;
      this.end = end;
    }

    boolean literal(String text) {
      byte[] expected = text.getBytes(StandardCharsets.UTF_8);
      for (byte b : expected) {
        if (p >= end || bytes[p] != b) {
          return false;
        }
        p++;
      }
      return true;
    }

    boolean field(char letter, int count) {
      return switch (letter) {
        case 'y', 'u' -> {
          year = number(count, count);
          if (count == 2 && year >= 0) {
            year += year < 70 ? 2_000 : 1_900;
          }
          yield year >= 0;
        }
        case 'M' -> (month = count == 3 ? monthName() : number(count, 2)) >= 0;
        case 'd' -> (day = number(count, 2)) >= 0;
        case 'H' -> (hour = number(count, 2)) >= 0;
        case 'h' -> {
          hasHour12 = true;
          yield (hour = number(count, 2)) >= 1 && hour <= 12;
        }
        case 'm' -> (minute = number(2, 2)) >= 0;
        case 's' -> (second = number(2, 2)) >= 0;
        case 'S' -> fraction(count, count);
        case 'X' -> zone(count);
        default -> half();
      };
    }

    boolean anyFraction() {
      if (p >= end || bytes[p] != '.') {
        return true;
      }
      p++;
      return fraction(1, Integer.MAX_VALUE);
    }

    boolean finish(TimeText into) {
      if (hasHour12) {
        hour = hour % 12 + (half == 1 ? 12 : 0);
      }
      int days = TimeText.day(year, month, day);
      if (p != end || days == TimeText.NO_DAY || hour > 23 || minute > 59 || second > 59) {
        return false;
      }
      long seconds = days * 86_400L + hour * 3_600L + minute * 60L + second - offset;
      into.set(seconds, nanos, isFiner, hasZone);
      return true;
    }

    private int number(int digitsMin, int digitsMax) {
      int stop = p;
      while (stop < end && stop - p < digitsMax && bytes[stop] >= '0' && bytes[stop] <= '9') {
        stop++;
      }
      if (stop - p < digitsMin) {
        return -1;
      }
      int number = TimeText.digits(bytes, p, stop);
      p = stop;
      return number;
    }

    private int monthName() {
      if (end - p < 3) {
        return -1;
      }
      String name = new String(bytes, p, 3, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
      int at = MONTHS.indexOf(name);
      p += 3;
      return at < 0 || at % 3 != 0 ? -1 : at / 3 + 1;
    }

    private boolean fraction(int digitsMin, int digitsMax) {
      int first = p;
      for (; p < end && p - first < digitsMax && bytes[p] >= '0' && bytes[p] <= '9'; p++) {
        if (p - first < 9) {
          nanos = nanos * 10 + bytes[p] - '0';
        } else {
          isFiner |= bytes[p] != '0';
        }
      }
      for (int i = p - first; i < 9; i++) {
        nanos *= 10;
      }
      return p - first >= digitsMin;
    }

    private boolean zone(int count) {
      hasZone = true;
      if (p < end && (bytes[p] == 'Z' || bytes[p] == 'z')) {
        p++;
        return true;
      }
      int length = count == 1 ? 3 : count == 2 ? 5 : 6;
      if (end - p < length) {
        return false;
      }
      offset = TimeText.offsetSeconds(bytes, p, p + length);
      p += length;
      return offset != Integer.MIN_VALUE;
    }

    private boolean half() {
      if (end - p < 2 || (bytes[p + 1] | 0x20) != 'm') {
        return false;
      }
      half = (bytes[p] | 0x20) == 'a' ? 0 : (bytes[p] | 0x20) == 'p' ? 1 : -1;
      p += 2;
      return half >= 0;
    }
  }
}
