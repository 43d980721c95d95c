package dev.catchwater.query.sql;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Says of a statement, from its tree alone, whether each row of its result comes from one row of
/// its only table and nothing else: then it gives the same rows, in the same order, whether it sees
/// the table at once or piece by piece. What is not understood is not: members of nodes, kinds of
/// expressions and functions that are not listed here.
public final class RowWise {
  private static final Set<String> SELECT =
      Set.of("type", "select_list", "from_table", "where_clause", "aggregate_handling");

  private static final Set<String> TABLE =
      Set.of("type", "query_location", "table_name", "alias", "column_name_alias");

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
          "STAR");

  private static final Set<String> OPERATORS =
      Set.of(
          "ARRAY_CONSTRUCTOR",
          "ARRAY_EXTRACT",
          "ARRAY_SLICE",
          "COMPARE_IN",
          "COMPARE_NOT_IN",
          "OPERATOR_COALESCE",
          "OPERATOR_IS_NOT_NULL",
          "OPERATOR_IS_NULL",
          "OPERATOR_NOT",
          "OPERATOR_NULLIF",
          "OPERATOR_TRY",
          "STRUCT_EXTRACT");

  private static final Set<String> FUNCTIONS = SqlGate.readNames("row-functions.txt");

  private RowWise() {}

  /// Looks at a statement that passed the gate.
  ///
  /// @param parsed what `json_serialize_sql` said
  static boolean is(SyntaxNode parsed) {
    List<SyntaxNode> statements = parsed.child("statements").items();
    if (statements.size() != 1
        || !Set.of("node").equals(statements.getFirst().members().keySet())) {
      return false;
    }
    SyntaxNode node = statements.getFirst().child("node");
    SyntaxNode from = node.child("from_table");
    return node.text("type").equals("SELECT_NODE")
        && SELECT.containsAll(node.members().keySet())
        && node.text("aggregate_handling").equals("STANDARD_HANDLING")
        && from.text("type").equals("BASE_TABLE")
        && TABLE.containsAll(from.members().keySet())
        && isRowWise(node.child("select_list"))
        && isRowWise(node.child("where_clause"));
  }

  /// Whether a function computes its value from one row alone.
  ///
  /// @param name in lower case
  public static boolean isRowFunction(String name) {
    return FUNCTIONS.contains(name) || DialectFunctions.isOfRows(name);
  }

  private static boolean isRowWise(SyntaxNode node) {
    for (SyntaxNode item : node.items()) {
      if (!isRowWise(item)) {
        return false;
      }
    }
    String kind = node.text("class");
    if (!kind.isEmpty() && !isExpression(node, kind)) {
      return false;
    }
    for (Map.Entry<String, SyntaxNode> member : node.members().entrySet()) {
      // Types and constants are no expressions; an order that is empty is one of nothing.
      boolean isValue = member.getKey().equals("value") || member.getKey().equals("cast_type");
      if (!isValue && !isRowWise(member.getValue())) {
        return false;
      }
    }
    return true;
  }

  private static boolean isExpression(SyntaxNode node, String kind) {
    return EXPRESSIONS.contains(kind)
        && switch (kind) {
          case "COLUMN_REF" -> !isClock(node.child("column_names").items());
          case "OPERATOR" -> OPERATORS.contains(node.text("type"));
          case "FUNCTION" -> isFunction(node);
          default -> true;
        };
  }

  /// The parser takes `current_date` for a column, and so may it be.
  private static boolean isClock(List<SyntaxNode> names) {
    String name = names.size() == 1 ? String.valueOf(names.getFirst().text()) : "";
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.startsWith("current_") || lower.startsWith("local") || lower.endsWith("user");
  }

  private static boolean isFunction(SyntaxNode node) {
    String name = node.text("function_name").toLowerCase(Locale.ROOT);
    boolean isOperator = !Character.isLetter(name.charAt(0)) && name.charAt(0) != '_';
    return (isOperator || isRowFunction(name))
        && !node.has("filter")
        && node.child("order_bys").child("orders").items().isEmpty()
        && node.text("distinct").equals("false")
        && node.text("export_state").equals("false");
  }
}
