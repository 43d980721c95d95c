package dev.catchwater.tables;

import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.query.sql.SqlText;
import dev.catchwater.query.sql.SqlToken;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The fields of schema-less events and rows as columns of a view's query. The engine has to know
/// names and types beforehand: the types are those that the values had when the view was made; a
/// value of another type is null later on. Fields that the query names and no event had are texts.
/// Stateless.
final class ViewFields {
  private static final Set<String> TAKEN = Set.of("event_time", "payload");

  // What follows a column or stands where one might; a field of such a name is written in quotes.
  private static final Set<String> KEYWORDS =
      Set.of(
          "select",
          "from",
          "where",
          "group",
          "by",
          "having",
          "order",
          "limit",
          "as",
          "and",
          "or",
          "not",
          "in",
          "is",
          "null",
          "true",
          "false",
          "like",
          "between",
          "case",
          "when",
          "then",
          "else",
          "end",
          "on",
          "join",
          "inner",
          "left",
          "outer",
          "using",
          "distinct",
          "asc",
          "desc",
          "with",
          "union",
          "all",
          "cast",
          "bigint",
          "double",
          "varchar",
          "integer");

  private ViewFields() {}

  /// The statement that says what fields there are, over a table `t`.
  static String structure() {
    return "SELECT CAST(json_group_structure(CAST(payload AS JSON)) AS VARCHAR) AS s FROM"
        + " (SELECT payload FROM t LIMIT 100000) AS q";
  }

  /// Fields and their types, from what [#structure()] found.
  ///
  /// @param json null where there are no rows
  static Map<String, String> types(@Nullable String json) {
    Map<String, String> types = new LinkedHashMap<>();
    if (json != null && JsonTree.read(json) instanceof Tree.Fields fields) {
      for (Map.Entry<String, Tree> field : fields.fields().entrySet()) {
        types.put(
            field.getKey(), field.getValue() instanceof Tree.Text text ? text.value() : "JSON");
      }
    }
    return types;
  }

  /// A dependency whose rows are JSON objects.
  ///
  /// @param name in the query
  /// @param types of the fields that its rows have
  record Source(String name, Map<String, String> types) {}

  /// The fields that a query may mean, of each source those it might have.
  ///
  /// @param names of all tables of the query, sources or not
  static Map<String, Map<String, String>> of(
      String query, List<Source> sources, List<String> names) {
    Map<String, Map<String, String>> found = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    List<SqlToken> tokens = SqlToken.read(query);
    Map<String, String> aliases = aliases(query, tokens, names);
    boolean hasStar = hasStar(query, tokens);
    Set<String> plain = new LinkedHashSet<>();
    Set<String> given = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    Map<String, Set<String>> qualified = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (int i = 0; i < tokens.size(); i++) {
      String name = name(query, tokens, i);
      String before = i == 0 ? "" : tokens.get(i - 1).text(query);
      String after = i + 1 < tokens.size() ? tokens.get(i + 1).text(query) : "";
      if (name == null || after.equals("(") || after.equals(".")) {
        continue;
      }
      if (before.equalsIgnoreCase("as")) {
        given.add(name);
      } else if (before.equals(".") && i > 1) {
        String table = aliases.get(name(query, tokens, i - 2));
        if (table != null) {
          qualified.computeIfAbsent(table, _ -> new LinkedHashSet<>()).add(name);
        }
      } else if (!aliases.containsKey(name)) {
        plain.add(name);
      }
    }
    for (Source source : sources) {
      Set<String> asked = new LinkedHashSet<>(qualified.getOrDefault(source.name(), Set.of()));
      for (String name : plain) {
        boolean isUnknown = !given.contains(name) && isOnly(name, source, sources);
        if (spelling(source, name) != null || isUnknown) {
          asked.add(name);
        }
      }
      found.put(source.name(), columns(source, asked, hasStar));
    }
    return found;
  }

  // A name that no source is known to have goes to the first.
  private static boolean isOnly(String name, Source source, List<Source> sources) {
    for (Source other : sources) {
      if (spelling(other, name) != null) {
        return false;
      }
    }
    return source.equals(sources.getFirst());
  }

  private static Map<String, String> columns(Source source, Set<String> asked, boolean hasStar) {
    Map<String, String> columns = new LinkedHashMap<>();
    Set<String> taken = new LinkedHashSet<>(TAKEN);
    if (hasStar) {
      for (Map.Entry<String, String> field : source.types().entrySet()) {
        if (taken.add(lower(field.getKey()))) {
          columns.put(field.getKey(), field.getValue());
        }
      }
    }
    for (String name : asked) {
      String spelling = spelling(source, name);
      if (taken.add(lower(name)) && (spelling != null || !hasStar)) {
        String field = spelling == null ? name : spelling;
        columns.put(field, source.types().getOrDefault(field, "VARCHAR"));
      }
    }
    return columns;
  }

  private static @Nullable String spelling(Source source, String name) {
    if (source.types().containsKey(name)) {
      return name;
    }
    for (String field : source.types().keySet()) {
      if (field.equalsIgnoreCase(name)) {
        return field;
      }
    }
    return null;
  }

  /// By what names the query calls its tables.
  private static Map<String, String> aliases(
      String query, List<SqlToken> tokens, List<String> names) {
    Map<String, String> aliases = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String name : names) {
      aliases.put(name, name);
    }
    for (int i = 1; i + 1 < tokens.size(); i++) {
      String table = aliases.get(String.valueOf(name(query, tokens, i)));
      String before = lower(tokens.get(i - 1).text(query));
      boolean isTable = before.equals("from") || before.equals("join") || before.equals(",");
      if (table == null || !isTable) {
        continue;
      }
      int next = lower(tokens.get(i + 1).text(query)).equals("as") ? i + 2 : i + 1;
      String alias = next < tokens.size() ? name(query, tokens, next) : null;
      if (alias != null) {
        aliases.put(alias, table);
      }
    }
    return aliases;
  }

  private static boolean hasStar(String query, List<SqlToken> tokens) {
    for (int i = 1; i < tokens.size(); i++) {
      String before = lower(tokens.get(i - 1).text(query));
      boolean begins = before.equals("select") || before.equals(",") || before.equals(".");
      if (begins && tokens.get(i).text(query).equals("*")) {
        return true;
      }
    }
    return false;
  }

  /// The name that a token is, null where it is none.
  private static @Nullable String name(String query, List<SqlToken> tokens, int index) {
    String text = tokens.get(index).text(query);
    return switch (tokens.get(index).kind()) {
      case QUOTED -> text.substring(1, Math.max(1, text.length() - 1)).replace("\"\"", "\"");
      case WORD -> KEYWORDS.contains(lower(text)) ? null : text;
      case NUMBER, STRING, SYMBOL, SEMICOLON -> null;
    };
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /// The items of a select list that give the columns.
  static List<String> items(Map<String, String> columns) {
    List<String> items = new ArrayList<>();
    for (Map.Entry<String, String> column : columns.entrySet()) {
      items.add(
          value(column.getKey(), column.getValue()) + " AS " + SqlText.quoted(column.getKey()));
    }
    return items;
  }

  private static String value(String field, String type) {
    String pointer = SqlText.literal("/" + field.replace("~", "~0").replace("/", "~1"));
    String text = "json_extract_string(payload, " + pointer + ")";
    String kind = "json_type(payload, " + pointer + ")";
    return switch (type) {
      case "BIGINT", "UBIGINT" -> typed(kind, "'BIGINT', 'UBIGINT'", text, "BIGINT");
      case "DOUBLE" -> typed(kind, "'BIGINT', 'UBIGINT', 'DOUBLE'", text, "DOUBLE");
      case "BOOLEAN" -> typed(kind, "'BOOLEAN'", text, "BOOLEAN");
      default -> text;
    };
  }

  private static String typed(String kind, String kinds, String text, String type) {
    return "CASE WHEN "
        + kind
        + " IN ("
        + kinds
        + ") THEN TRY_CAST("
        + text
        + " AS "
        + type
        + ") END";
  }
}
