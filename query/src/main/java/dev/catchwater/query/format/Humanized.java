package dev.catchwater.query.format;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Numbers, sizes and times as people read them; `-` for none, as in kamu's tables.
public final class Humanized {
  private static final String NONE = "-";
  private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private Humanized() {}

  /// `1,234`
  public static String quantity(long count) {
    if (count == 0) {
      return NONE;
    }
    return grouped(count);
  }

  /// `1,234`, and `0` for none.
  public static String grouped(long count) {
    StringBuilder text = new StringBuilder(Long.toString(count));
    for (int at = text.length() - 3; at > (count < 0 ? 1 : 0); at -= 3) {
      text.insert(at, ',');
    }
    return text.toString();
  }

  /// `512 B`, `12.3 KiB`
  public static String dataSize(long bytes) {
    if (bytes == 0) {
      return NONE;
    }
    if (bytes < 1024) {
      return bytes + " B";
    }
    int unit = 0;
    long rest = bytes;
    while (rest >= 1024 * 1024 && unit < UNITS.length - 1) {
      rest /= 1024;
      unit++;
    }
    long tenths = Math.round(rest * 10 / 1024.0);
    return tenths / 10 + "." + tenths % 10 + " " + UNITS[unit];
  }

  /// `2 minutes ago`, `in 3 days`, `now`
  public static String since(@Nullable Instant time, Instant now) {
    if (time == null) {
      return NONE;
    }
    Duration ago = Duration.between(time, now);
    String span = span(ago.abs().toSeconds());
    if (span.isEmpty()) {
      return "now";
    }
    return ago.isNegative() ? "in " + span : span + " ago";
  }

  private static String span(long seconds) {
    if (seconds < 10) {
      return "";
    } else if (seconds < 60) {
      return seconds + " seconds";
    } else if (seconds < 120) {
      return "a minute";
    } else if (seconds < 3600) {
      return seconds / 60 + " minutes";
    } else if (seconds < 7200) {
      return "an hour";
    } else if (seconds < 86_400) {
      return seconds / 3600 + " hours";
    }
    long days = seconds / 86_400;
    if (days < 2) {
      return "a day";
    } else if (days < 7) {
      return days + " days";
    } else if (days < 14) {
      return "a week";
    } else if (days < 30) {
      return days / 7 + " weeks";
    } else if (days < 60) {
      return "a month";
    } else if (days < 365) {
      return days / 30 + " months";
    } else if (days < 730) {
      return "a year";
    }
    return days / 365 + " years";
  }
}
