package dev.catchwater.query.sql;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One statement of a text, as it was written and as the engine gets it.
///
/// The engine's form has no semicolon and no comment behind it, and the word `offset` in quotes
/// where it is a column: every dataset has one, and in DuckDB the bare word is a clause. Positions
/// that the engine reports are brought back to lines and columns of what was written. Nothing here
/// decides what a statement may do: [SqlGate] looks at what the engine makes of it. Immutable.
public final class SqlText {
  private static final String OFFSET = "offset";
  private static final int PARAMETERS_MAX = 1_000;

  /// Words that follow a column but never begin the number of rows to pass over.
  private static final Set<String> AFTER_COLUMN =
      Set.of(
          "from",
          "as",
          "asc",
          "desc",
          "and",
          "or",
          "is",
          "in",
          "not",
          "between",
          "like",
          "ilike",
          "nulls",
          "then",
          "when",
          "else",
          "end",
          "order",
          "group",
          "having",
          "where",
          "limit",
          "union",
          "except",
          "intersect",
          "over",
          "filter",
          "collate",
          "offset",
          "join",
          "on",
          "using",
          "inner",
          "left",
          "right",
          "full",
          "cross",
          "natural",
          "window",
          "qualify",
          "similar",
          "glob",
          "ignore",
          "respect",
          "rows",
          "range",
          "preceding",
          "following");

  private final @Nullable String file;
  private final String source;
  private final int start;
  private final String engineText;
  private final int[] inserted;

  private SqlText(
      @Nullable String file, String source, int start, String engineText, int[] inserted) {
    this.file = file;
    this.source = source;
    this.start = start;
    this.engineText = engineText;
    this.inserted = inserted;
  }

  /// The statements of a text, in their order; empty ones are left out.
  ///
  /// @param file the name of the script for messages, or null
  public static List<SqlText> split(@Nullable String file, String source) {
    List<SqlText> statements = new ArrayList<>();
    List<SqlToken> tokens = new ArrayList<>();
    for (SqlToken token : SqlToken.read(source)) {
      if (token.kind() == SqlToken.Kind.SEMICOLON) {
        add(statements, file, source, tokens);
        tokens = new ArrayList<>();
      } else {
        tokens.add(token);
      }
    }
    add(statements, file, source, tokens);
    return statements;
  }

  /// What was written, the whole of it: [#split] makes this statement of it again, where it is the
  /// only one.
  public String source() {
    return source;
  }

  /// Whether a text ends inside a statement: something stands behind the last semicolon.
  public static boolean isUnfinished(String source) {
    boolean open = false;
    for (SqlToken token : SqlToken.read(source)) {
      open = token.kind() != SqlToken.Kind.SEMICOLON;
    }
    return open;
  }

  /// How many parameters a text has: its question marks, or the largest number behind a `$`.
  public static int parameterCount(String source) {
    int count = 0;
    for (Parameter parameter : parameters(source)) {
      count = Math.max(count, parameter.number());
    }
    return count;
  }

  /// The text with values in place of its parameters.
  ///
  /// @param literals of SQL, one for each parameter; each stands for itself in parentheses
  public static String bind(String source, List<String> literals) {
    StringBuilder text = new StringBuilder();
    int done = 0;
    for (Parameter parameter : parameters(source)) {
      text.append(source, done, parameter.start());
      text.append('(').append(literals.get(parameter.number() - 1)).append(')');
      done = parameter.end();
    }
    return text.append(source, done, source.length()).toString();
  }

  /// A place for a value, counted from 1.
  private record Parameter(int number, int start, int end) {}

  private static List<Parameter> parameters(String source) {
    List<Parameter> found = new ArrayList<>();
    List<SqlToken> tokens = SqlToken.read(source);
    int marks = 0;
    for (int i = 0; i < tokens.size(); i++) {
      SqlToken token = tokens.get(i);
      if (token.kind() != SqlToken.Kind.SYMBOL) {
        continue;
      }
      if (token.text(source).equals("?")) {
        marks++;
        found.add(new Parameter(marks, token.start(), token.end()));
      } else if (token.text(source).equals("$") && i + 1 < tokens.size()) {
        SqlToken next = tokens.get(i + 1);
        if (next.kind() == SqlToken.Kind.NUMBER && next.start() == token.end()) {
          found.add(new Parameter(number(next.text(source)), token.start(), next.end()));
        }
      }
    }
    return found;
  }

  private static int number(String digits) {
    try {
      int number = Integer.parseInt(digits);
      if (number > 0 && number <= PARAMETERS_MAX) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw CatchwaterException.of(ErrorCode.BAD_SQL, "There is no parameter $" + digits);
  }

  private static void add(
      List<SqlText> statements, @Nullable String file, String source, List<SqlToken> tokens) {
    if (tokens.isEmpty()) {
      return;
    }
    int from = tokens.getFirst().start();
    int to = tokens.getLast().end();
    StringBuilder text = new StringBuilder(to - from + 16);
    List<Integer> quotes = new ArrayList<>();
    int done = from;
    for (int i = 0; i < tokens.size(); i++) {
      if (isOffsetColumn(source, tokens, i)) {
        SqlToken token = tokens.get(i);
        text.append(source, done, token.start());
        quotes.add(text.length());
        text.append('"').append(source, token.start(), token.end());
        quotes.add(text.length());
        text.append('"');
        done = token.end();
      }
    }
    text.append(source, done, to);
    int[] inserted = quotes.stream().mapToInt(Integer::intValue).toArray();
    statements.add(new SqlText(file, source, from, text.toString(), inserted));
  }

  private static boolean isOffsetColumn(String source, List<SqlToken> tokens, int index) {
    SqlToken token = tokens.get(index);
    if (token.kind() != SqlToken.Kind.WORD || !token.text(source).equalsIgnoreCase(OFFSET)) {
      return false;
    }
    if (index + 1 == tokens.size()) {
      return true;
    }
    SqlToken next = tokens.get(index + 1);
    String text = next.text(source);
    return switch (next.kind()) {
      case WORD -> AFTER_COLUMN.contains(text.toLowerCase(Locale.ROOT));
      case SYMBOL -> !text.equals("(") && !text.equals("$") && !text.equals("?");
      default -> false;
    };
  }

  /// What the engine gets.
  public String engineText() {
    return engineText;
  }

  /// A name as it stands in a statement, in quotes.
  public static String quoted(String name) {
    return DuckType.quoted(name);
  }

  /// A text as it stands in a statement, in quotes.
  public static String literal(String text) {
    return DuckType.literal(text);
  }

  /// The first word in lower case.
  String firstWord() {
    List<SqlToken> tokens = SqlToken.read(engineText);
    return tokens.isEmpty() ? "" : tokens.getFirst().text(engineText).toLowerCase(Locale.ROOT);
  }

  /// Where something is in what was written.
  ///
  /// @param position bytes into the engine's text, as the engine counts; negative where not known
  Place place(long position) {
    if (position < 0) {
      return new Place(file, 0, 0, null);
    }
    byte[] bytes = engineText.getBytes(StandardCharsets.UTF_8);
    int size = (int) Math.min(position, bytes.length);
    int at = new String(bytes, 0, size, StandardCharsets.UTF_8).length();
    int before = 0;
    for (int quote : inserted) {
      before += quote < at ? 1 : 0;
    }
    int end = Math.min(source.length(), start + at - before);
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < end; i++) {
      if (source.charAt(i) == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    return new Place(file, line, source.codePointCount(lineStart, end) + 1, null);
  }
}
