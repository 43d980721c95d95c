package dev.catchwater.ingest.read;

import dev.catchwater.ingest.read.cell.BadValue;
import dev.catchwater.ingest.read.cell.JsonScanner;
import dev.catchwater.ingest.read.geo.FeatureRow;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The columns of objects that no schema describes. Order: alphabetical (by bytes) inside the first
/// object that has them, later ones behind. Types: whole and other numbers together are Float64,
/// other mixtures of texts, numbers and booleans String; objects, and lists with objects, become
/// JSON text; a column that is always null is a String. Everything is optional.
final class JsonInference {
  /// Rows looked at.
  static final int ROWS_MAX = 1_000;

  /// Bytes looked at, where rows are long.
  static final int BYTES_MAX = ByteWindow.ROW_BYTES_MAX;

  private static final int DIGITS_OF_LONG = 18;

  private final Map<String, Shape> shapes = new LinkedHashMap<>();
  private final JsonScanner scanner;
  private int rows;

  JsonInference(boolean isMultiline) {
    this.scanner = new JsonScanner(isMultiline);
  }

  /// Whether enough rows were seen.
  boolean isDone() {
    return rows >= ROWS_MAX;
  }

  /// Looks at an object. One that is not JSON is left to the reader to refuse.
  void add(byte[] b, int start) {
    rows++;
    scanner.depth = 0;
    TreeMap<Key, Shape> found = new TreeMap<>();
    try {
      members(b, start, found);
    } catch (BadValue _) {
      return;
    }
    merge(found);
  }

  private void merge(Map<Key, Shape> found) {
    found.forEach(
        (key, shape) -> shapes.computeIfAbsent(key.text(), _ -> new Shape()).add(shape, rows));
  }

  /// Looks at a GeoJSON feature: its properties, and a text that is its geometry.
  void addFeature(byte[] b, int start) {
    rows++;
    scanner.depth = 0;
    TreeMap<Key, Shape> found = new TreeMap<>();
    try {
      int properties = FeatureRow.propertiesAt(scanner, b, start);
      if (properties > 0) {
        members(b, properties, found);
      }
    } catch (BadValue _) {
      return;
    }
    Shape geometry = new Shape();
    geometry.hasText = true;
    found.put(new Key(FeatureRow.GEOMETRY.getBytes(StandardCharsets.US_ASCII)), geometry);
    merge(found);
  }

  private void members(byte[] b, int start, Map<Key, Shape> found) {
    scanner.open(start);
    int p = scanner.space(b, start + 1);
    while (b[p] == '"') {
      p = scanner.string(b, p);
      Key key = new Key(Arrays.copyOfRange(scanner.text, scanner.from, scanner.to));
      p = scanner.space(b, scanner.colon(b, scanner.space(b, p)));
      p = scanner.space(b, value(b, p, found.computeIfAbsent(key, _ -> new Shape())));
      if (b[p] == ',') {
        p = scanner.space(b, p + 1);
      }
    }
    scanner.depth--;
  }

  private int value(byte[] b, int start, Shape shape) {
    switch (b[start]) {
      case '"' -> shape.hasText = true;
      case '{' -> shape.hasObject = true;
      case 't', 'f' -> shape.hasBool = true;
      case 'n' -> shape.hasNull = true;
      case '[' -> {
        return items(b, start, shape);
      }
      default -> {
        int end = scanner.number(b, start);
        boolean isWhole = true;
        for (int p = start; p < end; p++) {
          isWhole &= b[p] != '.' && b[p] != 'e' && b[p] != 'E';
        }
        shape.hasFraction |= !isWhole;
        shape.hasWhole |= isWhole;
        shape.hasText |= isWhole && end - start > DIGITS_OF_LONG && !fitsLong(b, start, end);
        return end;
      }
    }
    return scanner.skip(b, start);
  }

  private static boolean fitsLong(byte[] b, int start, int end) {
    try {
      Long.parseLong(new String(b, start, end - start, StandardCharsets.ISO_8859_1));
      return true;
    } catch (NumberFormatException _) {
      return false;
    }
  }

  private int items(byte[] b, int start, Shape shape) {
    Shape item = shape.item();
    scanner.open(start);
    int p = scanner.space(b, start + 1);
    while (b[p] != ']') {
      p = scanner.space(b, value(b, p, item));
      if (b[p] == ',') {
        p = scanner.space(b, p + 1);
      } else if (b[p] != ']') {
        throw JsonScanner.expected(b, p, "',' or ']'");
      }
    }
    scanner.depth--;
    return p + 1;
  }

  /// The columns.
  ///
  /// @throws CatchwaterException BAD_DATA for a field that is a value here and an object or list
  ///   there
  List<InferredColumn> columns(ReadOptions options) {
    List<InferredColumn> columns = new ArrayList<>(shapes.size());
    shapes.forEach((key, shape) -> {
      boolean isEventTime = key.equals(options.eventTimeColumn()) && shape.isTime();
      InferredColumn.Kind kind =
          isEventTime
              ? InferredColumn.Kind.EVENT_TIME
              : shape.isJsonText() ? InferredColumn.Kind.JSON : InferredColumn.Kind.PLAIN;
      DataType type = isEventTime ? DataType.Timestamp.MILLIS_UTC : shape.type(key);
      String name = InferredColumn.free(key, options.reservedColumns(), shapes.keySet());
      columns.add(new InferredColumn(key, name, type.optional(), kind).in(options));
    });
    if (isDone()) {
      InferredColumn.addUnseen(columns, shapes.keySet(), options);
    }
    return columns;
  }

  /// A name, ordered by its bytes.
  private record Key(byte[] name) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      return Arrays.compareUnsigned(name, other.name);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key && Arrays.equals(name, key.name);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(name);
    }

    String text() {
      return new String(name, StandardCharsets.UTF_8);
    }
  }

  /// The kinds of values one field had.
  private static final class Shape {
    boolean hasNull;
    boolean hasBool;
    boolean hasWhole;
    boolean hasFraction;
    boolean hasText;
    boolean hasObject;
    private @Nullable Shape item;
    private int mixedAt;

    Shape item() {
      Shape known = item;
      if (known == null) {
        known = new Shape();
        item = known;
      }
      return known;
    }

    /// @param row which row it is from, from 1
    void add(Shape other, int row) {
      hasNull |= other.hasNull;
      hasBool |= other.hasBool;
      hasWhole |= other.hasWhole;
      hasFraction |= other.hasFraction;
      hasText |= other.hasText;
      hasObject |= other.hasObject;
      if (other.item != null) {
        item().add(other.item, row);
      }
      mixedAt = mixedAt == 0 && isValueAndMore() ? row : mixedAt;
    }

    private boolean isValueAndMore() {
      return (hasObject || item != null) && hasScalar();
    }

    private boolean hasScalar() {
      return hasBool || hasWhole || hasFraction || hasText;
    }

    boolean isTime() {
      return !hasBool && !hasFraction && !hasObject && item == null;
    }

    /// Whether the values are taken as JSON text.
    boolean isJsonText() {
      return hasObject || (item == null ? isMixture() : item.holdsObject());
    }

    private boolean holdsObject() {
      return hasObject || (item != null && item.holdsObject()) || (item != null && hasScalar());
    }

    private boolean isMixture() {
      int kinds = (hasBool ? 1 : 0) + (hasWhole || hasFraction ? 1 : 0) + (hasText ? 1 : 0);
      return kinds > 1;
    }

    DataType type(String key) {
      if (isValueAndMore()) {
        throw CatchwaterException.of(
                ErrorCode.BAD_DATA,
                "The field \""
                    + key
                    + "\" is a value in some rows and "
                    + (hasObject ? "an object" : "a list")
                    + " in others, first in row "
                    + mixedAt)
            .withHint("declare a schema, or push one kind");
      }
      if (isJsonText()) {
        return Scalar.STRING;
      }
      return plainType();
    }

    private DataType plainType() {
      if (item != null) {
        return new DataType.ListOf(item.plainType().optional(), null);
      }
      if (isMixture() || hasText) {
        return Scalar.STRING;
      }
      if (hasBool) {
        return Scalar.BOOL;
      }
      return hasFraction ? Scalar.FLOAT64 : hasWhole ? Scalar.INT64 : Scalar.STRING;
    }
  }
}
