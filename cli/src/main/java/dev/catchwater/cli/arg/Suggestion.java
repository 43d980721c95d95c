package dev.catchwater.cli.arg;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What somebody may have meant.
public final class Suggestion {
  private Suggestion() {}

  /// The candidate with the fewest typing errors between it and the word, or null where all are too
  /// far away to be meant.
  public static @Nullable String nearest(String word, Collection<String> candidates) {
    String lower = word.toLowerCase(Locale.ROOT);
    String nearest = null;
    int least = Integer.MAX_VALUE;
    for (String candidate : candidates) {
      int distance = distance(lower, candidate.toLowerCase(Locale.ROOT));
      boolean isPrefix = lower.length() > 2 && candidate.startsWith(lower);
      distance = isPrefix ? Math.min(distance, 1) : distance;
      if (distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    return nearest != null && least <= Math.max(1, Math.min(word.length(), nearest.length()) / 3)
        ? nearest
        : null;
  }

  /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
  static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      cost[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      cost[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int replace = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        cost[i][j] = Math.min(replace, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
