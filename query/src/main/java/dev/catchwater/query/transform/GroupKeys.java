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
    if (usesAliases(shape)) {
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
      List<String> words = item < 0 ? group.words() : shape.items().get(item).words();
      for (int i = 0; i < keyOf.length; i++) {
        if (shape.items().get(i).function() == null && shape.items().get(i).words().equals(words)) {
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

  /// Whether a name that the list gives might be meant elsewhere in the statement.
  static boolean usesAliases(QueryShape shape) {
    Set<String> used = new HashSet<>(shape.tables().size() == 1 ? Set.of() : words(shape.from()));
    used.addAll(shape.where() == null ? Set.of() : words(shape.where()));
    for (QueryShape.Item item : shape.items()) {
      used.addAll(words(item.function() == null ? item.text() : item.argument()));
    }
    for (QueryShape.Item item : shape.items()) {
      String alias = item.alias();
      boolean isOwn = alias == null || item.name().equals(String.join("", item.words()));
      if (!isOwn && used.contains(item.name())) {
        return true;
      }
    }
    return false;
  }

  private static Set<String> words(String text) {
    Set<String> words = new HashSet<>();
    for (SqlToken token : SqlToken.read(text)) {
      words.add(token.text(text).replace("\"", "").toLowerCase(Locale.ROOT));
    }
    return words;
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
        if (items.get(i).words().equals(group.words())) {
          return -1;
        }
        boolean isSure = columns != null && !columns.contains(word);
        return isSure && items.get(i).function() == null ? i : UNKNOWN;
      }
    }
    return -1;
  }
}
