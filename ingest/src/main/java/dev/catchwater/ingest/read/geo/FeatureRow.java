package dev.catchwater.ingest.read.geo;

import dev.catchwater.ingest.read.cell.BadValue;
import dev.catchwater.ingest.read.cell.Cell;
import dev.catchwater.ingest.read.cell.JsonField;
import dev.catchwater.ingest.read.cell.JsonObject;
import dev.catchwater.ingest.read.cell.JsonRow;
import dev.catchwater.ingest.read.cell.JsonScanner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A GeoJSON feature as a row: its properties are the columns, and `geometry` is one more, JSON as
/// text. What else a feature has (`id`, `bbox`) is passed over, as kamu does. Used by one thread.
public final class FeatureRow implements JsonRow {
  public static final String GEOMETRY = "geometry";

  /// Properties that are null or missing.
  private static final byte[] NO_PROPERTIES = "{}\n\n\n\n".getBytes(StandardCharsets.US_ASCII);

  private static final int TYPE = 1;
  private static final int PROPERTIES = 2;
  private static final int GEOMETRY_MEMBER = 4;

  private final JsonObject properties;
  private final JsonField geometryField;
  private final @Nullable Cell geometryCell;
  private Geometry geometry = new Geometry(true);
  private final CanonicalJson canonical = new CanonicalJson();
  private long geometriesIgnored;

  /// @param names the columns' names in the data
  /// @param reserved names that properties may not have
  /// @param isStrict whether undeclared properties are refused
  public FeatureRow(List<String> names, Cell[] cells, List<String> reserved, boolean isStrict) {
    List<String> propertyNames = new ArrayList<>(names);
    int at = names.indexOf(GEOMETRY);
    Cell[] others = cells;
    if (at >= 0) {
      propertyNames.remove(at);
      others = new Cell[cells.length - 1];
      System.arraycopy(cells, 0, others, 0, at);
      System.arraycopy(cells, at + 1, others, at, others.length - at);
    }
    this.geometryCell = at >= 0 ? cells[at] : null;
    this.geometryField =
        new JsonField(GEOMETRY.getBytes(StandardCharsets.US_ASCII), GEOMETRY, geometryCell);
    this.properties = new JsonObject(propertyNames, others, reserved, isStrict);
  }

  /// From here on coordinates may be those of another reference system than longitude and latitude.
  public void allowAnyCoordinates() {
    if (geometry.isOnGlobe()) {
      geometry = new Geometry(false);
    }
  }

  @Override
  public int parse(JsonScanner scanner, byte[] b, int start) {
    scanner.open(start);
    int seen = 0;
    int p = scanner.space(b, start + 1);
    boolean more = b[p] != '}';
    while (more) {
      if (b[p] != '"') {
        throw JsonScanner.notAKey(b, p);
      }
      int nameAt = p;
      scanner.field = null;
      p = scanner.string(b, p);
      int member = member(scanner);
      p = scanner.space(b, scanner.colon(b, scanner.space(b, p)));
      scanner.valueAt = p;
      if ((seen & member) != 0) {
        throw BadValue.syntax(nameAt, "A name of the feature is there twice", null);
      }
      seen |= member;
      p = scanner.space(b, value(scanner, b, p, member));
      more = b[p] == ',';
      if (more) {
        p = scanner.space(b, p + 1);
      } else if (b[p] != '}') {
        throw JsonScanner.expected(b, p, "',' or '}'");
      }
    }
    if ((seen & TYPE) == 0) {
      throw BadValue.syntax(start, "Expected a Feature, but it has no type", null);
    }
    if ((seen & PROPERTIES) == 0) {
      noProperties(scanner, start);
    }
    if ((seen & GEOMETRY_MEMBER) == 0) {
      noGeometry(scanner, start, "missing");
    }
    scanner.depth--;
    return p + 1;
  }

  private static int member(JsonScanner scanner) {
    if (is("properties", scanner)) {
      return PROPERTIES;
    }
    if (is(GEOMETRY, scanner)) {
      return GEOMETRY_MEMBER;
    }
    return is("type", scanner) ? TYPE : 0;
  }

  private static boolean is(String name, JsonScanner scanner) {
    int length = scanner.to - scanner.from;
    if (length != name.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (scanner.text[scanner.from + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private int value(JsonScanner scanner, byte[] b, int start, int member) {
    return switch (member) {
      case TYPE -> {
        int end = scanner.skip(b, start);
        if (b[start] != '"' || !is("Feature", scanner)) {
          throw BadValue.syntax(
              start,
              "Expected a Feature, found a " + BadValue.shown(b, start, end),
              "geometries stand in the `geometry` of a Feature");
        }
        yield end;
      }
      case PROPERTIES -> {
        if (b[start] == 'n') {
          int end = scanner.literal(b, start, "null");
          noProperties(scanner, start);
          yield end;
        }
        if (b[start] != '{') {
          throw JsonScanner.expected(b, start, "the properties, an object or null");
        }
        yield properties.parse(scanner, b, start);
      }
      case GEOMETRY_MEMBER -> geometry(scanner, b, start);
      default -> scanner.skip(b, start);
    };
  }

  private void noProperties(JsonScanner scanner, int start) {
    try {
      properties.parse(scanner, NO_PROPERTIES, 0);
    } catch (BadValue bad) {
      scanner.valueAt = start;
      throw bad;
    }
  }

  private void noGeometry(JsonScanner scanner, int start, String how) {
    if (geometryCell != null) {
      scanner.field = geometryField;
      scanner.valueAt = start;
      geometryCell.absent(how);
    }
  }

  private int geometry(JsonScanner scanner, byte[] b, int start) {
    scanner.field = geometryField;
    if (b[start] == 'n') {
      int end = scanner.literal(b, start, "null");
      noGeometry(scanner, start, "null");
      return end;
    }
    int end = geometry.check(scanner, b, start);
    if (geometryCell == null) {
      geometriesIgnored++;
    } else {
      canonical.length = 0;
      canonical.write(scanner, b, start);
      geometryCell.text(canonical.bytes, 0, canonical.length);
    }
    return end;
  }

  /// Where the properties of a feature begin that may be none; 0 where it has none.
  ///
  /// @throws BadValue where it is not JSON
  public static int propertiesAt(JsonScanner scanner, byte[] b, int start) {
    int found = 0;
    scanner.open(start);
    int p = scanner.space(b, start + 1);
    while (b[p] == '"') {
      p = scanner.string(b, p);
      boolean isProperties = is("properties", scanner);
      p = scanner.space(b, scanner.colon(b, scanner.space(b, p)));
      found = isProperties && b[p] == '{' ? p : found;
      p = scanner.space(b, scanner.skip(b, p));
      if (b[p] == ',') {
        p = scanner.space(b, p + 1);
      }
    }
    scanner.depth--;
    return found;
  }

  @Override
  public void requireMatch(@Nullable String file) {
    if (geometryCell == null) {
      properties.requireMatch(file);
    }
  }

  @Override
  public void addIgnored(Map<String, Long> into) {
    properties.addIgnored(into);
    if (geometriesIgnored > 0) {
      into.put(GEOMETRY, geometriesIgnored);
    }
  }
}
