package dev.catchwater.testkit;

import java.util.Locale;

/// How much is tried. `./test` runs [#FAST], `./test --full` runs [#FULL], `./test --nightly` runs
/// [#NIGHTLY]; each has what the one before it has. The system property `tests.tier` says which one
/// this run is (`mvn -Dtier=full`), in the words of the names in small letters.
///
/// Tests that have no short form carry a tag of JUnit: `slow` begins with [#FULL], `nightly` with
/// [#NIGHTLY].
public enum Tier {
  /// What every commit goes through.
  FAST,
  /// The figures that a change must reach before it is merged.
  FULL,
  /// What takes a night.
  NIGHTLY;

  private static final Tier CURRENT =
      valueOf(System.getProperty("tests.tier", "fast").toUpperCase(Locale.ROOT));

  /// Whether this run is the full one or more.
  public static boolean isFull() {
    return CURRENT.compareTo(FULL) >= 0;
  }

  /// How many of something this run tries.
  public static int pick(int fast, int full, int nightly) {
    return switch (CURRENT) {
      case FAST -> fast;
      case FULL -> full;
      case NIGHTLY -> nightly;
    };
  }

  /// How many of something this run tries, where the night has no figure of its own.
  public static int pick(int fast, int full) {
    return pick(fast, full, full);
  }
}
