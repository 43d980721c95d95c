package dev.catchwater.query.sql;

import java.util.ArrayList;
import java.util.List;

/// A piece of SQL text between spaces and comments, `source[start] … source[end - 1]`.
public record SqlToken(Kind kind, int start, int end) {
  /// What it is.
  public enum Kind {
    /// A keyword, or a name without quotes.
    WORD,
    /// Digits, also with a dot or an exponent behind them.
    NUMBER,
    /// In single quotes or between `$tag$`.
    STRING,
    /// An identifier in double quotes.
    QUOTED,
    /// Any other character.
    SYMBOL,
    /// What ends a statement.
    SEMICOLON
  }

  /// The piece itself.
  public String text(String source) {
    return source.substring(start, end);
  }

  /// All tokens; a quote that is never closed goes to the end.
  public static List<SqlToken> read(String source) {
    List<SqlToken> tokens = new ArrayList<>();
    int at = 0;
    while (at < source.length()) {
      char c = source.charAt(at);
      int from = at;
      if (Character.isWhitespace(c)) {
        at++;
      } else if (source.startsWith("--", at)) {
        int end = source.indexOf('\n', at);
        at = end < 0 ? source.length() : end;
      } else if (source.startsWith("/*", at)) {
        at = commentEnd(source, at);
      } else if (c == '\'') {
        at = quoteEnd(source, at, '\'', false);
        tokens.add(new SqlToken(Kind.STRING, from, at));
      } else if ((c == 'e' || c == 'E') && source.startsWith("'", at + 1)) {
        at = quoteEnd(source, at + 1, '\'', true);
        tokens.add(new SqlToken(Kind.STRING, from, at));
      } else if (c == '"') {
        at = quoteEnd(source, at, '"', false);
        tokens.add(new SqlToken(Kind.QUOTED, from, at));
      } else if (c == '$' && dollarTagEnd(source, at) > 0) {
        String tag = source.substring(at, dollarTagEnd(source, at));
        int end = source.indexOf(tag, at + tag.length());
        at = end < 0 ? source.length() : end + tag.length();
        tokens.add(new SqlToken(Kind.STRING, from, at));
      } else if (isWordStart(c)) {
        while (at < source.length() && isWordPart(source.charAt(at))) {
          at++;
        }
        tokens.add(new SqlToken(Kind.WORD, from, at));
      } else if (c >= '0' && c <= '9') {
        while (at < source.length()
            && (isWordPart(source.charAt(at)) || source.charAt(at) == '.')) {
          at++;
        }
        tokens.add(new SqlToken(Kind.NUMBER, from, at));
      } else {
        at++;
        tokens.add(new SqlToken(c == ';' ? Kind.SEMICOLON : Kind.SYMBOL, from, at));
      }
    }
    return tokens;
  }

  private static boolean isWordStart(char c) {
    return Character.isLetter(c) || c == '_' || c > 0x7f;
  }

  private static boolean isWordPart(char c) {
    return isWordStart(c) || (c >= '0' && c <= '9') || c == '$';
  }

  // Comments nest, as in PostgreSQL.
  private static int commentEnd(String source, int from) {
    int depth = 0;
    int at = from;
    while (at < source.length()) {
      if (source.startsWith("/*", at)) {
        depth++;
        at += 2;
      } else if (source.startsWith("*/", at)) {
        depth--;
        at += 2;
        if (depth == 0) {
          return at;
        }
      } else {
        at++;
      }
    }
    return at;
  }

  private static int quoteEnd(String source, int from, char quote, boolean escapes) {
    int at = from + 1;
    while (at < source.length()) {
      char c = source.charAt(at++);
      if (escapes && c == '\\') {
        at++;
      } else if (c == quote) {
        if (at < source.length() && source.charAt(at) == quote) {
          at++;
        } else {
          return at;
        }
      }
    }
    return source.length();
  }

  /// The end of `$` or `$tag$` at `from`, or -1 where there is no such tag.
  private static int dollarTagEnd(String source, int from) {
    int at = from + 1;
    while (at < source.length() && isWordPart(source.charAt(at)) && source.charAt(at) != '$') {
      at++;
    }
    boolean isTag =
        at < source.length()
            && source.charAt(at) == '$'
            && (at == from + 1 || isWordStart(source.charAt(from + 1)));
    return isTag ? at + 1 : -1;
  }
}
