package dev.catchwater.query.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Says which columns of a statement never hold a null, from its tree alone: required columns stay
/// required through what keeps values values, as they do in kamu's engine. What is not understood
/// may hold nulls.
final class NullFree {
  private static final Set<String> KEEPING =
      Set.of(
          "+",
          "-",
          "*",
          "||",
          "upper",
          "lower",
          "trim",
          "ltrim",
          "rtrim",
          "btrim",
          "length",
          "abs",
          "floor",
          "ceil",
          "round",
          "concat",
          "replace",
          "substr",
          "substring",
          "left",
          "right",
          "reverse",
          "date_trunc",
          "to_timestamp_seconds",
          "to_timestamp_millis",
          "epoch_ms",
          "struct_pack",
          "list_value",
          "row",
          "md5",
          "sha256",
          "strftime",
          "to_char",
          "greatest",
          "least");

  private static final Set<String> NEVER_NULL =
      Set.of(
          "count",
          "count_star",
          "now",
          "row_number",
          "rank",
          "dense_rank",
          "concat",
          "pi",
          "random",
          "uuid");

  private NullFree() {}

  /// For each column of the result whether it never holds a null.
  ///
  /// @param known the columns of each table, lower case, and whether they never hold one
  /// @param count how many columns the result has
  static List<Boolean> of(SyntaxNode parsed, Map<String, Map<String, Boolean>> known, int count) {
    SyntaxNode node = parsed.child("statements").items().getFirst().child("node");
    List<Boolean> found = columns(node, known);
    List<Boolean> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(found.size() == count && found.get(i));
    }
    return all;
  }

  private static List<Boolean> columns(SyntaxNode node, Map<String, Map<String, Boolean>> known) {
    boolean isPlain =
        node.text("type").equals("SELECT_NODE")
            && node.child("cte_map").child("map").items().isEmpty()
            && node.child("group_sets").items().size() <= 1;
    Map<String, Boolean> table = Map.of();
    String alias = "";
    SyntaxNode from = node.child("from_table");
    if (from.text("type").equals("BASE_TABLE")) {
      String name = from.text("table_name").toLowerCase(Locale.ROOT);
      table = known.getOrDefault(name, Map.of());
      alias = from.text("alias").isEmpty() ? name : from.text("alias").toLowerCase(Locale.ROOT);
      isPlain &= from.child("column_name_alias").items().isEmpty();
    }
    List<Boolean> columns = new ArrayList<>();
    if (!isPlain) {
      return columns;
    }
    for (SyntaxNode expression : node.child("select_list").items()) {
      if (isWholeTable(expression)) {
        columns.addAll(table.values());
      } else {
        columns.add(isNullFree(expression, table, alias));
      }
    }
    return columns;
  }

  private static boolean isWholeTable(SyntaxNode expression) {
    return expression.text("class").equals("STAR")
        && expression.child("exclude_list").items().isEmpty()
        && expression.child("replace_list").items().isEmpty()
        && expression.child("rename_list").items().isEmpty()
        && expression.child("expr").members().isEmpty();
  }

  private static boolean isNullFree(SyntaxNode node, Map<String, Boolean> table, String alias) {
    return switch (node.text("class")) {
      case "COLUMN_REF" -> isRequired(node.child("column_names").items(), table, alias);
      case "CONSTANT" -> !node.child("value").text("is_null").equals("true");
      case "CAST" ->
          !node.text("try_cast").equals("true") && isNullFree(node.child("child"), table, alias);
      case "FUNCTION" -> isNullFreeFunction(node, table, alias);
      case "WINDOW" -> NEVER_NULL.contains(node.text("function_name").toLowerCase(Locale.ROOT));
      case "COMPARISON" ->
          isNullFree(node.child("left"), table, alias)
              && isNullFree(node.child("right"), table, alias);
      case "CONJUNCTION" -> all(node.child("children").items(), table, alias);
      case "OPERATOR" -> isNullFreeOperator(node, table, alias);
      case "CASE" -> isNullFreeCase(node, table, alias);
      default -> false;
    };
  }

  private static boolean isRequired(
      List<SyntaxNode> names, Map<String, Boolean> table, String alias) {
    List<String> path = new ArrayList<>();
    for (SyntaxNode name : names) {
      String text = name.text();
      path.add(text == null ? "" : text.toLowerCase(Locale.ROOT));
    }
    if (path.size() == 2 && path.getFirst().equals(alias)) {
      path.removeFirst();
    }
    return path.size() == 1 && table.getOrDefault(path.getFirst(), false);
  }

  private static boolean isNullFreeFunction(
      SyntaxNode node, Map<String, Boolean> table, String alias) {
    String name = node.text("function_name").toLowerCase(Locale.ROOT);
    return NEVER_NULL.contains(name)
        || (KEEPING.contains(name) && all(node.child("children").items(), table, alias));
  }

  private static boolean isNullFreeOperator(
      SyntaxNode node, Map<String, Boolean> table, String alias) {
    List<SyntaxNode> children = node.child("children").items();
    return switch (node.text("type")) {
      case "OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL" -> true;
      case "OPERATOR_COALESCE" -> {
        boolean any = false;
        for (SyntaxNode child : children) {
          any |= isNullFree(child, table, alias);
        }
        yield any;
      }
      case "OPERATOR_NOT", "COMPARE_IN", "COMPARE_NOT_IN" -> all(children, table, alias);
      default -> false;
    };
  }

  private static boolean isNullFreeCase(SyntaxNode node, Map<String, Boolean> table, String alias) {
    boolean all = isNullFree(node.child("else_expr"), table, alias);
    for (SyntaxNode check : node.child("case_checks").items()) {
      all &= isNullFree(check.child("then_expr"), table, alias);
    }
    return all;
  }

  private static boolean all(List<SyntaxNode> nodes, Map<String, Boolean> table, String alias) {
    boolean all = !nodes.isEmpty();
    for (SyntaxNode node : nodes) {
      all &= isNullFree(node, table, alias);
    }
    return all;
  }
}
