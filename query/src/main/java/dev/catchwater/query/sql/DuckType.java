package dev.catchwater.query.sql;

import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A column type as DuckDB writes it (`DECIMAL(18,3)`, `STRUCT(a INTEGER, "b c" VARCHAR[])`), and
/// what of it can be stored in a slice. Immutable.
///
/// @param name the type's own name in upper case without what stands in parentheses
/// @param text the type as it was written
/// @param fields of a struct, by name; the item of a list is the only one, named `item`
record DuckType(String name, String text, List<Field> fields) {
  static final String LIST = "LIST";

  /// A field of a struct or the item of a list.
  record Field(String name, DuckType type) {}

  DuckType {
    fields = List.copyOf(fields);
  }

  /// Reads a type as `DESCRIBE` prints it.
  static DuckType parse(String text) {
    return new Parser(text).type();
  }

  /// How values of this type are stored.
  ///
  /// @return a type to cast to, the type itself where it is stored as it is, or null where no cast
  ///   keeps the meaning (maps, unions, variants)
  @Nullable String stored() {
    return switch (name) {
      case "HUGEINT", "UHUGEINT" -> "BIGINT";
      case "UUID", "JSON", "ENUM", "BIT", "INTERVAL", "BIGNUM", "TIME WITH TIME ZONE" -> "VARCHAR";
      case "\"NULL\"", "NULL" -> "INTEGER";
      case "TIME_NS" -> "TIME";
      case "MAP", "UNION", "VARIANT", "GEOMETRY" -> null;
      case LIST -> {
        String item = fields.getFirst().type().stored();
        yield item == null ? null : item + "[]";
      }
      case "STRUCT" -> struct();
      default -> text;
    };
  }

  private @Nullable String struct() {
    StringBuilder all = new StringBuilder("STRUCT(");
    for (Field field : fields) {
      String type = field.type().stored();
      if (type == null) {
        return null;
      }
      all.append(all.charAt(all.length() - 1) == '(' ? "" : ", ")
          .append(quoted(field.name()))
          .append(' ')
          .append(type);
    }
    return all.append(')').toString();
  }

  /// An identifier in quotes.
  static String quoted(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  /// A text in quotes.
  static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /// What a column of an ODF type is in the engine.
  static String of(DataType type) {
    return switch (type.required()) {
      case Scalar scalar ->
          switch (scalar) {
            case BOOL -> "BOOLEAN";
            case DATE -> "DATE";
            case FLOAT16, FLOAT32 -> "FLOAT";
            case FLOAT64 -> "DOUBLE";
            case INT8 -> "TINYINT";
            case INT16 -> "SMALLINT";
            case INT32, NULL -> "INTEGER";
            case INT64 -> "BIGINT";
            case UINT8 -> "UTINYINT";
            case UINT16 -> "USMALLINT";
            case UINT32 -> "UINTEGER";
            case UINT64 -> "UBIGINT";
            case STRING -> "VARCHAR";
          };
      case DataType.Binary _ -> "BLOB";
      case DataType.Decimal(int precision, int scale) ->
          precision > 38 ? "DOUBLE" : "DECIMAL(" + precision + "," + scale + ")";
      case DataType.Duration _ -> "BIGINT";
      case DataType.ListOf list -> of(list.itemType()) + "[]";
      case DataType.MapOf map -> "MAP(" + of(map.keyType()) + ", " + of(map.valueType()) + ")";
      case DataType.Struct struct -> ofStruct(struct);
      case DataType.Time _ -> "TIME";
      case DataType.Timestamp _ -> "TIMESTAMP WITH TIME ZONE";
      case DataType.Option option -> of(option.inner());
    };
  }

  private static String ofStruct(DataType.Struct struct) {
    StringBuilder all = new StringBuilder("STRUCT(");
    for (DataField field : struct.fields()) {
      all.append(all.charAt(all.length() - 1) == '(' ? "" : ", ")
          .append(quoted(field.name()))
          .append(' ')
          .append(of(field.type()));
    }
    return all.append(')').toString();
  }

  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    DuckType type() {
      int from = at;
      if (at < text.length() && text.charAt(at) == '"') {
        identifier();
      }
      while (at < text.length() && ",()[]".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      String name = text.substring(from, at).strip().toUpperCase(Locale.ROOT);
      List<Field> fields = List.of();
      if (at < text.length() && text.charAt(at) == '(') {
        if (name.equals("STRUCT")) {
          fields = fields();
        } else {
          skipParentheses();
        }
      }
      DuckType type = new DuckType(name, text.substring(from, at).strip(), fields);
      while (at < text.length() && text.charAt(at) == '[') {
        at = text.indexOf(']', at) + 1;
        type =
            new DuckType(LIST, text.substring(from, at).strip(), List.of(new Field("item", type)));
      }
      return type;
    }

    private List<Field> fields() {
      List<Field> fields = new ArrayList<>();
      while (text.charAt(at) != ')') {
        at++;
        skipSpaces();
        String name = identifier();
        skipSpaces();
        fields.add(new Field(name, type()));
      }
      at++;
      return fields;
    }

    private String identifier() {
      StringBuilder name = new StringBuilder();
      if (text.charAt(at) != '"') {
        while (text.charAt(at) != ' ') {
          name.append(text.charAt(at++));
        }
        return name.toString();
      }
      at++;
      while (text.charAt(at) != '"' || text.startsWith("\"\"", at)) {
        at += text.charAt(at) == '"' ? 1 : 0;
        name.append(text.charAt(at++));
      }
      at++;
      return name.toString();
    }

    // Of a decimal, an enum, a map or a union: quotes may hold parentheses.
    private void skipParentheses() {
      int depth = 0;
      do {
        char c = text.charAt(at++);
        if (c == '\'' || c == '"') {
          while (text.charAt(at) != c) {
            at++;
          }
          at++;
        }
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      } while (depth > 0);
    }

    private void skipSpaces() {
      while (text.charAt(at) == ' ') {
        at++;
      }
    }
  }
}
