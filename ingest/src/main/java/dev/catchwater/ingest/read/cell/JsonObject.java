package dev.catchwater.ingest.read.cell;

import dev.catchwater.columnar.batch.ColumnBuilder;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.schema.DataField;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Objects of declared fields, each appended to its column. Expects every object to have its fields
/// where the one before had them, and looks a name up only where that fails. Used by one thread.
public final class JsonObject implements JsonRow {
  /// Fields that one object may have.
  public static final int FIELDS_MAX = 1_000;

  private static final int NAME_BYTES_MAX = 1_024;
  private static final int UNDECLARED_KEPT_MAX = 1_000;

  private final String prefix;
  private final List<String> reserved;
  private final boolean isStrict;
  private final JsonField[] declared;

  /// Stands before the first field; has no value.
  private final JsonField head = new JsonField(new byte[0], "", null);

  private @Nullable JsonField[] slots;
  private JsonField[] undeclared = new JsonField[8];
  private int undeclaredCount;
  private long othersIgnored;
  private long objects;
  private boolean hasMatched;
  private int keyEnd;

  /// The rows of a source.
  ///
  /// @param names the fields' names in the data
  /// @param reserved names that data may not bring
  /// @param isStrict whether undeclared fields are refused
  public JsonObject(List<String> names, Cell[] cells, List<String> reserved, boolean isStrict) {
    this(names, cells, "", reserved, isStrict);
  }

  /// The structs of a column.
  ///
  /// @param prefix what stands before the fields' names in messages
  public JsonObject(
      List<DataField> fields, List<ColumnBuilder> builders, String prefix, Tally tally) {
    this(
        fields.stream().map(DataField::name).toList(),
        cells(fields, builders, prefix, tally),
        prefix,
        List.of(),
        false);
  }

  private JsonObject(
      List<String> names, Cell[] cells, String prefix, List<String> reserved, boolean isStrict) {
    this.prefix = prefix;
    this.reserved = reserved;
    this.isStrict = isStrict;
    declared = new JsonField[cells.length];
    slots = new @Nullable JsonField[Math.max(16, Integer.highestOneBit(declared.length) * 4)];
    JsonField before = head;
    for (int i = 0; i < declared.length; i++) {
      String name = names.get(i);
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      declared[i] = new JsonField(bytes, prefix + name, cells[i]);
      put(declared[i]);
      before.next = declared[i];
      before = declared[i];
    }
  }

  private static Cell[] cells(
      List<DataField> fields, List<ColumnBuilder> builders, String prefix, Tally tally) {
    Cell[] cells = new Cell[fields.size()];
    for (int i = 0; i < cells.length; i++) {
      DataField field = fields.get(i);
      cells[i] = Cell.of(field.type(), builders.get(i), prefix + field.name(), tally);
    }
    return cells;
  }

  /// Reads the object whose brace is at `start`; gives where it ends. On [BadValue] some columns
  /// may have a value more than others: see [#undoTo].
  @Override
  public int parse(JsonScanner scanner, byte[] b, int start) {
    if (undeclaredCount > UNDECLARED_KEPT_MAX) {
      forgetUndeclared();
    }
    long object = ++objects;
    scanner.open(start);
    int matched = 0;
    int fields = 0;
    int p = start + 1;
    if (b[p] <= ' ') {
      p = scanner.space(b, p);
    }
    boolean more = b[p] != '}';
    JsonField before = head;
    while (more) {
      int keyAt = p;
      JsonField field = before.next;
      if (field != null && isAt(field.spelling, b, p)) {
        p += field.spelling.length + 1;
      } else {
        field = lookUp(scanner, b, p);
        before.next = field;
        p = keyEnd;
      }
      p = colon(scanner, b, p);
      if (field.seenIn == object || ++fields > FIELDS_MAX) {
        throw oneTooMany(field, object, keyAt, start);
      }
      field.seenIn = object;
      scanner.field = field;
      scanner.valueAt = p;
      Cell cell = field.cell;
      if (cell == null) {
        p = skip(field, scanner, b, p);
      } else {
        p = cell.json(scanner, b, p);
        matched++;
      }
      before = field;
      more = b[p] == ',';
      if (!more && b[p] != '}') {
        p = scanner.space(b, p);
        more = b[p] == ',';
        if (!more && b[p] != '}') {
          throw JsonScanner.expected(b, p, "',' or '}'");
        }
      }
      if (more && b[++p] <= ' ') {
        p = scanner.space(b, p);
      }
    }
    scanner.depth--;
    hasMatched |= matched > 0;
    if (matched < declared.length) {
      fillUp(scanner, object, start);
    }
    return p + 1;
  }

  private static int colon(JsonScanner scanner, byte[] b, int start) {
    int p = start;
    if (b[p] != ':') {
      p = scanner.space(b, p);
    }
    p = scanner.colon(b, p);
    return b[p] <= ' ' ? scanner.space(b, p) : p;
  }

  private static boolean isAt(byte[] spelling, byte[] b, int p) {
    if (b[p] != '"') {
      return false;
    }
    for (int i = 0; i < spelling.length; i++) {
      if (b[p + 1 + i] != spelling[i]) {
        return false;
      }
    }
    return true;
  }

  private static BadValue oneTooMany(JsonField field, long object, int keyAt, int start) {
    return field.seenIn == object
        ? BadValue.syntax(keyAt, "The field \"" + field.path + "\" is there twice", null)
        : BadValue.syntax(
            start, "The object has more than " + FIELDS_MAX + " fields (limit: columns)", null);
  }

  private int skip(JsonField field, JsonScanner scanner, byte[] b, int start) {
    if (field.isReserved) {
      throw BadValue.of(
          "The column is reserved for the system", "remove it; catchwater fills it itself");
    }
    if (isStrict) {
      throw BadValue.of("The field is not declared by the source", null);
    }
    field.count++;
    return scanner.skip(b, start);
  }

  /// Gives the columns that the object has no field for a null.
  private void fillUp(JsonScanner scanner, long object, int start) {
    for (JsonField field : declared) {
      Cell cell = field.cell;
      if (field.seenIn != object && cell != null) {
        scanner.field = field;
        scanner.valueAt = start;
        try {
          cell.absent("missing");
        } catch (BadValue bad) {
          String twin = twinOf(field, object);
          throw twin == null ? bad : BadValue.of(bad.text(), twin);
        }
      }
    }
  }

  /// A hint where the object has a name that only looks the same.
  private @Nullable String twinOf(JsonField missing, long object) {
    String wanted = missing.nameText();
    for (int i = 0; i < undeclaredCount; i++) {
      String name = undeclared[i].nameText();
      if (undeclared[i].seenIn != object) {
        continue;
      }
      if (name.equalsIgnoreCase(wanted)) {
        return "the row has \"" + name + "\": names are matched exactly, case included";
      }
      if (Normalizer.normalize(name, Normalizer.Form.NFC)
          .equals(Normalizer.normalize(wanted, Normalizer.Form.NFC))) {
        return "the row has a name that looks the same in another Unicode form (NFC, NFD)";
      }
    }
    return null;
  }

  /// Brings every column back to a number of rows.
  public void undoTo(int rowCount) {
    for (JsonField field : declared) {
      if (field.cell != null) {
        field.cell.undoTo(rowCount);
      }
    }
  }

  /// Refuses data of which nothing is declared.
  ///
  /// @throws CatchwaterException BAD_DATA
  @Override
  public void requireMatch(@Nullable String file) {
    if (hasMatched || (undeclaredCount == 0 && othersIgnored == 0)) {
      return;
    }
    StringBuilder found = new StringBuilder();
    for (int i = 0; i < Math.min(undeclaredCount, 10); i++) {
      found.append(i == 0 ? "" : ", ").append(undeclared[i].nameText());
    }
    StringBuilder known = new StringBuilder();
    for (int i = 0; i < declared.length; i++) {
      known.append(i == 0 ? "" : ", ").append(declared[i].nameText());
    }
    CatchwaterException failure =
        CatchwaterException.of(
                ErrorCode.BAD_DATA,
                "No field of the data is declared by the source: found " + found)
            .withHint("declared are " + known);
    throw file == null ? failure : failure.withPlace(Place.of(file));
  }

  /// Adds what was ignored, by name.
  @Override
  public void addIgnored(Map<String, Long> into) {
    for (int i = 0; i < undeclaredCount; i++) {
      if (undeclared[i].count > 0) {
        into.merge(undeclared[i].path, undeclared[i].count, Long::sum);
      }
    }
    if (othersIgnored > 0) {
      into.merge("…", othersIgnored, Long::sum);
    }
    for (JsonField field : declared) {
      if (field.cell instanceof NestedCell.Fields nested) {
        nested.object().addIgnored(into);
      }
    }
  }

  private JsonField lookUp(JsonScanner scanner, byte[] b, int p) {
    if (b[p] != '"') {
      throw JsonScanner.notAKey(b, p);
    }
    scanner.field = null;
    keyEnd = scanner.string(b, p);
    byte[] text = scanner.text;
    int from = scanner.from;
    int to = scanner.to;
    int mask = slots.length - 1;
    int slot = JsonField.hash(text, from, to) & mask;
    JsonField known = slots[slot];
    while (known != null) {
      if (Arrays.equals(known.name, 0, known.name.length, text, from, to)) {
        return known;
      }
      slot = slot + 1 & mask;
      known = slots[slot];
    }
    if (to - from > NAME_BYTES_MAX) {
      throw BadValue.syntax(p, "The field's name is longer than 1 KiB (limit: name)", null);
    }
    byte[] name = Arrays.copyOfRange(text, from, to);
    String nameText = new String(name, StandardCharsets.UTF_8);
    JsonField made = new JsonField(name, prefix + nameText, null);
    made.isReserved = reserved.contains(nameText);
    if (undeclaredCount == undeclared.length) {
      undeclared = Arrays.copyOf(undeclared, undeclaredCount * 2);
    }
    undeclared[undeclaredCount++] = made;
    put(made);
    return made;
  }

  private void put(JsonField field) {
    int size = declared.length + undeclaredCount;
    if (size * 2 > slots.length) {
      @Nullable JsonField[] old = slots;
      slots = new @Nullable JsonField[old.length * 2];
      for (@Nullable JsonField moved : old) {
        if (moved != null) {
          insert(moved);
        }
      }
    }
    insert(field);
  }

  private void insert(JsonField field) {
    int mask = slots.length - 1;
    int slot = field.hash & mask;
    while (slots[slot] != null) {
      slot = slot + 1 & mask;
    }
    slots[slot] = field;
  }

  /// Data whose names never repeat must not fill the memory: their counts are summed up.
  private void forgetUndeclared() {
    for (int i = 0; i < undeclaredCount; i++) {
      othersIgnored += undeclared[i].count;
    }
    undeclared = new JsonField[8];
    undeclaredCount = 0;
    Arrays.fill(slots, null);
    for (JsonField field : declared) {
      field.next = null;
      insert(field);
    }
    head.next = null;
  }
}
