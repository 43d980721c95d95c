package dev.catchwater.server.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Finds the route of a path. A path that begins with the owner's account is that of the dataset
/// without it; then literal segments win over variables, the earlier ones first. Immutable,
/// thread-safe.
public final class Router {
  // By how many segments a path has.
  private final Map<Integer, List<Entry>> entries = new HashMap<>();

  /// All routes of one path.
  private record Entry(
      String[] segments, boolean hasAccount, Map<String, Route> byMethod, Set<String> allowed) {}

  /// A route and the values of its variables.
  ///
  /// @param route null where the path is known by other methods only
  /// @param allowed those methods, as the header `Allow` has them
  record Match(@Nullable Route route, Map<String, String> values, String allowed) {}

  /// A router of these routes.
  ///
  /// @param account the owner's name
  public Router(List<Route> routes, String account) {
    for (Route route : routes) {
      add(route, segments(route.path()), false);
      if (route.isOfDataset()) {
        add(route, segments("/" + account + route.path()), true);
      }
    }
  }

  private void add(Route route, String[] segments, boolean hasAccount) {
    List<Entry> alike = entries.computeIfAbsent(segments.length, _ -> new ArrayList<>());
    Entry entry = null;
    for (Entry known : alike) {
      entry = Arrays.equals(known.segments, segments) ? known : entry;
    }
    if (entry == null) {
      entry = new Entry(segments, hasAccount, new HashMap<>(), new TreeSet<>());
      alike.add(entry);
    }
    entry.byMethod.put(route.method(), route);
    entry.allowed.add(route.method());
    if (route.method().equals("GET")) {
      entry.allowed.add("HEAD");
    }
  }

  private static String[] segments(String path) {
    return path.substring(1).split("/", -1);
  }

  /// The route of a path, or null where there is none.
  ///
  /// @param path raw, beginning with `/`
  @Nullable Match find(String method, String path) {
    String[] given = segments(path);
    Entry best = null;
    for (Entry entry : entries.getOrDefault(given.length, List.of())) {
      if (fits(entry.segments, given) && (best == null || isNearer(entry, best))) {
        best = entry;
      }
    }
    if (best == null) {
      return null;
    }
    Route route = best.byMethod.get(method.equals("HEAD") ? "GET" : method);
    Map<String, String> values = route == null ? Map.of() : values(best.segments, given);
    return new Match(route, values, route == null ? String.join(", ", best.allowed) : "");
  }

  private static boolean isNearer(Entry one, Entry other) {
    if (one.hasAccount != other.hasAccount) {
      return one.hasAccount;
    }
    for (int i = 0; i < one.segments.length; i++) {
      boolean isVariable = isVariable(one.segments[i]);
      if (isVariable != isVariable(other.segments[i])) {
        return !isVariable;
      }
    }
    return false;
  }

  private static boolean fits(String[] pattern, String[] given) {
    if (pattern.length != given.length) {
      return false;
    }
    for (int i = 0; i < pattern.length; i++) {
      boolean fits = isVariable(pattern[i]) ? !given[i].isEmpty() : pattern[i].equals(given[i]);
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private static boolean isVariable(String segment) {
    return segment.startsWith("{");
  }

  private static Map<String, String> values(String[] pattern, String[] given) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < pattern.length; i++) {
      if (isVariable(pattern[i])) {
        String name = pattern[i].substring(1, pattern[i].length() - 1);
        values.put(name, QueryText.decode(given[i], false));
      }
    }
    return values;
  }
}
