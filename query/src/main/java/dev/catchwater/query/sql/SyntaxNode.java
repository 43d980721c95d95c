package dev.catchwater.query.sql;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A value of the JSON text in which DuckDB says how it understood a statement: an object, a list,
/// or a text (numbers, booleans too). Immutable.
final class SyntaxNode {
  /// DuckDB itself allows expressions 1,000 deep; each level is two or three of JSON.
  private static final int DEPTH_MAX = 1_200;

  private static final SyntaxNode NOTHING = new SyntaxNode(Map.of(), List.of(), null);

  private final Map<String, SyntaxNode> members;
  private final List<SyntaxNode> items;
  private final @Nullable String text;

  private SyntaxNode(
      Map<String, SyntaxNode> members, List<SyntaxNode> items, @Nullable String text) {
    this.members = members;
    this.items = items;
    this.text = text;
  }

  /// Reads JSON that DuckDB wrote.
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException `QUERY_TOO_LARGE` if it is nested too
  ///   deep
  static SyntaxNode parse(String json) {
    return new Parser(json).value(0);
  }

  /// The members of an object, in their order; none of anything else.
  Map<String, SyntaxNode> members() {
    return members;
  }

  /// The items of a list; none of anything else.
  List<SyntaxNode> items() {
    return items;
  }

  /// The text, number or boolean as written; null of objects, lists and null.
  @Nullable String text() {
    return text;
  }

  /// The member of that name; a node without anything where there is none.
  SyntaxNode child(String name) {
    return members.getOrDefault(name, NOTHING);
  }

  /// The text of a member; empty where there is none.
  String text(String name) {
    String found = child(name).text;
    return found == null ? "" : found;
  }

  /// Whether a member is there.
  boolean has(String name) {
    return members.containsKey(name);
  }

  private static final class Parser {
    private final String json;
    private int at;

    Parser(String json) {
      this.json = json;
    }

    SyntaxNode value(int depth) {
      if (depth > DEPTH_MAX) {
        throw SqlFailure.tooLarge("The statement is nested too deep");
      }
      skipSpaces();
      char c = json.charAt(at);
      if (c == '{') {
        return object(depth);
      }
      if (c == '[') {
        return list(depth);
      }
      if (c == '"') {
        return new SyntaxNode(Map.of(), List.of(), string());
      }
      int from = at;
      while (at < json.length() && ",]} \n\t\r".indexOf(json.charAt(at)) < 0) {
        at++;
      }
      String word = json.substring(from, at);
      return word.equals("null") ? NOTHING : new SyntaxNode(Map.of(), List.of(), word);
    }

    private SyntaxNode object(int depth) {
      Map<String, SyntaxNode> found = new LinkedHashMap<>();
      at++;
      skipSpaces();
      while (json.charAt(at) != '}') {
        String name = string();
        skipSpaces();
        at++;
        found.put(name, value(depth + 1));
        skipSeparator();
      }
      at++;
      return new SyntaxNode(found, List.of(), null);
    }

    private SyntaxNode list(int depth) {
      List<SyntaxNode> found = new ArrayList<>();
      at++;
      skipSpaces();
      while (json.charAt(at) != ']') {
        found.add(value(depth + 1));
        skipSeparator();
      }
      at++;
      return new SyntaxNode(Map.of(), found, null);
    }

    private void skipSeparator() {
      skipSpaces();
      if (json.charAt(at) == ',') {
        at++;
        skipSpaces();
      }
    }

    private void skipSpaces() {
      while (Character.isWhitespace(json.charAt(at))) {
        at++;
      }
    }

    private String string() {
      StringBuilder found = new StringBuilder();
      at++;
      while (json.charAt(at) != '"') {
        char c = json.charAt(at++);
        if (c == '\\') {
          char escaped = json.charAt(at++);
          switch (escaped) {
            case 'n' -> found.append('\n');
            case 't' -> found.append('\t');
            case 'r' -> found.append('\r');
            case 'b' -> found.append('\b');
            case 'f' -> found.append('\f');
            case 'u' -> {
              found.append((char) Integer.parseInt(json, at, at + 4, 16));
              at += 4;
            }
            default -> found.append(escaped);
          }
        } else {
          found.append(c);
        }
      }
      at++;
      return found.toString();
    }
  }
}
