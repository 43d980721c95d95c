package dev.catchwater.ingest.read.cell;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The grammar of JSON (RFC 8259) over bytes: each method takes the place where something begins,
/// and gives the place behind it or throws [BadValue]. Strict: no NaN, no leading zeros, no
/// comments, no trailing commas, UTF-8 well-formed, surrogates in pairs. Used by one thread.
public final class JsonScanner {
  public static final int DEPTH_MAX = 128;
  public static final int DIGITS_MAX = 256;
  public static final int EXPONENT_MAX = 400;

  /// The text of the string that [#string] read last: `text[from] … text[to - 1]`.
  public byte[] text = {};

  public int from;
  public int to;

  /// The field whose value is being read, and where that begins.
  public @Nullable JsonField field;

  public int valueAt;

  /// Objects and arrays that are open.
  public int depth;

  private final boolean isMultiline;
  private byte[] unescaped = new byte[64];

  /// @param isMultiline whether line ends are white space, as in documents
  public JsonScanner(boolean isMultiline) {
    this.isMultiline = isMultiline;
  }

  /// Skips white space.
  public int space(byte[] b, int start) {
    int p = start;
    while (b[p] == ' ' || b[p] == '\t' || (isMultiline && isLineEnd(b, p))) {
      p++;
    }
    return p;
  }

  private static boolean isLineEnd(byte[] b, int p) {
    return (b[p] == '\n' || b[p] == '\r') && p < b.length - 1;
  }

  /// Reads a string whose opening quote is at `start`.
  public int string(byte[] b, int start) {
    int p = start + 1;
    byte c = b[p];
    while (c >= 0x20 && c != '"' && c != '\\') {
      c = b[++p];
    }
    if (c == '"') {
      text = b;
      from = start + 1;
      to = p;
      return p + 1;
    }
    return stringWithMore(b, start, p);
  }

  /// A string with escapes or characters beyond ASCII, the first of them at `at`.
  private int stringWithMore(byte[] b, int start, int at) {
    int p = at;
    int copied = start + 1;
    int length = 0;
    boolean isPlain = true;
    while (true) {
      byte c = b[p];
      if (c == '"') {
        break;
      }
      if (c < 0) {
        int count = Utf8.length(b, p);
        if (count == 0) {
          throw BadValue.badByte(p, "Json error: the text is not UTF-8");
        }
        p += count;
      } else if (c < 0x20) {
        throw controlCharacter(p, c);
      } else if (c == '\\') {
        isPlain = false;
        length = copy(b, copied, p, length);
        p = escape(b, p, length);
        length = to;
        copied = p;
      } else {
        p++;
      }
    }
    if (isPlain) {
      text = b;
      from = start + 1;
      to = p;
    } else {
      to = copy(b, copied, p, length);
      from = 0;
      text = unescaped;
    }
    return p + 1;
  }

  private int copy(byte[] b, int start, int end, int length) {
    int after = length + end - start;
    if (after + 4 > unescaped.length) {
      unescaped = Arrays.copyOf(unescaped, (after + 4) * 2);
    }
    System.arraycopy(b, start, unescaped, length, end - start);
    return after;
  }

  /// Puts the character of the escape at `p` to `unescaped[length]`; `to` becomes the new length.
  private int escape(byte[] b, int p, int length) {
    int c =
        switch (b[p + 1]) {
          case '"' -> '"';
          case '\\' -> '\\';
          case '/' -> '/';
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          case 'u' -> hex4(b, p + 2);
          default ->
              throw BadValue.syntax(p, "Json error: unknown escape " + found(b, p + 1), null);
        };
    int end = b[p + 1] == 'u' ? p + 6 : p + 2;
    if (b[p + 1] == 'u' && c >= 0xD800 && c <= 0xDFFF) {
      if (c >= 0xDC00 || b[end] != '\\' || b[end + 1] != 'u') {
        throw loneSurrogate(p);
      }
      int second = hex4(b, end + 2);
      if (second < 0xDC00 || second > 0xDFFF) {
        throw loneSurrogate(p);
      }
      c = Character.toCodePoint((char) c, (char) second);
      end += 6;
    }
    to = Utf8.put(c, unescaped, length);
    return end;
  }

  private static int hex4(byte[] b, int start) {
    int number = 0;
    for (int p = start; p < start + 4; p++) {
      int digit = b[p] < 0 ? -1 : Character.digit(b[p], 16);
      if (digit < 0) {
        throw BadValue.syntax(
            p, "Json error: \\u needs four hexadecimal digits, found " + found(b, p), null);
      }
      number = number << 4 | digit;
    }
    return number;
  }

  private static BadValue loneSurrogate(int p) {
    return BadValue.badByte(p, "Json error: a lone surrogate is no character");
  }

  private static BadValue controlCharacter(int p, byte c) {
    if (c == '\n' || c == '\r') {
      return BadValue.syntax(p, "Json error: the line ends inside a text", null);
    }
    return BadValue.badByte(
        p,
        "Json error: raw control character in a text, written \\u00"
            + BadValue.hex(c >> 4)
            + BadValue.hex(c)
            + " in JSON,");
  }

  /// Reads a number that begins at `start`.
  public int number(byte[] b, int start) {
    int p = b[start] == '-' ? start + 1 : start;
    int whole = p;
    p = digits(b, p);
    if (p == whole) {
      throw BadValue.syntax(p, "Json error: expected a digit, found " + found(b, p), null);
    }
    if (b[whole] == '0' && p > whole + 1) {
      throw BadValue.syntax(whole, "Json error: a number has no leading zeros", null);
    }
    int count = p - whole;
    if (b[p] == '.') {
      int decimals = p + 1;
      p = digits(b, decimals);
      if (p == decimals) {
        throw BadValue.syntax(p, "Json error: expected a digit, found " + found(b, p), null);
      }
      count += p - decimals;
    }
    if (count > DIGITS_MAX) {
      throw BadValue.syntax(
          start, "The number has more than " + DIGITS_MAX + " digits (limit: number)", null);
    }
    return (b[p] | 0x20) == 'e' ? exponent(b, start, p + 1) : p;
  }

  private static int exponent(byte[] b, int start, int at) {
    int p = b[at] == '-' || b[at] == '+' ? at + 1 : at;
    int first = p;
    int exponent = 0;
    while (b[p] >= '0' && b[p] <= '9') {
      exponent = Math.min(exponent * 10 + b[p] - '0', EXPONENT_MAX + 1);
      p++;
    }
    if (p == first) {
      throw BadValue.syntax(p, "Json error: expected a digit, found " + found(b, p), null);
    }
    if (exponent > EXPONENT_MAX) {
      throw BadValue.syntax(
          start, "The number's exponent is beyond " + EXPONENT_MAX + " (limit: number)", null);
    }
    return p;
  }

  private static int digits(byte[] b, int start) {
    int p = start;
    while (b[p] >= '0' && b[p] <= '9') {
      p++;
    }
    return p;
  }

  /// Reads `true`, `false` or `null`.
  public int literal(byte[] b, int start, String word) {
    for (int i = 0; i < word.length(); i++) {
      if (b[start + i] != word.charAt(i)) {
        throw notAValue(b, start);
      }
    }
    return start + word.length();
  }

  /// Reads any value and forgets it.
  public int skip(byte[] b, int start) {
    return switch (b[start]) {
      case '"' -> string(b, start);
      case '{' -> skipObject(b, start);
      case '[' -> skipArray(b, start);
      case 't' -> literal(b, start, "true");
      case 'f' -> literal(b, start, "false");
      case 'n' -> literal(b, start, "null");
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number(b, start);
      default -> throw notAValue(b, start);
    };
  }

  private int skipObject(byte[] b, int start) {
    open(start);
    int p = space(b, start + 1);
    boolean more = b[p] != '}';
    while (more) {
      if (b[p] != '"') {
        throw notAKey(b, p);
      }
      p = space(b, string(b, p));
      p = skip(b, space(b, colon(b, p)));
      p = space(b, p);
      more = b[p] == ',';
      if (more) {
        p = space(b, p + 1);
      } else if (b[p] != '}') {
        throw expected(b, p, "',' or '}'");
      }
    }
    depth--;
    return p + 1;
  }

  private int skipArray(byte[] b, int start) {
    open(start);
    int p = space(b, start + 1);
    boolean more = b[p] != ']';
    while (more) {
      p = space(b, skip(b, p));
      more = b[p] == ',';
      if (more) {
        p = space(b, p + 1);
      } else if (b[p] != ']') {
        throw expected(b, p, "',' or ']'");
      }
    }
    depth--;
    return p + 1;
  }

  /// One more object or array is open.
  public void open(int start) {
    if (++depth > DEPTH_MAX) {
      throw BadValue.syntax(
          start, "The value is nested deeper than " + DEPTH_MAX + " levels (limit: depth)", null);
    }
  }

  public int colon(byte[] b, int p) {
    if (b[p] != ':') {
      throw expected(b, p, "':'");
    }
    return p + 1;
  }

  public static BadValue expected(byte[] b, int p, String what) {
    return BadValue.syntax(p, "Json error: expected " + what + ", found " + found(b, p), null);
  }

  public static BadValue notAKey(byte[] b, int p) {
    String hint =
        switch (b[p]) {
          case '}' -> "there is a comma too many";
          case '\'' -> "names stand in double quotes";
          case '/', '#' -> "JSON has no comments";
          default -> null;
        };
    return BadValue.syntax(
        p, "Json error: expected the name of a field, found " + found(b, p), hint);
  }

  public static BadValue notAValue(byte[] b, int p) {
    String hint =
        switch (b[p]) {
          case '}', ']' -> "there is a comma too many, or a value is missing";
          case '\'' -> "texts stand in double quotes";
          case '/', '#' -> "JSON has no comments";
          case 'N', 'I', 'n', 'i' -> "JSON has no NaN or Infinity; write null";
          case 'T', 'F' -> "it is true and false, in small letters";
          case '+' -> "a number has no plus";
          case '.' -> "a number has a digit before its point";
          default -> null;
        };
    return BadValue.syntax(p, "Json error: expected a value, found " + found(b, p), hint);
  }

  /// What stands at `p`, for a message.
  public static String found(byte[] b, int p) {
    if (b[p] == '\n' || b[p] == '\r') {
      return "the end of the line";
    }
    int length = b[p] < 0 ? Math.max(1, Utf8.length(b, p)) : 1;
    return "'" + BadValue.shown(b, p, p + length) + "'";
  }
}
