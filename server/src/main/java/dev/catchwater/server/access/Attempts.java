package dev.catchwater.server.access;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Counts tokens that were wrong (reliability §6, TH8): of an address, of the network it is in, and
/// of the id that the token claims. Thread-safe.
final class Attempts {
  private static final int MAX = 20;
  private static final long MINUTE = 60_000;
  private static final int KEPT_MAX = 20_000;

  private final Map<String, Count> counts = new ConcurrentHashMap<>();

  /// Failures of the minute that began then.
  private record Count(long since, int failures) {}

  /// Refuses where too many failed in the last minute.
  ///
  /// @param id that the token claims, empty for none
  /// @throws CatchwaterException `TOO_MANY_ATTEMPTS`
  void require(String address, String id, long now) {
    if (isOver(address, now) || isOver(network(address), now) || isOver("id " + id, now)) {
      throw CatchwaterException.of(
              ErrorCode.TOO_MANY_ATTEMPTS,
              "More than " + MAX + " tokens were wrong within a minute; none is looked at now")
          .withHint("try again in a minute");
    }
  }

  private boolean isOver(String key, long now) {
    Count count = counts.get(key);
    return count != null && isOf(count, now) && count.failures >= MAX;
  }

  // A clock that was set back begins a new minute.
  private static boolean isOf(Count count, long now) {
    return now >= count.since && now - count.since < MINUTE;
  }

  /// Notes a failure.
  void failed(String address, String id, long now) {
    if (counts.size() > KEPT_MAX) {
      counts.values().removeIf(count -> !isOf(count, now));
    }
    add(address, now);
    add(network(address), now);
    if (!id.isEmpty()) {
      add("id " + id, now);
    }
  }

  private void add(String key, long now) {
    counts.compute(
        key,
        (_, count) ->
            count == null || !isOf(count, now)
                ? new Count(now, 1)
                : new Count(count.since, count.failures + 1));
  }

  // Whoever has an address of IPv6 has a whole /64 of them; of IPv4 a /24 is mostly one owner's.
  private static String network(String address) {
    byte[] bytes = Network.bytes(address);
    if (bytes == null) {
      return "net " + address;
    }
    return "net " + HexFormat.of().formatHex(Arrays.copyOf(bytes, bytes.length == 4 ? 3 : 8));
  }
}
