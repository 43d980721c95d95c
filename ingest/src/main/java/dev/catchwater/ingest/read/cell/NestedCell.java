package dev.catchwater.ingest.read.cell;

import dev.catchwater.columnar.batch.ColumnBuilder;
import dev.catchwater.odf.schema.DataType;
import java.util.Arrays;

/// The columns of lists and structs: JSON arrays and objects.
public abstract class NestedCell extends Cell {
  /// Bytes behind a text that times may look at.
  private static final int SLACK = 64;

  public NestedCell(DataType type, ColumnBuilder builder) {
    super(type, builder);
  }

  /// Strings are no arrays or objects, whatever stands in them.
  @Override
  public int json(JsonScanner scanner, byte[] b, int start) {
    if (b[start] == '"') {
      throw expected(b, start, scanner.string(b, start));
    }
    return super.json(scanner, b, start);
  }

  /// A CSV field that holds the JSON of an array or object.
  @Override
  public void text(byte[] b, int start, int end) {
    byte[] alone = new byte[end - start + SLACK];
    System.arraycopy(b, start, alone, 0, end - start);
    Arrays.fill(alone, end - start, alone.length, (byte) '\n');
    JsonScanner scanner = new JsonScanner(false);
    int p = scanner.space(alone, 0);
    if (alone[p] != '[' && alone[p] != '{') {
      throw expected(b, start, end);
    }
    try {
      if (scanner.space(alone, json(scanner, alone, p)) == end - start) {
        return;
      }
    } catch (BadValue bad) {
      throw BadValue.of(bad.text(), bad.hint);
    }
    throw expected(b, start, end);
  }

  /// List.
  static final class Items extends NestedCell {
    private final ColumnBuilder.Lists lists;
    private final Cell item;
    private final long fixedLength;

    Items(
        DataType type, DataType.ListOf list, ColumnBuilder.Lists lists, String path, Tally tally) {
      super(type, lists);
      Long fixed = list.fixedLength();
      this.lists = lists;
      this.fixedLength = fixed == null ? -1 : fixed;
      this.item = Cell.of(list.itemType(), lists.items(), path, tally);
    }

    @Override
    public int json(JsonScanner scanner, byte[] b, int start) {
      if (b[start] != '[') {
        return super.json(scanner, b, start);
      }
      int before = lists.items().rowCount();
      boolean isWhole = false;
      try {
        int end = items(scanner, b, start);
        int count = lists.items().rowCount() - before;
        if (fixedLength >= 0 && count != fixedLength) {
          throw BadValue.of(
              "Expected a list of " + fixedLength + " items, found one of " + count, null);
        }
        isWhole = true;
        return end;
      } finally {
        lists.endList();
        if (!isWhole) {
          lists.removeLast();
        }
      }
    }

    private int items(JsonScanner scanner, byte[] b, int start) {
      scanner.open(start);
      int p = scanner.space(b, start + 1);
      boolean more = b[p] != ']';
      while (more) {
        p = scanner.space(b, item.json(scanner, b, p));
        more = b[p] == ',';
        if (more) {
          p = scanner.space(b, p + 1);
        } else if (b[p] != ']') {
          throw JsonScanner.expected(b, p, "',' or ']'");
        }
      }
      scanner.depth--;
      return p + 1;
    }

    @Override
    public String expectation() {
      return "List";
    }
  }

  /// Struct.
  static final class Fields extends NestedCell {
    private final ColumnBuilder.Structs structs;
    private final JsonObject object;

    Fields(
        DataType type,
        DataType.Struct struct,
        ColumnBuilder.Structs structs,
        String path,
        Tally tally) {
      super(type, structs);
      this.structs = structs;
      this.object = new JsonObject(struct.fields(), structs.children(), path + ".", tally);
    }

    @Override
    public int json(JsonScanner scanner, byte[] b, int start) {
      if (b[start] != '{') {
        return super.json(scanner, b, start);
      }
      int before = structs.rowCount();
      try {
        int end = object.parse(scanner, b, start);
        structs.endStruct();
        return end;
      } catch (BadValue bad) {
        object.undoTo(before);
        throw bad;
      }
    }

    JsonObject object() {
      return object;
    }

    @Override
    public String expectation() {
      return "Struct";
    }
  }
}
