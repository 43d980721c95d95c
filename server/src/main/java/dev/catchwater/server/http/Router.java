package dev.catchwater.server.http;

import java.util.ArrayList;
import java.util.Arrays;
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
  private final List<Entry> entries = new ArrayList<>();

  private record Entry(Route route, String[] segments, boolean hasAccount) {}

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
      entries.add(new Entry(route, segments(route.path()), false));
      if (route.isOfDataset()) {
        entries.add(new Entry(route, segments("/" + account + route.path()), true));
      }
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
    for (Entry entry : entries) {
      if (fits(entry.segments, given) && (best == null || isNearer(entry, best))) {
        best = entry;
      }
    }
    if (best == null) {
      return null;
    }
    String wanted = method.equals("HEAD") ? "GET" : method;
    Set<String> methods = new TreeSet<>();
    Route route = null;
    for (Entry entry : entries) {
      if (Arrays.equals(entry.segments, best.segments)) {
        methods.add(entry.route.method());
        route = entry.route.method().equals(wanted) ? entry.route : route;
      }
    }
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    Map<String, String> values = route == null ? Map.of() : values(best.segments, given);
    return new Match(route, values, String.join(", ", methods));
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
