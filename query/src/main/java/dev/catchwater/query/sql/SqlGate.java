package dev.catchwater.query.sql;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Decides whether a statement may run, from the tree that the engine's own parser made of it
/// (reliability.md §6, TH36, TH38, TH42): one SELECT, built only of kinds of nodes, functions and
/// table functions that are listed here. Whatever is not listed is refused, so what a new version
/// of the engine adds is refused until someone has looked at it.
///
/// Names of tables are collected, not resolved: the caller knows what may be seen. Those that a
/// `WITH` around them defines are not among them. Used by one thread, for one statement.
public final class SqlGate {
  private static final Set<String> NODES =
      Set.of(
          "SELECT_NODE",
          "SET_OPERATION_NODE",
          "RECURSIVE_CTE_NODE",
          "CTE_NODE",
          "BASE_TABLE",
          "SUBQUERY",
          "JOIN",
          "TABLE_FUNCTION",
          "EXPRESSION_LIST",
          "EMPTY",
          "COLUMN_DATA",
          "SHOW_REF",
          "ORDER_MODIFIER",
          "LIMIT_MODIFIER",
          "LIMIT_PERCENT_MODIFIER",
          "DISTINCT_MODIFIER",
          "ORDER_DEFAULT",
          "ASCENDING",
          "DESCENDING");

  private static final Set<String> EXPRESSIONS =
      Set.of(
          "BETWEEN",
          "CASE",
          "CAST",
          "COLLATE",
          "COLUMN_REF",
          "COMPARISON",
          "CONJUNCTION",
          "CONSTANT",
          "FUNCTION",
          "LAMBDA",
          "LAMBDA_REF",
          "OPERATOR",
          "POSITIONAL_REFERENCE",
          "STAR",
          "SUBQUERY",
          "WINDOW");

  private static final Set<String> TABLE_FUNCTIONS =
      Set.of("range", "generate_series", "unnest", "json_each", "json_tree", "repeat");

  private static final String MAIN = "main";

  private static final Set<String> SCHEMAS = Set.of("", MAIN, "pg_catalog");

  private static final Set<String> FUNCTIONS = readNames("functions.txt");

  private static final Set<String> CHANGING_FUNCTIONS =
      Set.of(
          "age",
          "current_date",
          "current_localtime",
          "current_localtimestamp",
          "gen_random_uuid",
          "get_current_time",
          "get_current_timestamp",
          "now",
          "random",
          "today",
          "transaction_timestamp",
          "uuid",
          "uuidv4",
          "uuidv7");

  // The parser takes them for columns, the binder for functions where there is no such column.
  private static final Set<String> CHANGING_WORDS =
      Set.of(
          "current_date",
          "current_time",
          "current_timestamp",
          "localtime",
          "localtimestamp",
          "tablesample");

  private final SqlText text;
  private final boolean isShowAllowed;
  private final Set<TableName> tables = new LinkedHashSet<>();
  private final Set<String> functions = new LinkedHashSet<>();
  private boolean listsTables;
  private boolean joins;

  private SqlGate(SqlText text, boolean isShowAllowed) {
    this.text = text;
    this.isShowAllowed = isShowAllowed;
  }

  /// A table that a statement names and does not define.
  ///
  /// @param position bytes into the statement, -1 where not known
  public record TableName(String name, long position) {}

  /// What a statement that may run asks for.
  ///
  /// @param tables in the order of their first appearance
  /// @param functions the names of all functions, lower case
  /// @param listsTables whether it is `SHOW TABLES`, which names none
  /// @param joins whether it joins anything
  public record Request(
      List<TableName> tables, Set<String> functions, boolean listsTables, boolean joins) {
    public Request {
      tables = List.copyOf(tables);
      functions = Set.copyOf(functions);
    }
  }

  /// The names of the functions that may be called, lower case.
  static Set<String> functions() {
    return FUNCTIONS;
  }

  /// Looks at a statement.
  ///
  /// @param parsed what `json_serialize_sql` said
  /// @param isShowAllowed whether `SHOW TABLES`, `DESCRIBE` and `SUMMARIZE` are
  /// @throws CatchwaterException `BAD_SQL` if it does not parse, `SQL_NOT_ALLOWED`
  static Request check(SyntaxNode parsed, SqlText text, boolean isShowAllowed) {
    SqlGate gate = new SqlGate(text, isShowAllowed);
    if (parsed.text("error").equals("true")) {
      throw gate.unparsed(parsed);
    }
    List<SyntaxNode> statements = parsed.child("statements").items();
    if (statements.size() != 1) {
      throw SqlFailure.notAllowed(
          text.place(0), statements.size() + " statements where one is expected");
    }
    gate.visit(statements.getFirst().child("node"), Set.of());
    return new Request(List.copyOf(gate.tables), gate.functions, gate.listsTables, gate.joins);
  }

  private CatchwaterException unparsed(SyntaxNode parsed) {
    String message = parsed.text("error_message");
    if (parsed.text("error_type").equals("not implemented")) {
      return SqlFailure.notAllowed(
              text.place(0),
              "A statement that begins with "
                  + text.firstWord().toUpperCase(Locale.ROOT)
                  + " is not run here")
          .withHint("statements read datasets: SELECT, or WITH … SELECT");
    }
    return CatchwaterException.at(
        ErrorCode.BAD_SQL, text.place(SqlFailure.position(parsed.text("position"))), message);
  }

  private void visit(SyntaxNode node, Set<String> scope) {
    for (SyntaxNode item : node.items()) {
      visit(item, scope);
    }
    if (node.members().isEmpty()) {
      return;
    }
    if (node.has("class")) {
      requireExpression(node);
    } else if (node.child("type").text() != null) {
      requireNode(node);
    }
    Set<String> inner = scope;
    List<SyntaxNode> with = node.child("cte_map").child("map").items();
    if (!with.isEmpty()) {
      inner = new HashSet<>(scope);
      for (SyntaxNode entry : with) {
        inner.add(entry.text("key").toLowerCase(Locale.ROOT));
      }
    }
    if (node.text("type").equals("BASE_TABLE")) {
      note(node, inner);
    }
    boolean isConstant = node.text("class").equals("CONSTANT");
    for (Map.Entry<String, SyntaxNode> member : node.members().entrySet()) {
      boolean isValue = isConstant && member.getKey().equals("value");
      if (!isValue && !member.getKey().equals("cast_type")) {
        visit(member.getValue(), inner);
      }
    }
  }

  private void requireNode(SyntaxNode node) {
    String type = node.text("type");
    if (!NODES.contains(type)) {
      throw refused(node, words(type) + " is not allowed here");
    }
    joins |= type.equals("JOIN");
    if (type.equals("TABLE_FUNCTION")) {
      SyntaxNode function = node.child("function");
      String name = function.text("function_name").toLowerCase(Locale.ROOT);
      if (!TABLE_FUNCTIONS.contains(name) || !SCHEMAS.contains(function.text("schema"))) {
        throw refused(node, "The table function " + name + " is not allowed here")
            .withHint("a statement reads datasets by their names");
      }
    }
    if (type.equals("SHOW_REF")) {
      boolean isTables = node.text("table_name").replace("\"", "").equalsIgnoreCase("tables");
      if (!isShowAllowed || (!node.has("query") && !isTables)) {
        throw refused(node, "SHOW, DESCRIBE and SUMMARIZE are not allowed here");
      }
      listsTables |= isTables && !node.has("query");
    }
  }

  private void requireExpression(SyntaxNode node) {
    String kind = node.text("class");
    if (!EXPRESSIONS.contains(kind)) {
      throw refused(node, words(kind) + " is not allowed here");
    }
    if (!node.has("function_name")) {
      return;
    }
    String name = node.text("function_name").toLowerCase(Locale.ROOT);
    boolean isOperator = !Character.isLetter(name.charAt(0)) && name.charAt(0) != '_';
    // Names of table functions are looked at with their node, which comes first.
    boolean isKnown =
        isOperator
            || FUNCTIONS.contains(name)
            || TABLE_FUNCTIONS.contains(name)
            || DialectFunctions.has(name);
    boolean isPlain = SCHEMAS.contains(node.text("schema")) && !node.has("catalog");
    if (!isKnown || !isPlain) {
      throw refused(node, "The function " + name + " is not known or not allowed here");
    }
    functions.add(name);
  }

  private void note(SyntaxNode node, Set<String> scope) {
    String name = node.text("table_name");
    String schema = node.text("schema_name");
    if (schema.isEmpty() && node.text("catalog_name").isEmpty()) {
      if (!scope.contains(name.toLowerCase(Locale.ROOT))) {
        tables.add(new TableName(name, location(node)));
      }
      return;
    }
    String catalog = node.text("catalog_name");
    if (catalog.isEmpty() && schema.equalsIgnoreCase(MAIN)) {
      // The schema that all tables are in; a `WITH` defines none of it.
      tables.add(new TableName(name, location(node)));
      return;
    }
    String full = (catalog.isEmpty() ? "" : catalog + ".") + schema + "." + name;
    throw CatchwaterException.at(
            ErrorCode.DATASET_NOT_FOUND, text.place(location(node)), "Dataset not found: " + full)
        .withHint("a name with dots or dashes stands in double quotes: \"" + full + "\"");
  }

  private CatchwaterException refused(SyntaxNode node, String message) {
    return SqlFailure.notAllowed(text.place(location(node)), message);
  }

  private static long location(SyntaxNode node) {
    return SqlFailure.position(node.text("query_location"));
  }

  private static String words(String type) {
    return type.replace('_', ' ');
  }

  /// Refuses a statement whose rows are not the same each time on the same input, as far as its
  /// words and functions show it.
  ///
  /// @throws CatchwaterException `SQL_NOT_ALLOWED`
  public static void requireReproducible(Request request, SqlText text) {
    if (request.listsTables()) {
      throw SqlFailure.notAllowed(text.place(0), "What datasets there are is not proven");
    }
    for (String function : request.functions()) {
      if (CHANGING_FUNCTIONS.contains(function)) {
        throw changing(text, 0, "The function " + function);
      }
    }
    String source = text.source();
    List<SqlToken> tokens = SqlToken.read(source);
    for (int i = 0; i < tokens.size(); i++) {
      String word = word(tokens, i, source);
      boolean isSample =
          word.equals("sample") && i > 0 && word(tokens, i - 1, source).equals("using");
      if (CHANGING_WORDS.contains(word) || isSample) {
        throw changing(text, tokens.get(i).start(), word.toUpperCase(Locale.ROOT));
      }
    }
  }

  private static String word(List<SqlToken> tokens, int index, String source) {
    SqlToken token = tokens.get(index);
    String text = token.text(source).toLowerCase(Locale.ROOT);
    return switch (token.kind()) {
      case WORD -> text;
      case QUOTED -> text.replace("\"", "");
      case NUMBER, STRING, SYMBOL, SEMICOLON -> "";
    };
  }

  private static CatchwaterException changing(SqlText text, long position, String what) {
    return SqlFailure.notAllowed(text.place(position), what + " has another value each time")
        .withHint("an answer that can be proven follows from the rows alone");
  }

  /// The lines of a resource beside this class that do not begin with `#`.
  static Set<String> readNames(String resource) {
    Set<String> names = new HashSet<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(SqlGate.class.getResourceAsStream(resource)),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          names.add(line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Set.copyOf(names);
  }
}
