package dev.catchwater.ingest.read.shape;

import dev.catchwater.ingest.read.cell.BadValue;
import dev.catchwater.ingest.read.geo.GeometryText;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// The shapes of a shapefile (`.shp`), one after the other, as GeoJSON. Heights (Z) are kept,
/// measures (M) are not: GeoJSON has no place for them. Used by one thread.
public final class Shapes implements Closeable {
  private static final int HEADER_SIZE = 100;
  private static final int MAGIC = 9994;
  private static final int RECORD_HEADER = 8;
  private static final int RECORD_MAX = 8 << 20;

  private final InputStream in;
  private final byte[] head = new byte[RECORD_HEADER];
  private byte[] content = new byte[1 << 12];
  private int contentSize;
  private long number;
  private final ShapeRings rings = new ShapeRings();
  private final GeometryText text = new GeometryText();

  private Shapes(InputStream in) {
    this.in = in;
  }

  /// Reads the header; the shapes close the stream.
  ///
  /// @throws CatchwaterException BAD_DATA
  public static Shapes open(InputStream in) throws IOException {
    byte[] header = in.readNBytes(HEADER_SIZE);
    if (header.length < HEADER_SIZE || ByteBuffer.wrap(header).getInt() != MAGIC) {
      throw damaged("it does not begin like one");
    }
    return new Shapes(in);
  }

  /// Goes to the next shape; false after the last.
  ///
  /// @throws CatchwaterException BAD_DATA, LIMIT_EXCEEDED
  public boolean next() throws IOException {
    int got = in.readNBytes(head, 0, RECORD_HEADER);
    if (got == 0) {
      return false;
    }
    if (got < RECORD_HEADER) {
      throw damaged("it ends in a record");
    }
    long size = ByteBuffer.wrap(head).getInt(4) * 2L;
    if (size < 4) {
      throw damaged("a record of " + size + " bytes");
    }
    if (size > RECORD_MAX) {
      throw CatchwaterException.of(
          ErrorCode.LIMIT_EXCEEDED, "A shape has more than 8 MiB (limit: row)");
    }
    contentSize = (int) size;
    if (content.length < contentSize) {
      content = new byte[Math.max(contentSize, content.length * 2)];
    }
    if (in.readNBytes(content, 0, contentSize) < contentSize) {
      throw damaged("it ends in a record");
    }
    number++;
    return true;
  }

  /// Shapes that were gone to.
  public long number() {
    return number;
  }

  /// The shape at hand as GeoJSON.
  ///
  /// @return the text, good until the next call; null for a shape without a geometry
  /// @throws BadValue for one that cannot be
  public @Nullable GeometryText geometry() {
    ByteBuffer shape = ByteBuffer.wrap(content, 0, contentSize).order(ByteOrder.LITTLE_ENDIAN);
    int type = shape.getInt();
    boolean hasHeight = type > 10 && type < 20;
    switch (type) {
      case 0 -> {
        return null;
      }
      case 1, 11, 21 -> point(shape, hasHeight);
      case 3, 13, 23 -> lines(shape, hasHeight, false);
      case 5, 15, 25 -> lines(shape, hasHeight, true);
      case 8, 18, 28 -> points(shape, hasHeight);
      case 31 -> throw BadValue.of("The shape is a MultiPatch, which GeoJSON does not have", null);
      default -> throw BadValue.of("There is no kind of shape " + type, null);
    }
    return text;
  }

  private static void require(ByteBuffer shape, long size) {
    if (size < 0 || size > shape.remaining()) {
      throw BadValue.of("The shape is damaged: it ends too early", null);
    }
  }

  private void point(ByteBuffer shape, boolean hasHeight) {
    require(shape, hasHeight ? 24 : 16);
    text.begin();
    position(shape.getDouble(), shape.getDouble(), hasHeight ? shape.getDouble() : 0, hasHeight);
    text.end("Point");
  }

  private void position(double x, double y, double z, boolean hasHeight) {
    if (!Double.isFinite(x) || !Double.isFinite(y) || !Double.isFinite(z)) {
      throw BadValue.of("The shape has a coordinate that is no number", null);
    }
    text.put('[');
    text.number(x);
    text.put(',');
    text.number(y);
    if (hasHeight) {
      text.put(',');
      text.number(z);
    }
    text.put(']');
  }

  private void points(ByteBuffer shape, boolean hasHeight) {
    require(shape, 36);
    shape.position(shape.position() + 32);
    int count = shape.getInt();
    require(shape, count * 16L + (hasHeight ? 16 + count * 8L : 0));
    int at = shape.position();
    int heights = at + count * 16 + 16;
    text.begin();
    text.put('[');
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        text.put(',');
      }
      vertex(shape, at, heights, i, hasHeight);
    }
    text.put(']');
    text.end("MultiPoint");
  }

  private void vertex(ByteBuffer shape, int points, int heights, int index, boolean hasHeight) {
    position(
        shape.getDouble(points + index * 16),
        shape.getDouble(points + index * 16 + 8),
        hasHeight ? shape.getDouble(heights + index * 8) : 0,
        hasHeight);
  }

  private void lines(ByteBuffer shape, boolean hasHeight, boolean areRings) {
    require(shape, 40);
    shape.position(shape.position() + 32);
    int partCount = shape.getInt();
    int pointCount = shape.getInt();
    require(shape, partCount * 4L);
    require(shape, pointCount * 16L);
    require(shape, partCount * 4L + pointCount * (hasHeight ? 24L : 16L) + (hasHeight ? 16 : 0));
    int[] starts = new int[partCount + 1];
    for (int i = 0; i < partCount; i++) {
      starts[i] = shape.getInt();
      if (starts[i] < 0 || starts[i] > pointCount || (i > 0 && starts[i] < starts[i - 1])) {
        throw BadValue.of("The shape is damaged: its parts overlap", null);
      }
    }
    starts[partCount] = pointCount;
    int points = shape.position();
    int heights = points + pointCount * 16 + 16;
    text.begin();
    if (areRings) {
      polygons(shape, points, heights, starts, hasHeight);
      text.end("MultiPolygon");
      return;
    }
    text.put('[');
    for (int part = 0; part < partCount; part++) {
      if (part > 0) {
        text.put(',');
      }
      line(shape, points, heights, starts, part, hasHeight);
    }
    text.put(']');
    text.end("MultiLineString");
  }

  private void line(
      ByteBuffer shape, int points, int heights, int[] starts, int part, boolean hasHeight) {
    text.put('[');
    for (int i = starts[part]; i < starts[part + 1]; i++) {
      if (i > starts[part]) {
        text.put(',');
      }
      vertex(shape, points, heights, i, hasHeight);
    }
    text.put(']');
  }

  private void polygons(
      ByteBuffer shape, int points, int heights, int[] starts, boolean hasHeight) {
    int[] outerOf = rings.outerOf(shape, points, starts);
    text.put('[');
    boolean isFirst = true;
    for (int part = 0; part < outerOf.length; part++) {
      if (outerOf[part] != part) {
        continue;
      }
      text.put(isFirst ? '[' : ',');
      if (!isFirst) {
        text.put('[');
      }
      isFirst = false;
      line(shape, points, heights, starts, part, hasHeight);
      for (int hole = rings.firstHole(part); hole >= 0; hole = rings.nextHole(hole)) {
        text.put(',');
        line(shape, points, heights, starts, hole, hasHeight);
      }
      text.put(']');
    }
    text.put(']');
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private static CatchwaterException damaged(String how) {
    return CatchwaterException.of(ErrorCode.BAD_DATA, "The .shp is damaged: " + how);
  }
}
