package dev.catchwater.query.transform;

import dev.catchwater.query.sql.SqlToken;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What rows are grouped by. Immutable.
///
/// @param keys expressions
/// @param keyOf for each item of the select list the key that it is, -1 for an aggregate
record GroupKeys(List<String> keys, List<Integer> keyOf) {
  private static final int UNKNOWN = -2;

  GroupKeys {
    keys = List.copyOf(keys);
    keyOf = List.copyOf(keyOf);
  }

  /// Those of a shape; null where an item is neither a key nor an aggregate, or an alias might be a
  /// column as well.
  ///
  /// @param columns that rows have, in lower case; null where they are not known
  static @Nullable GroupKeys of(QueryShape shape, @Nullable Set<String> columns) {
    if (usesAliases(shape, columns)) {
      return null;
    }
    List<String> keys = new ArrayList<>();
    Integer[] keyOf = new Integer[shape.items().size()];
    for (QueryShape.Item group : shape.groups()) {
      int item = itemOf(shape, group, columns);
      if (item == UNKNOWN) {
        return null;
      }
      keys.add(item < 0 ? group.text() : shape.items().get(item).text());
      List<String> words = plain(shape, item < 0 ? group : shape.items().get(item));
      for (int i = 0; i < keyOf.length; i++) {
        QueryShape.Item shown = shape.items().get(i);
        if (shown.function() == null && plain(shape, shown).equals(words)) {
          keyOf[i] = keys.size() - 1;
        }
      }
    }
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < keyOf.length; i++) {
      boolean isAggregate = shape.items().get(i).function() != null;
      Integer key = keyOf[i];
      if (key == null && !isAggregate) {
        return null;
      }
      found.add(key == null ? -1 : key);
    }
    return new GroupKeys(keys, found);
  }

  /// Whether a name that the list gives might be meant elsewhere in the statement. The engine takes
  /// a word for a column of the tables where there is one, and what stands behind a point always.
  ///
  /// @param columns that rows have, in lower case; null where they are not known
  static boolean usesAliases(QueryShape shape, @Nullable Set<String> columns) {
    Set<String> used = new HashSet<>(shape.tables().size() == 1 ? Set.of() : words(shape.from()));
    used.addAll(shape.where() == null ? Set.of() : words(shape.where()));
    for (QueryShape.Item item : shape.items()) {
      used.addAll(words(item.function() == null ? item.text() : item.argument()));
    }
    for (QueryShape.Item item : shape.items()) {
      String alias = item.alias();
      boolean isOwn = alias == null || item.name().equals(String.join("", item.words()));
      boolean isColumn = columns != null && columns.contains(item.name());
      if (!isOwn && !isColumn && used.contains(item.name())) {
        return true;
      }
    }
    return false;
  }

  private static Set<String> words(String text) {
    Set<String> words = new HashSet<>();
    String before = "";
    for (SqlToken token : SqlToken.read(text)) {
      String word = token.text(text);
      if (!before.equals(".")) {
        words.add(word.replace("\"", "").toLowerCase(Locale.ROOT));
      }
      before = word;
    }
    return words;
  }

  /// The words of an expression; of a column of the one table there is without the table's name.
  private static List<String> plain(QueryShape shape, QueryShape.Item item) {
    List<String> words = item.words();
    boolean isOfTable =
        shape.tables().size() == 1
            && words.size() == 3
            && words.get(1).equals(".")
            && words.getFirst().equalsIgnoreCase(shape.tables().getFirst().alias());
    return isOfTable ? List.of(words.getLast()) : words;
  }

  /// Whether columns of these names tell groups apart.
  boolean areToldApartBy(QueryShape shape, List<String> names) {
    Set<Integer> shown = new HashSet<>();
    for (int i = 0; i < keyOf.size(); i++) {
      if (keyOf.get(i) >= 0 && isAmong(names, shape.items().get(i))) {
        shown.add(keyOf.get(i));
      }
    }
    return shown.size() == keys.size();
  }

  private static boolean isAmong(List<String> names, QueryShape.Item item) {
    return names.stream().anyMatch(item.name()::equalsIgnoreCase);
  }

  /// The item that a group means by its place or alias, -1 where it is an expression of its own.
  private static int itemOf(
      QueryShape shape, QueryShape.Item group, @Nullable Set<String> columns) {
    if (group.isStar() || group.words().size() != 1) {
      return -1;
    }
    String word = group.words().getFirst();
    List<QueryShape.Item> items = shape.items();
    if (word.chars().allMatch(c -> c >= '0' && c <= '9')) {
      int place = word.length() > 4 ? 0 : Integer.parseInt(word);
      boolean isItem = place >= 1 && place <= items.size();
      return isItem && items.get(place - 1).function() == null ? place - 1 : UNKNOWN;
    }
    if (word.equals("all")) {
      return UNKNOWN;
    }
    for (int i = 0; i < items.size(); i++) {
      String alias = items.get(i).alias();
      if (alias != null && alias.toLowerCase(Locale.ROOT).equals(word)) {
        if (plain(shape, items.get(i)).equals(group.words())) {
          return -1;
        }
        if (columns == null) {
          return UNKNOWN;
        }
        boolean isColumn = columns.contains(word); // which goes before what the list calls so
        return isColumn ? -1 : items.get(i).function() == null ? i : UNKNOWN;
      }
    }
    return -1;
  }
}
