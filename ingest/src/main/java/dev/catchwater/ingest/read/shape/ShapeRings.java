package dev.catchwater.ingest.read.shape;

import dev.catchwater.ingest.read.cell.BadValue;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Which rings of a polygon are holes, and of which: outer rings go clockwise, holes the other way.
/// A hole belongs to the smallest outer ring around it. Used by one thread.
final class ShapeRings {
  private static final int RING_POINTS_MIN = 4;

  /// Pairs of hole and ring that are compared at most; beyond, a hole belongs to the ring before
  /// it, as writers put them.
  private static final long PAIRS_MAX = 1 << 20;

  /// Edges that are looked at for the holes of one shape; beyond, a hole belongs to the smallest
  /// ring whose bounds are around its own. A shape of 8 MiB could ask for a hundred times as many.
  private static final long EDGES_MAX = 1 << 27;

  private int[] outerOf = {};
  private double[] areas = {};
  private double[] bounds = {};
  private int[] holes = {};
  private int[] siblings = {};
  private long edgesLeft;

  /// The outer ring of each ring: itself where it is one.
  ///
  /// @throws BadValue for a ring that is not closed
  int[] outerOf(ByteBuffer shape, int points, int[] starts) {
    int count = starts.length - 1;
    outerOf = new int[count];
    areas = new double[count];
    bounds = new double[count * 4];
    holes = new int[count];
    siblings = new int[count];
    Arrays.fill(holes, -1);
    Arrays.fill(siblings, -1);
    edgesLeft = EDGES_MAX;
    int outers = 0;
    for (int ring = 0; ring < count; ring++) {
      measure(shape, points, starts, ring);
      outers += areas[ring] <= 0 ? 1 : 0;
    }
    boolean isCompared = (long) outers * (count - outers) <= PAIRS_MAX;
    int before = -1;
    for (int ring = 0; ring < count; ring++) {
      if (areas[ring] <= 0 || outers == 0) {
        before = ring;
        outerOf[ring] = ring;
      } else {
        int around = isCompared ? around(shape, points, starts, ring) : before;
        // One that nothing surrounds is an outer ring that goes the wrong way.
        outerOf[ring] = around < 0 ? ring : around;
      }
    }
    for (int ring = count - 1; ring >= 0; ring--) {
      int outer = outerOf[ring];
      if (outer != ring) {
        siblings[ring] = holes[outer];
        holes[outer] = ring;
      }
    }
    return outerOf;
  }

  /// The first hole of an outer ring, -1 where it has none.
  int firstHole(int outer) {
    return holes[outer];
  }

  /// The next hole of the same ring, or -1.
  int nextHole(int hole) {
    return siblings[hole];
  }

  private static double x(ByteBuffer shape, int points, int index) {
    return shape.getDouble(points + index * 16);
  }

  private static double y(ByteBuffer shape, int points, int index) {
    return shape.getDouble(points + index * 16 + 8);
  }

  /// Takes a ring's area, which is negative where it goes clockwise, and its bounds.
  private void measure(ByteBuffer shape, int points, int[] starts, int ring) {
    int first = starts[ring];
    int last = starts[ring + 1] - 1;
    if (last - first + 1 < RING_POINTS_MIN) {
      throw BadValue.of(
          "The shape has a ring of " + (last - first + 1) + " points, at least 4 are needed", null);
    }
    if (x(shape, points, first) != x(shape, points, last)
        || y(shape, points, first) != y(shape, points, last)) {
      throw BadValue.of("The shape has a ring that is not closed", null);
    }
    double area = 0;
    double minX = Double.POSITIVE_INFINITY;
    double minY = Double.POSITIVE_INFINITY;
    double maxX = Double.NEGATIVE_INFINITY;
    double maxY = Double.NEGATIVE_INFINITY;
    double originX = x(shape, points, first);
    double originY = y(shape, points, first);
    for (int i = first; i < last; i++) {
      double x1 = x(shape, points, i);
      double y1 = y(shape, points, i);
      double x2 = x(shape, points, i + 1);
      double y2 = y(shape, points, i + 1);
      area += (x1 - originX) * (y2 - originY) - (x2 - originX) * (y1 - originY);
      minX = Math.min(minX, x1);
      maxX = Math.max(maxX, x1);
      minY = Math.min(minY, y1);
      maxY = Math.max(maxY, y1);
    }
    areas[ring] = area;
    bounds[ring * 4] = minX;
    bounds[ring * 4 + 1] = minY;
    bounds[ring * 4 + 2] = maxX;
    bounds[ring * 4 + 3] = maxY;
  }

  private int around(ByteBuffer shape, int points, int[] starts, int hole) {
    int found = -1;
    for (int ring = 0; ring < outerOf.length; ring++) {
      boolean isSmaller = found < 0 || -areas[ring] < -areas[found];
      if (areas[ring] <= 0
          && isSmaller
          && holds(ring, hole)
          && holdsPoint(shape, points, starts, ring, starts[hole])) {
        found = ring;
      }
    }
    return found;
  }

  private boolean holds(int outer, int hole) {
    return bounds[outer * 4] <= bounds[hole * 4]
        && bounds[outer * 4 + 1] <= bounds[hole * 4 + 1]
        && bounds[outer * 4 + 2] >= bounds[hole * 4 + 2]
        && bounds[outer * 4 + 3] >= bounds[hole * 4 + 3];
  }

  /// Whether a ray from the point crosses the ring an odd number of times, or the point is on it.
  private boolean holdsPoint(ByteBuffer shape, int points, int[] starts, int ring, int point) {
    int first = starts[ring];
    int last = starts[ring + 1] - 1;
    edgesLeft -= last - first;
    if (edgesLeft < 0) {
      return true;
    }
    double px = x(shape, points, point);
    double py = y(shape, points, point);
    boolean isInside = false;
    double y1 = y(shape, points, first);
    for (int i = first; i < last; i++) {
      double y2 = y(shape, points, i + 1);
      if (y1 == py && x(shape, points, i) == px) {
        return true;
      }
      if ((y1 > py) != (y2 > py)) {
        double x1 = x(shape, points, i);
        double x2 = x(shape, points, i + 1);
        isInside ^= px < (x2 - x1) * (py - y1) / (y2 - y1) + x1;
      }
      y1 = y2;
    }
    return isInside;
  }
}
