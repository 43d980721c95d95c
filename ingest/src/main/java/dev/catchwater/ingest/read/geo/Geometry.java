package dev.catchwater.ingest.read.geo;

import dev.catchwater.ingest.read.cell.BadValue;
import dev.catchwater.ingest.read.cell.JsonScanner;
import dev.catchwater.ingest.read.text.DoubleText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Checks geometries: the type is one of RFC 7946, coordinates are nested as it needs, rings are
/// closed, positions are on the globe. Used by one thread.
final class Geometry {
  private static final List<String> TYPES =
      List.of(
          "Point",
          "MultiPoint",
          "LineString",
          "MultiLineString",
          "Polygon",
          "MultiPolygon",
          "GeometryCollection");
  private static final int LINE_POSITIONS_MIN = 2;
  private static final int RING_POSITIONS_MIN = 4;
  private static final double LONGITUDE_MAX = 180;
  private static final double LATITUDE_MAX = 90;

  private final boolean isOnGlobe;
  private final DoubleText number = new DoubleText();
  private double first;
  private double second;

  /// @param isOnGlobe whether coordinates are longitudes and latitudes
  Geometry(boolean isOnGlobe) {
    this.isOnGlobe = isOnGlobe;
  }

  boolean isOnGlobe() {
    return isOnGlobe;
  }

  /// Checks the geometry at `start`, gives where it ends.
  int check(JsonScanner scanner, byte[] b, int start) {
    if (b[start] != '{') {
      throw JsonScanner.expected(b, start, "a geometry");
    }
    scanner.open(start);
    String type = null;
    int typeAt = start;
    int coordinates = -1;
    int geometries = -1;
    int p = scanner.space(b, start + 1);
    boolean more = b[p] != '}';
    while (more) {
      if (b[p] != '"') {
        throw JsonScanner.notAKey(b, p);
      }
      int nameAt = p;
      p = scanner.string(b, p);
      String name = text(scanner);
      p = scanner.space(b, scanner.colon(b, scanner.space(b, p)));
      int valueAt = p;
      p = scanner.skip(b, p);
      switch (name) {
        case "type" -> {
          refuseSecond(type != null, nameAt);
          type = b[valueAt] == '"' ? text(scanner) : "";
          typeAt = valueAt;
        }
        case "coordinates" -> {
          refuseSecond(coordinates >= 0, nameAt);
          coordinates = valueAt;
        }
        case "geometries" -> {
          refuseSecond(geometries >= 0, nameAt);
          geometries = valueAt;
        }
        default -> {}
      }
      p = scanner.space(b, p);
      more = b[p] == ',';
      if (more) {
        p = scanner.space(b, p + 1);
      } else if (b[p] != '}') {
        throw JsonScanner.expected(b, p, "',' or '}'");
      }
    }
    checkParts(scanner, b, start, type, typeAt, coordinates, geometries);
    scanner.depth--;
    return p + 1;
  }

  private static void refuseSecond(boolean isSecond, int at) {
    if (isSecond) {
      throw BadValue.syntax(at, "Bad geometry: a name is there twice", null);
    }
  }

  private static String text(JsonScanner scanner) {
    return new String(
        scanner.text, scanner.from, scanner.to - scanner.from, StandardCharsets.UTF_8);
  }

  private void checkParts(
      JsonScanner scanner,
      byte[] b,
      int start,
      @Nullable String type,
      int typeAt,
      int coordinates,
      int geometries) {
    if (type == null || !TYPES.contains(type)) {
      throw BadValue.syntax(
          typeAt,
          type == null
              ? "Bad geometry: it has no type"
              : "Bad geometry: there is no type \"" + type + "\"",
          "types are " + String.join(", ", TYPES));
    }
    boolean isCollection = type.equals("GeometryCollection");
    int parts = isCollection ? geometries : coordinates;
    String name = isCollection ? "geometries" : "coordinates";
    if (parts < 0 || b[parts] != '[') {
      throw BadValue.syntax(
          Math.max(parts, start), "Bad geometry: a " + type + " has a list of " + name, null);
    }
    switch (type) {
      case "Point" -> {
        if (b[scanner.space(b, parts + 1)] != ']') {
          position(scanner, b, parts);
        }
      }
      case "MultiPoint" -> positions(scanner, b, parts, 0, false);
      case "LineString" -> positions(scanner, b, parts, LINE_POSITIONS_MIN, false);
      case "MultiLineString" -> lines(scanner, b, parts, false);
      case "Polygon" -> lines(scanner, b, parts, true);
      case "MultiPolygon" -> polygons(scanner, b, parts);
      default -> collection(scanner, b, parts);
    }
  }

  private void collection(JsonScanner scanner, byte[] b, int start) {
    int p = scanner.space(b, start + 1);
    while (b[p] != ']') {
      p = scanner.space(b, check(scanner, b, p));
      p = b[p] == ',' ? scanner.space(b, p + 1) : p;
    }
  }

  private void polygons(JsonScanner scanner, byte[] b, int start) {
    int p = scanner.space(b, start + 1);
    while (b[p] != ']') {
      p = scanner.space(b, lines(scanner, b, p, true));
      p = b[p] == ',' ? scanner.space(b, p + 1) : p;
    }
  }

  private int lines(JsonScanner scanner, byte[] b, int start, boolean areRings) {
    int p = list(scanner, b, start);
    while (b[p] != ']') {
      int least = areRings ? RING_POSITIONS_MIN : LINE_POSITIONS_MIN;
      p = scanner.space(b, positions(scanner, b, p, least, areRings));
      p = b[p] == ',' ? scanner.space(b, p + 1) : p;
    }
    return p + 1;
  }

  private int positions(JsonScanner scanner, byte[] b, int start, int least, boolean isRing) {
    int p = list(scanner, b, start);
    int count = 0;
    double firstX = 0;
    double firstY = 0;
    while (b[p] != ']') {
      p = scanner.space(b, position(scanner, b, p));
      if (count++ == 0) {
        firstX = first;
        firstY = second;
      }
      p = b[p] == ',' ? scanner.space(b, p + 1) : p;
    }
    if (count > 0 && count < least) {
      throw BadValue.syntax(
          start,
          "Bad geometry: "
              + (isRing ? "a ring" : "a line")
              + " has at least "
              + least
              + " positions, found "
              + count,
          null);
    }
    if (isRing && count > 0 && (firstX != first || firstY != second)) {
      throw BadValue.syntax(
          start, "Bad geometry: the ring is not closed", "its last position repeats the first");
    }
    return p + 1;
  }

  private static int list(JsonScanner scanner, byte[] b, int start) {
    if (b[start] != '[') {
      throw BadValue.syntax(
          start, "Bad geometry: expected a list, found " + JsonScanner.found(b, start), null);
    }
    return scanner.space(b, start + 1);
  }

  private int position(JsonScanner scanner, byte[] b, int start) {
    int p = list(scanner, b, start);
    int count = 0;
    while (b[p] != ']') {
      if (b[p] != '-' && (b[p] < '0' || b[p] > '9')) {
        throw BadValue.syntax(
            p, "Bad geometry: expected a number, found " + JsonScanner.found(b, p), null);
      }
      int end = scanner.number(b, p);
      number.parse(b, p, end);
      if (count == 0) {
        first = number.value();
      } else if (count == 1) {
        second = number.value();
      }
      count++;
      p = scanner.space(b, end);
      p = b[p] == ',' ? scanner.space(b, p + 1) : p;
    }
    if (count < 2) {
      throw BadValue.syntax(
          start, "Bad geometry: a position has at least 2 numbers, found " + count, null);
    }
    if (isOnGlobe && (Math.abs(first) > LONGITUDE_MAX || Math.abs(second) > LATITUDE_MAX)) {
      boolean isLongitude = Math.abs(first) > LONGITUDE_MAX;
      throw BadValue.syntax(
          start,
          isLongitude
              ? "Bad geometry: the longitude " + first + " is outside -180 to 180"
              : "Bad geometry: the latitude " + second + " is outside -90 to 90",
          "a position is longitude, latitude");
    }
    return p + 1;
  }
}
