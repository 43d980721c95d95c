package dev.catchwater.odf.error;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The known word a mistyped one was probably meant to be.
public final class Suggestion {
  private static final int LENGTH_MAX = 64;

  private Suggestion() {}

  /// The nearest known word without regard to case, or null where none is near: at most one edit in
  /// three characters, a swap of neighbours being one edit.
  public static @Nullable String closest(String given, Collection<String> known) {
    String best = null;
    int bestDistance = Integer.MAX_VALUE;
    for (String word : known) {
      int distance = distance(given.toLowerCase(Locale.ROOT), word.toLowerCase(Locale.ROOT));
      if (distance < bestDistance) {
        bestDistance = distance;
        best = word;
      }
    }
    int shorter = best == null ? 0 : Math.min(given.length(), best.length());
    return bestDistance <= Math.max(1, shorter / 3) ? best : null;
  }

  /// `did you mean 'word'?`, or the known words where none is near.
  public static String hint(String given, Collection<String> known) {
    String closest = closest(given, known);
    return closest == null
        ? "one of " + String.join(", ", known)
        : "did you mean '" + closest + "'?";
  }

  private static int distance(String a, String b) {
    if (a.length() > LENGTH_MAX || b.length() > LENGTH_MAX) {
      return a.equals(b) ? 0 : LENGTH_MAX;
    }
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        cost[i][j] =
            Math.min(Math.min(cost[i - 1][j] + 1, cost[i][j - 1] + 1), cost[i - 1][j - 1] + change);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
