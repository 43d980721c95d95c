package dev.catchwater.cli.config;

/// Numbers with units, as settings have them: `64MiB`, `30s`. A unit may stand behind a space; none
/// is guessed. Stateless.
public final class Units {
  private static final String[] SIZES = {"B", "kB", "KiB", "MB", "MiB", "GB", "GiB"};
  private static final long[] BYTES = {
    1, 1_000, 1L << 10, 1_000_000, 1L << 20, 1_000_000_000, 1L << 30
  };
  private static final String[] TIMES = {"ms", "s", "min", "h", "d"};
  private static final long[] MILLIS = {1, 1_000, 60_000, 3_600_000, 86_400_000};

  private Units() {}

  /// A whole number, -1 where it is none.
  static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /// A size in bytes, -1 where it is none.
  static long bytes(String text) {
    return scaled(text, SIZES, BYTES);
  }

  /// A time in milliseconds, -1 where it is none.
  public static long millis(String text) {
    return scaled(text, TIMES, MILLIS);
  }

  private static long scaled(String text, String[] units, long[] scales) {
    int end = 0;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    String unit = text.substring(end).strip();
    for (int i = 0; i < units.length; i++) {
      if (units[i].equals(unit)) {
        long count = number(text.substring(0, end));
        return count > Long.MAX_VALUE / scales[i] ? -1 : count * scales[i];
      }
    }
    return -1;
  }
}
