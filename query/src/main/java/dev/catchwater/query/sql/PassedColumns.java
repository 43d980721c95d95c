package dev.catchwater.query.sql;

import dev.catchwater.query.sql.Steps.Step;
import dev.catchwater.query.sql.Steps.StepColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds, from the trees of steps alone, which columns of the result are columns of the input as
/// they are, and which columns of the input nothing is computed from: those need not be sent to the
/// engine or come back. Only where each row of the input gives one row of the result.
///
/// Where in doubt a column counts as computed, and as used. Used by one thread.
final class PassedColumns {
  private static final Set<String> WHOLE =
      Set.of("class", "type", "query_location", "columns", "relation_name");

  private final Map<String, List<Made>> tables = new HashMap<>();
  private final boolean[] isUsed;
  private List<Made> seen = List.of();
  private String alias = "";

  /// A column of a step's result.
  ///
  /// @param name in lower case; empty where it is not known
  /// @param source the index of the input's column that it is, or -1
  private record Made(String name, int source) {}

  private PassedColumns(List<StepColumn> input) {
    isUsed = new boolean[input.size()];
    List<Made> columns = new ArrayList<>();
    for (int i = 0; i < input.size(); i++) {
      columns.add(new Made(lower(input.get(i).name()), i));
    }
    tables.put(Steps.INPUT, columns);
  }

  /// Looks at steps that are all row-wise.
  ///
  /// @return null where rows are left out or something is not understood
  static Steps.@Nullable Passing of(
      List<Step> steps, List<SyntaxNode> trees, List<StepColumn> input) {
    PassedColumns passed = new PassedColumns(input);
    List<Made> made = List.of();
    for (int i = 0; i < trees.size(); i++) {
      SyntaxNode statement = trees.get(i).child("statements").items().getFirst();
      List<Made> found = passed.look(statement.child("node"));
      if (found == null) {
        return null;
      }
      made = found;
      String name = steps.get(i).alias();
      if (i < trees.size() - 1) {
        if (name == null || !haveNames(made)) {
          return null;
        }
        passed.tables.put(lower(name), made);
      }
    }
    List<Integer> sources = new ArrayList<>();
    for (Made column : made) {
      sources.add(column.source());
    }
    List<Boolean> used = new ArrayList<>();
    for (boolean is : passed.isUsed) {
      used.add(is);
    }
    return new Steps.Passing(sources, used);
  }

  private @Nullable List<Made> look(SyntaxNode node) {
    SyntaxNode from = node.child("from_table");
    List<Made> table = tables.get(lower(from.text("table_name")));
    if (node.has("where_clause") || from.has("column_name_alias") || table == null) {
      return null;
    }
    seen = table;
    alias = lower(from.text(from.has("alias") ? "alias" : "table_name"));
    List<Made> made = new ArrayList<>();
    for (SyntaxNode item : node.child("select_list").items()) {
      if (isWhole(item)) {
        made.addAll(seen);
      } else {
        made.add(look(item, made));
      }
    }
    return made;
  }

  private Made look(SyntaxNode item, List<Made> before) {
    String name = lower(item.text("alias"));
    Made column = item.text("class").equals("COLUMN_REF") ? column(item) : null;
    // A name that the list gave to something else: the engine knows which of them it means.
    Made other = column == null ? null : named(before, column.name());
    if (column != null && (other == null || other.source() == column.source())) {
      return new Made(name.isEmpty() ? column.name() : name, column.source());
    }
    use(item, before);
    return new Made(name, -1);
  }

  /// The column of the table that a reference names, if it is one for sure.
  private @Nullable Made column(SyntaxNode reference) {
    List<SyntaxNode> path = reference.child("column_names").items();
    boolean isQualified =
        path.size() == 2 && text(path.getFirst()).equals(alias) && named(seen, alias) == null;
    return path.size() == 1 || isQualified ? named(seen, text(path.getLast())) : null;
  }

  /// Notes what an expression is computed from: columns of the table, and of the list before it.
  private void use(SyntaxNode node, List<Made> before) {
    String kind = node.text("class");
    if (kind.equals("STAR")) {
      useAll();
    }
    if (kind.equals("COLUMN_REF")) {
      for (SyntaxNode part : node.child("column_names").items()) {
        String name = text(part);
        use(named(seen, name));
        for (Made column : before) {
          use(column.name().equals(name) ? column : null);
        }
        if (name.equals(alias)) {
          useAll();
        }
      }
    }
    for (SyntaxNode item : node.items()) {
      use(item, before);
    }
    for (SyntaxNode member : node.members().values()) {
      use(member, before);
    }
  }

  private void use(@Nullable Made column) {
    if (column != null && column.source() >= 0) {
      isUsed[column.source()] = true;
    }
  }

  private void useAll() {
    for (Made column : seen) {
      use(column);
    }
  }

  private static boolean isWhole(SyntaxNode item) {
    return item.text("class").equals("STAR")
        && WHOLE.containsAll(item.members().keySet())
        && item.text("columns").equals("false");
  }

  private static boolean haveNames(List<Made> columns) {
    Set<String> names = new HashSet<>();
    for (Made column : columns) {
      if (column.name().isEmpty() || !names.add(column.name())) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable Made named(List<Made> columns, String name) {
    for (Made column : columns) {
      if (column.name().equals(name)) {
        return column;
      }
    }
    return null;
  }

  private static String text(SyntaxNode name) {
    return lower(String.valueOf(name.text()));
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
