package dev.catchwater.odf.schema;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The DDL notation of a schema: a list of column definitions such as `city STRING NOT NULL`
/// (odf-format §5.2). Everything is optional unless `NOT NULL`, but `DATE` and `DECIMAL` are
/// required; `TIMESTAMP` means milliseconds in UTC; the items of an `ARRAY<T>` are optional.
///
/// ```
/// definition = column {"," column}
/// column     = name type ["NOT" "NULL"]
/// name       = letter {letter | digit | "_"} | '"' … '"' | "`" … "`"
/// type       = word ["(" number ["," number] ")"] ["UNSIGNED" | "PRECISION"]
///            | "ARRAY" "<" type ">"
/// ```
///
/// Nothing is executed: what does not fit this grammar is refused with its position. Stateless.
public final class DdlSchema {
  private static final List<String> TYPES =
      List.of(
          "BOOLEAN",
          "BOOL",
          "INT",
          "INTEGER",
          "BIGINT",
          "SIGNED",
          "UNSIGNED",
          "FLOAT",
          "DOUBLE",
          "DECIMAL",
          "STRING",
          "VARCHAR",
          "TEXT",
          "DATE",
          "TIMESTAMP",
          "ARRAY");
  private static final Set<String> UNSUPPORTED =
      Set.of(
          "SMALLINT",
          "TINYINT",
          "REAL",
          "TIME",
          "UUID",
          "CHAR",
          "CHARACTER",
          "NUMERIC",
          "BINARY",
          "VARBINARY",
          "BLOB",
          "BYTEA",
          "JSON",
          "STRUCT",
          "MAP",
          "INTERVAL",
          "DATETIME");
  private static final int PRECISION_MAX = 76;
  private static final int DEPTH_MAX = 16;

  private final String text;
  private int position;

  private DdlSchema(String text) {
    this.text = text;
  }

  /// Reads the definitions, one or more columns each.
  ///
  /// @throws CatchwaterException `BAD_MANIFEST` with the definition and the position in it
  public static DataSchema parse(List<String> definitions) {
    List<DataField> fields = new ArrayList<>(definitions.size());
    for (String definition : definitions) {
      DdlSchema parser = new DdlSchema(definition);
      do {
        int start = parser.skipSpace();
        DataField field = parser.column();
        for (DataField other : fields) {
          if (other.name().equals(field.name())) {
            throw parser.error(start, "Column '" + field.name() + "' is there twice");
          }
        }
        fields.add(field);
      } while (parser.accept(','));
      if (!parser.atEnd()) {
        throw parser.error(
            parser.position, "Expected the end of the column, found " + parser.found());
      }
    }
    return DataSchema.of(fields);
  }

  private DataField column() {
    String name = name();
    int typeStart = skipSpace();
    if (atEnd()) {
      throw error(typeStart, "Column '" + name + "' has no type");
    }
    DataType type = type(name, 0);
    boolean required = type == Scalar.DATE || type instanceof DataType.Decimal;
    int optionStart = skipSpace();
    if (!atEnd() && isWordStart(text.charAt(position))) {
      String word = word();
      if (!word.equals("NOT") || !nextWordIs("NULL")) {
        throw error(optionStart, "Column option '" + text.substring(optionStart) + "' is not known")
            .withHint("only NOT NULL is");
      }
      required = true;
    }
    return DataField.of(name, required ? type : type.optional());
  }

  private String name() {
    int start = skipSpace();
    if (atEnd()) {
      throw error(start, "Expected a column name");
    }
    char first = text.charAt(position);
    if (first == '"' || first == '`') {
      return quoted(first);
    }
    if (!isWordStart(first)) {
      throw error(start, "Expected a column name, found " + found())
          .withHint("quote names with other characters: \"Date (UTC)\"");
    }
    while (!atEnd() && isWordPart(text.charAt(position))) {
      position++;
    }
    return text.substring(start, position);
  }

  private String quoted(char quote) {
    int start = position++;
    StringBuilder name = new StringBuilder();
    while (!atEnd()) {
      char next = text.charAt(position++);
      if (next != quote) {
        name.append(next);
      } else if (!atEnd() && text.charAt(position) == quote) {
        name.append(quote);
        position++;
      } else if (name.isEmpty()) {
        throw error(start, "A column name is empty");
      } else {
        return name.toString();
      }
    }
    throw error(start, "The quoted name is not closed");
  }

  private DataType type(String column, int depth) {
    int start = skipSpace();
    if (atEnd() || !isWordStart(text.charAt(position))) {
      throw error(start, "Expected a type for column '" + column + "', found " + found());
    }
    String word = word();
    return switch (word) {
      case "BOOLEAN", "BOOL" -> Scalar.BOOL;
      case "INT", "INTEGER" -> {
        parameters(1);
        yield nextWordIs("UNSIGNED") ? Scalar.UINT32 : Scalar.INT32;
      }
      case "SIGNED" -> Scalar.INT32;
      case "UNSIGNED" -> Scalar.UINT32;
      case "BIGINT" -> {
        parameters(1);
        yield nextWordIs("UNSIGNED") ? Scalar.UINT64 : Scalar.INT64;
      }
      case "FLOAT" -> {
        parameters(1);
        yield Scalar.FLOAT32;
      }
      case "DOUBLE" -> {
        nextWordIs("PRECISION");
        yield Scalar.FLOAT64;
      }
      case "STRING", "TEXT", "VARCHAR" -> {
        parameters(1);
        yield Scalar.STRING;
      }
      case "DATE" -> Scalar.DATE;
      case "TIMESTAMP" -> {
        parameters(1);
        yield DataType.Timestamp.MILLIS_UTC;
      }
      case "DECIMAL" -> decimal(start);
      case "ARRAY" -> array(column, depth);
      default -> throw unknownType(start, column, word);
    };
  }

  private CatchwaterException unknownType(int start, String column, String word) {
    if (UNSUPPORTED.contains(word)) {
      return error(start, "Type '" + word + "' of column '" + column + "' is not supported in DDL")
          .withHint("use the notation schema: {fields: …} for types beyond " + typeList());
    }
    return error(start, "Type '" + word + "' of column '" + column + "' is not known")
        .withHint(Suggestion.hint(word, TYPES));
  }

  private static String typeList() {
    return String.join(", ", TYPES);
  }

  private DataType decimal(int start) {
    List<Integer> parameters = parameters(2);
    if (parameters.isEmpty()) {
      throw error(start, "DECIMAL needs its precision").withHint("DECIMAL(10, 2)");
    }
    int precision = parameters.getFirst();
    int scale = parameters.size() == 2 ? parameters.getLast() : 0;
    if (precision < 1 || precision > PRECISION_MAX || scale > precision) {
      throw error(start, "DECIMAL(" + precision + "," + scale + ") is out of range")
          .withHint("a precision of 1 to " + PRECISION_MAX + ", a scale up to the precision");
    }
    return new DataType.Decimal(precision, scale);
  }

  private DataType array(String column, int depth) {
    if (depth >= DEPTH_MAX) {
      throw error(position, "ARRAY nests deeper than " + DEPTH_MAX);
    }
    expect('<');
    DataType item = type(column, depth + 1);
    expect('>');
    return new DataType.ListOf(item.optional(), null);
  }

  /// Up to `max` whole numbers in parentheses, or none.
  private List<Integer> parameters(int max) {
    if (!accept('(')) {
      return List.of();
    }
    List<Integer> numbers = new ArrayList<>();
    do {
      int start = skipSpace();
      while (!atEnd() && text.charAt(position) >= '0' && text.charAt(position) <= '9') {
        position++;
      }
      if (position == start || position - start > 9 || numbers.size() == max) {
        throw error(start, "Expected " + (numbers.size() == max ? "')'" : "a number"));
      }
      numbers.add(Integer.parseInt(text, start, position, 10));
    } while (accept(','));
    expect(')');
    return numbers;
  }

  private boolean nextWordIs(String expected) {
    int start = position;
    skipSpace();
    if (!atEnd() && isWordStart(text.charAt(position)) && word().equals(expected)) {
      return true;
    }
    position = start;
    return false;
  }

  private String word() {
    int start = position;
    while (!atEnd() && isWordPart(text.charAt(position))) {
      position++;
    }
    return text.substring(start, position).toUpperCase(Locale.ROOT);
  }

  private boolean accept(char expected) {
    skipSpace();
    if (!atEnd() && text.charAt(position) == expected) {
      position++;
      return true;
    }
    return false;
  }

  private void expect(char expected) {
    if (!accept(expected)) {
      throw error(position, "Expected '" + expected + "', found " + found());
    }
  }

  private int skipSpace() {
    while (!atEnd() && Character.isWhitespace(text.charAt(position))) {
      position++;
    }
    return position;
  }

  private boolean atEnd() {
    return position >= text.length();
  }

  private String found() {
    return atEnd() ? "the end" : "'" + Character.toString(text.codePointAt(position)) + "'";
  }

  private static boolean isWordStart(char c) {
    return Character.isLetter(c) || c == '_';
  }

  private static boolean isWordPart(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  private CatchwaterException error(int at, String message) {
    return CatchwaterException.of(
        ErrorCode.BAD_MANIFEST, message + ", at character " + (at + 1) + " of \"" + text + "\"");
  }
}
