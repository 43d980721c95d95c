package dev.catchwater.ingest.read;

import dev.catchwater.ingest.read.cell.BadValue;
import dev.catchwater.ingest.read.cell.JsonScanner;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the rows of one JSON document: the items of the array at a path, or the one object there.
/// Only one item has to be in memory. Used by one thread.
final class JsonDocument {
  private static final int SKIPPED_AT_ONCE = 1 << 16;

  private final ByteWindow window;
  private final BadRows places;
  private final Deque<String> path = new ArrayDeque<>();
  private final @Nullable String subPath;
  private final String shownPath;
  private final JsonScanner scanner = new JsonScanner(true);
  private int position;
  private int itemEnd;
  private long line = 1;
  private long column = 1;
  private boolean isBehindReturn;
  private int openObjects;
  private boolean isStarted;
  private boolean isSingle;
  private boolean isDone;
  private boolean isCollection;
  private boolean hasType;
  private boolean hasOtherReferenceSystem;

  /// The features of a GeoJSON document.
  static JsonDocument ofFeatures(ByteWindow window, @Nullable String file) {
    JsonDocument document = new JsonDocument(window, file, "features");
    document.isCollection = true;
    return document;
  }

  /// Whether the document names a coordinate reference system of its own (`crs` of GeoJSON 2008)
  /// before the first feature.
  boolean hasOtherReferenceSystem() {
    return hasOtherReferenceSystem;
  }

  /// @param subPath keys with dots between them, null for the whole document
  JsonDocument(ByteWindow window, @Nullable String file, @Nullable String subPath) {
    this.window = window;
    this.places = new BadRows(file);
    this.subPath = subPath;
    this.shownPath = subPath == null ? "." : subPath;
    if (subPath != null && !subPath.isEmpty()) {
      path.addAll(List.of(subPath.split("\\.", -1)));
    }
  }

  /// Where the item that [#next] found begins, and its line and column.
  int itemStart() {
    return position;
  }

  long line() {
    return line;
  }

  long column() {
    return column;
  }

  int itemEnd() {
    return itemEnd;
  }

  /// Goes to the next item; all of it is in the window then.
  ///
  /// @return whether there is one
  /// @throws CatchwaterException BAD_DATA where the document is not JSON or has no such array
  boolean next() {
    if (isDone) {
      return false;
    }
    if (!isStarted) {
      isStarted = true;
      return start();
    }
    advance(itemEnd);
    if (isSingle) {
      return finish();
    }
    byte c = nonSpace("',' or ']'");
    if (c == ']') {
      advance(position + 1);
      return finish();
    }
    if (c != ',') {
      throw refuse("Json error: expected ',' or ']', found " + found(), null);
    }
    advance(position + 1);
    nonSpace("a value");
    itemEnd = valueEnd();
    return true;
  }

  private boolean start() {
    if (isAtEnd()) {
      isDone = true;
      return false;
    }
    while (!path.isEmpty()) {
      enter(path.removeFirst());
    }
    byte c = nonSpace("an array");
    if (c == '{' && !isCollection) {
      isSingle = true;
      itemEnd = valueEnd();
      return true;
    }
    if (c != '[') {
      throw refuse("Sub-path does not specify an array: " + shownPath, "found " + found());
    }
    advance(position + 1);
    if (nonSpace("a value or ']'") == ']') {
      advance(position + 1);
      return finish();
    }
    itemEnd = valueEnd();
    return true;
  }

  /// Goes to the value of a key of the object at hand.
  private void enter(String key) {
    if (nonSpace("an object") != '{') {
      throw isCollection
          ? refuse("Expected a FeatureCollection, found " + found(), null)
          : refuse("Sub-path not found: " + shownPath, "found " + found());
    }
    openObjects++;
    advance(position + 1);
    while (nonSpace("the name of a field") == '"') {
      String name = key();
      if (name.equals(key)) {
        return;
      }
      member(name);
      if (nonSpace("',' or '}'") != ',') {
        break;
      }
      advance(position + 1);
    }
    throw isCollection
        ? refuse("Expected a FeatureCollection, but it has no \"features\"", null)
        : refuse("Sub-path not found: " + shownPath, null);
  }

  /// Passes over a member of an object on the way to the rows, or behind them.
  private void member(String name) {
    if (isCollection && name.equals("type")) {
      requireCollection();
    } else if (isCollection && name.equals("crs") && window.buffer[position] != 'n') {
      hasOtherReferenceSystem = true;
    }
    skipValue(0);
  }

  private void requireCollection() {
    hasType = true;
    int end = valueEnd();
    String type = new String(window.buffer, position, end - position, StandardCharsets.UTF_8);
    if (!type.equals("\"FeatureCollection\"")) {
      throw refuse(
          "Expected a FeatureCollection, found a " + BadValue.shown(window.buffer, position, end),
          type.equals("\"Feature\"")
              ? "use `--input-format ndgeojson` for features without a collection around them"
              : null);
    }
  }

  private String key() {
    int end = valueEnd();
    check(position);
    String name =
        new String(scanner.text, scanner.from, scanner.to - scanner.from, StandardCharsets.UTF_8);
    advance(end);
    if (nonSpace("':'") != ':') {
      throw refuse("Json error: expected ':', found " + found(), null);
    }
    advance(position + 1);
    nonSpace("a value");
    return name;
  }

  /// Passes over a value of any size: what is not whole in the window is taken in its parts.
  private void skipValue(int depth) {
    byte c = nonSpace("a value");
    int end = valueEnd(false);
    while (end < 0 && window.limit - position < SKIPPED_AT_ONCE && fill()) {
      end = valueEnd(false);
    }
    if (end < 0 && (c == '{' || c == '[') && depth < JsonScanner.DEPTH_MAX) {
      skipParts(c, depth);
      return;
    }
    end = end < 0 ? valueEnd() : end;
    check(position);
    advance(end);
  }

  private void skipParts(byte opening, int depth) {
    byte closing = (byte) (opening == '{' ? '}' : ']');
    advance(position + 1);
    if (nonSpace("a value") == closing) {
      advance(position + 1);
      return;
    }
    while (true) {
      if (opening == '{') {
        if (nonSpace("the name of a field") != '"') {
          throw refuse("Json error: expected the name of a field, found " + found(), null);
        }
        key();
      }
      skipValue(depth + 1);
      byte c = nonSpace("',' or the end");
      if (c != ',' && c != closing) {
        throw refuse(
            "Json error: expected ',' or '" + (char) closing + "', found " + found(), null);
      }
      advance(position + 1);
      if (c == closing) {
        return;
      }
    }
  }

  /// Checks the value at `start`, which is whole in the window.
  private void check(int start) {
    try {
      scanner.depth = 0;
      scanner.skip(window.buffer, start);
    } catch (BadValue bad) {
      throw places.describe(bad, window, position, line, column, position, null);
    }
  }

  /// Checks what is behind the rows.
  private boolean finish() {
    while (openObjects > 0) {
      byte c = nonSpace("',' or '}'");
      if (c != '}' && c != ',') {
        throw refuse("Json error: expected ',' or '}', found " + found(), null);
      }
      advance(position + 1);
      if (c == '}') {
        openObjects--;
      } else if (nonSpace("the name of a field") == '"') {
        member(key());
      } else {
        throw refuse("Json error: expected the name of a field, found " + found(), null);
      }
    }
    if (!isAtEnd()) {
      throw refuse(
          "Json error: something follows the document: " + found(),
          "use `--input-format ndjson` for one object a line");
    }
    if (isCollection && !hasType) {
      throw refuse("Expected a FeatureCollection, but it has no \"type\"", null);
    }
    isDone = true;
    return false;
  }

  private CatchwaterException refuse(String message, @Nullable String hint) {
    return places.describe(
        BadValue.syntax(position, message, hint), window, position, line, column, position, null);
  }

  private String found() {
    while (window.limit - position < 4 && fill()) {
      // A character may need four bytes.
    }
    return position < window.limit
        ? JsonScanner.found(window.buffer, position)
        : "the end of the document";
  }

  private void advance(int to) {
    byte[] b = window.buffer;
    for (int p = position; p < to; p++) {
      byte c = b[p];
      if (c == '\r' || c == '\n') {
        line += c == '\n' && isBehindReturn ? 0 : 1;
        column = 1;
      } else if ((c & 0xC0) != 0x80) {
        column++;
      }
      isBehindReturn = c == '\r';
    }
    position = to;
  }

  private boolean isAtEnd() {
    while (true) {
      int p = position;
      while (p < window.limit && isSpace(window.buffer[p])) {
        p++;
      }
      advance(p);
      if (p < window.limit) {
        return false;
      }
      if (!fill()) {
        return true;
      }
    }
  }

  private static boolean isSpace(byte c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }

  /// Skips white space.
  private byte nonSpace(String expected) {
    if (isAtEnd()) {
      throw refuse("Json error: the document ends, expected " + expected, null);
    }
    return window.buffer[position];
  }

  /// Reads on; what begins at the position is kept and moves to 0.
  private boolean fill() {
    try {
      boolean more = window.fill(position);
      position = 0;
      return more;
    } catch (CatchwaterException e) {
      throw e.code() == ErrorCode.LIMIT_EXCEEDED ? e.withPlace(places.line(line)) : e;
    }
  }

  /// Where the value at the position ends, by its brackets and quotes alone; makes it whole in the
  /// window.
  private int valueEnd() {
    return valueEnd(true);
  }

  /// The same; -1 where it is not whole in the window and that is not to be filled.
  private int valueEnd(boolean mayFill) {
    int p = position;
    int depth = 0;
    boolean inText = false;
    while (true) {
      if (p >= window.limit) {
        if (!mayFill) {
          return -1;
        }
        int done = p - position;
        if (!fill()) {
          if (depth > 0 || inText) {
            throw refuse("Json error: the document ends inside this value", null);
          }
          return window.limit;
        }
        p = position + done;
        continue;
      }
      byte c = window.buffer[p];
      if (inText) {
        if (c == '\\') {
          p++;
        } else if (c == '"') {
          inText = false;
          if (depth == 0) {
            return p + 1;
          }
        }
      } else if (c == '"') {
        inText = true;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        if (--depth <= 0) {
          return depth < 0 ? p : p + 1;
        }
      } else if (depth == 0 && (c == ',' || isSpace(c)) && p > position) {
        return p;
      }
      p++;
    }
  }

  /// The columns of the first rows, which are read again afterwards.
  List<InferredColumn> infer(ReadOptions options) {
    while (window.limit < JsonInference.BYTES_MAX && window.fill(0)) {
      // Reads on.
    }
    byte[] seen = Arrays.copyOf(window.buffer, window.limit);
    PushInput again = PushInput.bytes(null, seen);
    JsonInference inference = new JsonInference(true);
    try (ByteWindow probed = new ByteWindow(again, again.open(), (byte) '\n')) {
      JsonDocument probe = new JsonDocument(probed, null, subPath);
      probe.isCollection = isCollection;
      while (!inference.isDone() && probe.next()) {
        if (probed.buffer[probe.position] == '{') {
          if (isCollection) {
            inference.addFeature(probed.buffer, probe.position);
          } else {
            inference.add(probed.buffer, probe.position);
          }
        }
      }
    } catch (CatchwaterException _) {
      // What was seen ends in the middle of a row, or the reader will refuse the same with its
      // place.
    }
    return inference.columns(options);
  }
}
