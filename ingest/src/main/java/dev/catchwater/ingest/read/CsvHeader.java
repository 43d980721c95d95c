package dev.catchwater.ingest.read;

import dev.catchwater.ingest.read.cell.BadValue;
import dev.catchwater.ingest.read.cell.Cell;
import dev.catchwater.ingest.read.cell.JsonObject;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which column each field of a record belongs to. Immutable.
final class CsvHeader {
  /// What is known of the first line before it is read.
  enum Rule {
    /// It is data.
    ABSENT,
    /// It is the header.
    PRESENT,
    /// It is the header where it holds names of the source's columns and nothing else.
    WHERE_IT_NAMES_COLUMNS
  }

  private static final int NAME_BYTES_MAX = 1_024;
  private static final char[] SEPARATORS = {';', '\t', '|', ','};

  private final List<String> names;
  private final List<String> ignored;
  private final byte[] bytes;
  private final int end;
  private final long nextLine;
  private final byte separator;

  private CsvHeader(
      List<String> names,
      List<String> ignored,
      byte[] bytes,
      int end,
      long nextLine,
      byte separator) {
    this.names = List.copyOf(names);
    this.ignored = List.copyOf(ignored);
    this.bytes = bytes;
    this.end = end;
    this.nextLine = nextLine;
    this.separator = separator;
  }

  /// The line as it came; empty where there is none.
  byte[] bytes() {
    return bytes.clone();
  }

  /// Fields in the order of the schema, no first line.
  static CsvHeader positional(List<String> names, CsvDialect dialect) {
    return new CsvHeader(names, List.of(), new byte[0], 0, 1, dialect.separator());
  }

  /// Reads the first line of the window, which must hold it.
  ///
  /// @param schema the declared columns, null where they are inferred from this line
  /// @return null where the rule is [Rule#WHERE_IT_NAMES_COLUMNS] and it does not
  /// @throws CatchwaterException BAD_DATA
  static @Nullable CsvHeader read(
      ByteWindow window,
      CsvDialect dialect,
      Rule rule,
      @Nullable DataSchema schema,
      ReadOptions options,
      SourceBytes source) {
    byte[] b = window.buffer;
    int start = 0;
    long line = 1;
    while (start < window.limit && (b[start] == '\n' || b[start] == '\r')) {
      line += b[start] == '\r' && b[start + 1] == '\n' ? 0 : 1;
      start++;
    }
    CsvFields fields = new CsvFields(dialect);
    List<String> names = new ArrayList<>();
    int p = start;
    try {
      while (true) {
        p = fields.next(b, p);
        names.add(
            new String(fields.text, fields.from, fields.to - fields.from, StandardCharsets.UTF_8));
        if (p >= window.limit || b[p] != dialect.separator()) {
          break;
        }
        p++;
      }
    } catch (BadValue bad) {
      if (rule == Rule.WHERE_IT_NAMES_COLUMNS) {
        return null;
      }
      throw new BadRows(source.name()).describe(bad, window, start, line, p, null);
    }
    long next = line + 1 + fields.linesInside;
    int end = Math.min(p, window.limit);
    byte[] bytes = Arrays.copyOfRange(b, start, end);
    int after = b[end] == '\r' && b[end + 1] == '\n' ? end + 2 : end + 1;
    after = Math.min(after, window.limit);
    Check check = new Check(names, schema, options, new Place(source.name(), line, 0, null));
    if (rule == Rule.WHERE_IT_NAMES_COLUMNS && !check.namesColumnsOnly()) {
      return null;
    }
    String guessed = names.size() == 1 ? guess(bytes, dialect.separator()) : null;
    return new CsvHeader(names, check.ignored(guessed), bytes, after, next, dialect.separator());
  }

  /// The rules of a header line.
  private record Check(
      List<String> names, @Nullable DataSchema schema, ReadOptions options, Place place) {

    boolean namesColumnsOnly() {
      if (schema == null) {
        return false;
      }
      Set<String> found = new HashSet<>();
      for (String name : names) {
        if (schema.indexOf(name) < 0 || !found.add(name)) {
          return false;
        }
      }
      for (DataField field : schema.fields()) {
        if (!field.type().isOptional() && !found.contains(field.name())) {
          return false;
        }
      }
      return true;
    }

    /// The names that are not declared, once everything else is in order.
    List<String> ignored(@Nullable String guessedSeparator) {
      Set<String> found = new HashSet<>();
      List<String> ignored = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        String name = names.get(i);
        if (name.isEmpty()) {
          throw refuse("Column " + (i + 1) + " of the header has no name", null);
        }
        if (name.length() > NAME_BYTES_MAX) {
          throw refuse("A name in the header is longer than 1 KiB (limit: name)", null);
        }
        if (!found.add(name)) {
          throw refuse("The header has the column \"" + name + "\" twice", null);
        }
        if (schema != null && schema.indexOf(name) < 0) {
          ignored.add(name);
        }
      }
      if (names.size() > JsonObject.FIELDS_MAX) {
        throw refuse(
            "The header has more than " + JsonObject.FIELDS_MAX + " columns (limit: columns)",
            null);
      }
      if (schema == null) {
        if (guessedSeparator != null) {
          throw refuse("The header has one column, \"" + names.getFirst() + "\"", guessedSeparator);
        }
      } else {
        checkDeclared(schema, found, ignored, guessedSeparator);
      }
      return ignored;
    }

    private void checkDeclared(
        DataSchema declared,
        Set<String> found,
        List<String> ignored,
        @Nullable String guessedSeparator) {
      if (ignored.size() == names.size()) {
        throw refuse(
            "The first line is not the header (found " + shown(names) + ")",
            guessedSeparator != null
                ? guessedSeparator
                : "declared are "
                    + shown(declared.fields().stream().map(DataField::name).toList()));
      }
      for (String name : ignored) {
        if (options.reservedColumns().contains(name)) {
          throw refuse(
              "The column \"" + name + "\" is reserved for the system",
              "remove it; catchwater fills it itself");
        }
        if (options.isStrict()) {
          throw refuse("The column \"" + name + "\" is not declared by the source", null);
        }
      }
      for (DataField field : declared.fields()) {
        if (!field.type().isOptional() && !found.contains(field.name())) {
          throw refuse(
              "The header lacks the required column \"" + field.name() + "\"",
              "found " + shown(names));
        }
      }
    }

    private CatchwaterException refuse(String message, @Nullable String hint) {
      CatchwaterException failure = CatchwaterException.at(ErrorCode.BAD_DATA, place, message);
      return hint == null ? failure : failure.withHint(hint);
    }

    private static String shown(List<String> names) {
      byte[] all = String.join(", ", names).getBytes(StandardCharsets.UTF_8);
      return BadValue.shown(all, 0, all.length);
    }
  }

  /// The names in the order of a record's fields.
  List<String> names() {
    return names;
  }

  String name(int column) {
    return names.get(column);
  }

  /// The names that no column is declared for.
  List<String> ignored() {
    return ignored;
  }

  /// Where the data begins in the window.
  int end() {
    return end;
  }

  /// The line it begins at.
  long nextLine() {
    return nextLine;
  }

  /// What takes each field of a record; null for a field that is ignored.
  @Nullable Cell[] cells(RowColumns columns) {
    @Nullable Cell[] cells = new @Nullable Cell[names.size()];
    for (int i = 0; i < cells.length; i++) {
      int column = columns.keys.indexOf(names.get(i));
      cells[i] = column < 0 ? null : columns.cells[column];
    }
    return cells;
  }

  /// The columns that records have no field for.
  Cell[] absent(RowColumns columns) {
    List<Cell> absent = new ArrayList<>();
    for (int i = 0; i < columns.cells.length; i++) {
      if (!names.contains(columns.keys.get(i))) {
        absent.add(columns.cells[i]);
      }
    }
    return absent.toArray(new Cell[0]);
  }

  /// Refuses a first record that is the header again.
  void refuseRepeated(byte[] b, int start, int limit) {
    int after = start + bytes.length;
    if (bytes.length > 0
        && after <= limit
        && (b[after] == '\n' || b[after] == '\r')
        && Arrays.equals(bytes, 0, bytes.length, b, start, after)) {
      throw BadValue.syntax(start, "Row 2 repeats the header", "remove one of the two lines");
    }
  }

  @Nullable String guessedSeparator(byte[] b, int start, int recordEnd) {
    return guess(Arrays.copyOfRange(b, start, recordEnd), separator);
  }

  /// A hint where a line that is one field holds another usual separator.
  static @Nullable String guess(byte[] line, byte separator) {
    char best = 0;
    int most = 0;
    for (char candidate : SEPARATORS) {
      int count = 0;
      for (byte b : line) {
        count += b == candidate ? 1 : 0;
      }
      if (candidate != separator && count > most) {
        most = count;
        best = candidate;
      }
    }
    return most == 0
        ? null
        : "it looks separated by \""
            + (best == '\t' ? "\\t" : best)
            + "\"; declare it as `separator`";
  }
}
