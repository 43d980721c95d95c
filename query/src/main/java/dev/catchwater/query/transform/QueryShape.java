package dev.catchwater.query.transform;

import dev.catchwater.query.sql.RowWise;
import dev.catchwater.query.sql.SqlToken;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A statement that is one plain `SELECT … FROM … [WHERE …] [GROUP BY …]`, in its pieces as they
/// were written. What is not such a statement, or has a word in it that might look at more than one
/// row at a time, has no shape. Immutable.
///
/// @param items of the select list, in their order
/// @param list the select list as it was written
/// @param from what stands behind `FROM`
/// @param tables that it names, in their order
/// @param where what stands behind `WHERE`, null where there is none
/// @param groups what stands behind `GROUP BY`, none where there is nothing
record QueryShape(
    List<Item> items,
    String list,
    String from,
    List<Table> tables,
    @Nullable String where,
    List<Item> groups) {

  /// Aggregates whose state can go on: what they say of two parts says what they say of both.
  private static final Set<String> AGGREGATES =
      Set.of("count", "sum", "min", "max", "avg", "mean", "list", "array_agg", "collect");

  /// Words that are no function where a parenthesis follows them.
  private static final Set<String> BEFORE_PARENTHESIS =
      Set.of(
          "and",
          "as",
          "between",
          "by",
          "case",
          "cast",
          "decimal",
          "else",
          "from",
          "in",
          "is",
          "like",
          "ilike",
          "not",
          "numeric",
          "on",
          "or",
          "select",
          "then",
          "try_cast",
          "using",
          "varchar",
          "when",
          "where",
          "nullif",
          "coalesce",
          "exclude");

  /// Words that may say that rows are looked at together, or that the statement is no plain one.
  private static final Set<String> FOREIGN =
      Set.of(
          "all",
          "anti",
          "any",
          "asof",
          "cross",
          "cube",
          "current_date",
          "current_localtime",
          "current_localtimestamp",
          "current_time",
          "current_timestamp",
          "distinct",
          "except",
          "exists",
          "fetch",
          "filter",
          "full",
          "grouping",
          "having",
          "intersect",
          "lateral",
          "limit",
          "localtime",
          "localtimestamp",
          "natural",
          "offset",
          "order",
          "over",
          "pivot",
          "positional",
          "qualify",
          "right",
          "rollup",
          "sample",
          "semi",
          "sets",
          "some",
          "tablesample",
          "union",
          "unnest",
          "unpivot",
          "using_sample",
          "values",
          "window",
          "with",
          "within");

  /// Words of an expression that a word of the same expression follows.
  private static final Set<String> BEFORE_WORD =
      Set.of("collate", "zone", "escape", "glob", "similar", "to", "interval", "at", "time");

  /// Words that end an expression and are no name for it.
  private static final Set<String> NO_ALIAS = Set.of("end", "false", "null", "true");

  QueryShape {
    items = List.copyOf(items);
    tables = List.copyOf(tables);
    groups = List.copyOf(groups);
  }

  /// An item of the select list, or an expression to group by.
  ///
  /// @param text the expression without its alias
  /// @param words its tokens as they compare: unquoted words in lower case
  /// @param alias the name that it is given, null for none
  /// @param function of an aggregate in lower case, null where it is none
  /// @param argument of the aggregate, `*` for all rows
  record Item(
      String text,
      List<String> words,
      @Nullable String alias,
      @Nullable String function,
      String argument) {
    Item {
      words = List.copyOf(words);
    }

    /// Whether it stands for columns by a star.
    boolean isStar() {
      boolean isBehindTable = words.size() > 2 && words.get(1).equals(".");
      return function == null && !words.isEmpty() && words.get(isBehindTable ? 2 : 0).equals("*");
    }

    /// The name of its column as far as it can be told, in lower case; empty where it cannot.
    String name() {
      String given = alias;
      if (given != null) {
        return given.toLowerCase(Locale.ROOT);
      }
      String last = words.isEmpty() ? "" : words.getLast();
      boolean isColumn = words.size() == 1 || (words.size() == 3 && words.get(1).equals("."));
      return isColumn ? last : "";
    }
  }

  /// A table behind `FROM`.
  ///
  /// @param name in lower case
  /// @param alias by which its columns go, as it was written
  /// @param mayBeMissing whether a row of the others may stand without one of it
  record Table(String name, String alias, boolean mayBeMissing) {}

  /// The shape of a statement, null where it has none.
  ///
  /// @param source one statement as the engine gets it
  static @Nullable QueryShape of(String source) {
    return new Reader(source).shape();
  }

  /// Whether no row needs another one.
  boolean isRowWise() {
    return groups.isEmpty() && items.stream().noneMatch(item -> item.function() != null);
  }

  /// Reads one statement.
  private static final class Reader {
    private final String source;
    private final List<SqlToken> tokens;

    Reader(String source) {
      this.source = source;
      this.tokens = SqlToken.read(source);
    }

    @Nullable QueryShape shape() {
      if (tokens.isEmpty() || !word(0).equals("select") || !isPlain()) {
        return null;
      }
      int from = find("from", 1);
      if (from < 0) {
        return null;
      }
      int where = find("where", from);
      int group = find("group", from);
      int end = tokens.size();
      if (where >= 0 && group >= 0 && where > group) {
        return null;
      }
      int fromEnd = where >= 0 ? where : group >= 0 ? group : end;
      int whereEnd = group >= 0 ? group : end;
      boolean isGrouped = group >= 0;
      if (isGrouped && (group + 2 >= end || !word(group + 1).equals("by"))) {
        return null;
      }
      List<Table> tables = tables(from + 1, fromEnd);
      List<Item> items = items(1, from);
      List<Item> groups = isGrouped ? items(group + 2, end) : List.of();
      if (tables == null || items == null || groups == null) {
        return null;
      }
      String condition = where < 0 ? null : text(where + 1, whereEnd);
      boolean isSound =
          (where < 0 || isOfRows(where + 1, whereEnd))
              && isOfRows(from + 1, fromEnd)
              && groups.stream().allMatch(item -> item.function() == null);
      return isSound
          ? new QueryShape(items, text(1, from), text(from + 1, fromEnd), tables, condition, groups)
          : null;
    }

    /// Whether no word of it is foreign and there is one SELECT only.
    private boolean isPlain() {
      for (int i = 0; i < tokens.size(); i++) {
        String word = word(i);
        if (FOREIGN.contains(word) || (i > 0 && word.equals("select"))) {
          return false;
        }
        if (tokens.get(i).kind() == SqlToken.Kind.SEMICOLON) {
          return false;
        }
      }
      return true;
    }

    /// A word in lower case, empty for all that is none.
    private String word(int index) {
      if (index >= tokens.size() || tokens.get(index).kind() != SqlToken.Kind.WORD) {
        return "";
      }
      return tokens.get(index).text(source).toLowerCase(Locale.ROOT);
    }

    private String symbol(int index) {
      return index < tokens.size() && tokens.get(index).kind() == SqlToken.Kind.SYMBOL
          ? tokens.get(index).text(source)
          : "";
    }

    private int depthAfter(int index, int depth) {
      String symbol = symbol(index);
      if (symbol.equals("(") || symbol.equals("[") || symbol.equals("{")) {
        return depth + 1;
      }
      return symbol.equals(")") || symbol.equals("]") || symbol.equals("}") ? depth - 1 : depth;
    }

    /// Where a word stands outside of all parentheses, -1 where it does not.
    private int find(String word, int start) {
      int depth = 0;
      for (int i = start; i < tokens.size(); i++) {
        if (depth == 0 && word(i).equals(word)) {
          return i;
        }
        depth = depthAfter(i, depth);
      }
      return -1;
    }

    private String text(int start, int end) {
      return source.substring(tokens.get(start).start(), tokens.get(end - 1).end());
    }

    /// What stands between commas; null where one of them cannot be told.
    private @Nullable List<Item> items(int start, int end) {
      List<Item> items = new ArrayList<>();
      int depth = 0;
      int begun = start;
      for (int i = start; i <= end; i++) {
        if (i == end || (depth == 0 && symbol(i).equals(","))) {
          Item item = begun < i ? item(begun, i) : null;
          if (item == null) {
            return null;
          }
          items.add(item);
          begun = i + 1;
        } else {
          depth = depthAfter(i, depth);
        }
      }
      return items;
    }

    private @Nullable Item item(int start, int end) {
      int last = end;
      String alias = null;
      if (end - start > 2 && word(end - 2).equals("as") && isName(end - 1)) {
        alias = name(end - 1);
        last = end - 2;
      } else if (end - start > 1 && isName(end - 1) && canBeNamed(end - 2)) {
        alias = name(end - 1);
        last = end - 1;
      }
      List<String> words = new ArrayList<>();
      for (int i = start; i < last; i++) {
        words.add(isName(i) ? name(i).toLowerCase(Locale.ROOT) : tokens.get(i).text(source));
      }
      String text = text(start, last);
      String function = word(start);
      boolean isCall =
          symbol(start + 1).equals("(") && closing(start + 1) == last - 1 && last - start > 3;
      if (isCall && AGGREGATES.contains(function)) {
        return isOfRows(start + 2, last - 1) && !hasComma(start + 2, last - 1)
            ? new Item(text, words, alias, function, text(start + 2, last - 1))
            : null;
      }
      return isOfRows(start, last) ? new Item(text, words, alias, null, "") : null;
    }

    // A name without AS in front stands behind a parenthesis or a column.
    private boolean canBeNamed(int before) {
      return symbol(before).equals(")")
          || (isName(before)
              && !BEFORE_PARENTHESIS.contains(word(before))
              && !BEFORE_WORD.contains(word(before)));
    }

    private boolean isName(int index) {
      SqlToken.Kind kind = tokens.get(index).kind();
      return kind == SqlToken.Kind.QUOTED
          || (kind == SqlToken.Kind.WORD && !NO_ALIAS.contains(word(index)));
    }

    private String name(int index) {
      String text = tokens.get(index).text(source);
      return tokens.get(index).kind() == SqlToken.Kind.QUOTED
          ? text.substring(1, text.length() - 1).replace("\"\"", "\"")
          : text;
    }

    private int closing(int open) {
      int depth = 0;
      for (int i = open; i < tokens.size(); i++) {
        depth = depthAfter(i, depth);
        if (depth == 0) {
          return i;
        }
      }
      return -1;
    }

    private boolean hasComma(int start, int end) {
      int depth = 0;
      for (int i = start; i < end; i++) {
        if (depth == 0 && symbol(i).equals(",")) {
          return true;
        }
        depth = depthAfter(i, depth);
      }
      return false;
    }

    /// Whether every function in it is known to look at one row alone.
    private boolean isOfRows(int start, int end) {
      for (int i = start; i + 1 < end; i++) {
        boolean isCalled = symbol(i + 1).equals("(");
        if (isCalled && tokens.get(i).kind() == SqlToken.Kind.QUOTED) {
          return false;
        }
        String word = word(i);
        if (isCalled
            && !word.isEmpty()
            && !BEFORE_PARENTHESIS.contains(word)
            && !RowWise.isRowFunction(word)) {
          return false;
        }
      }
      return true;
    }

    private @Nullable List<Table> tables(int start, int end) {
      List<Table> tables = new ArrayList<>();
      Set<String> seen = new HashSet<>();
      int at = start;
      boolean mayBeMissing = false;
      while (at < end) {
        if (!isName(at) || symbol(at + 1).equals(".") || symbol(at + 1).equals("(")) {
          return null;
        }
        String name = name(at++).toLowerCase(Locale.ROOT);
        at += word(at).equals("as") ? 1 : 0;
        String alias = name;
        if (at < end && isName(at) && !isJoin(at) && !word(at).equals("on")) {
          alias = name(at++);
        }
        if (word(at).equals("using") || !seen.add(alias.toLowerCase(Locale.ROOT))) {
          return null;
        }
        tables.add(new Table(name, alias, mayBeMissing));
        if (word(at).equals("on")) {
          at = afterCondition(at + 1, end);
        }
        if (at >= end) {
          return tables;
        }
        mayBeMissing = word(at).equals("left");
        int next = afterJoin(at);
        if (next < 0) {
          return null;
        }
        at = next;
      }
      return null;
    }

    private boolean isJoin(int index) {
      String word = word(index);
      return word.equals("join") || word.equals("inner") || word.equals("left");
    }

    private int afterCondition(int start, int end) {
      int depth = 0;
      int at = start;
      while (at < end && (depth > 0 || (!isJoin(at) && !symbol(at).equals(",")))) {
        depth = depthAfter(at, depth);
        at++;
      }
      return at;
    }

    /// Behind `JOIN` and the words in front of it, or a comma; -1 where there is neither.
    private int afterJoin(int index) {
      if (symbol(index).equals(",")) {
        return index + 1;
      }
      int at = index;
      if (word(at).equals("inner")) {
        at++;
      } else if (word(at).equals("left")) {
        at += word(at + 1).equals("outer") ? 2 : 1;
      }
      return word(at).equals("join") ? at + 1 : -1;
    }
  }
}
