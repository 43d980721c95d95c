package dev.catchwater.odf.proof;

import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.manifest.JsonText;
import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// JSON in its one spelling (RFC 8785): no spaces, members by the UTF-16 code units of their names,
/// numbers as ECMAScript writes them. In one thing it differs from the RFC, for which an integer is
/// a double: a number that is written without point and exponent keeps all its digits, so that two
/// offsets beyond 2⁵³ never are the same text.
///
/// What is no I-JSON (RFC 7493) has no such spelling: a name that comes twice, half a surrogate
/// pair, a number that no double holds. Used for one text; its methods are thread-safe.
public final class CanonicalJson {
  private static final int DEPTH_MAX = 128;

  private final String text;
  private final StringBuilder out;
  private int position;

  private CanonicalJson(String text) {
    this.text = text;
    this.out = new StringBuilder(text.length());
  }

  /// The canonical text; null for what has none.
  public static @Nullable String of(String json) {
    CanonicalJson reader = new CanonicalJson(json);
    if (!reader.value(0)) {
      return null;
    }
    reader.space();
    return reader.position == json.length() ? reader.out.toString() : null;
  }

  /// The canonical text of a document that we made.
  public static String of(Tree tree) {
    StringBuilder json = new StringBuilder();
    JsonTree.write(json, tree);
    String canonical = of(json.toString());
    if (canonical == null) {
      throw new IllegalArgumentException("no canonical text: " + json);
    }
    return canonical;
  }

  /// SHA3-256 of a canonical text.
  public static Multihash hash(String canonical) {
    return Multihash.sha3(canonical.getBytes(StandardCharsets.UTF_8));
  }

  private boolean value(int depth) {
    space();
    if (depth > DEPTH_MAX || position >= text.length()) {
      return false;
    }
    return switch (text.charAt(position)) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      default -> literal();
    };
  }

  /// A member of an object, and where its text stands in what is written.
  private record Member(String name, int start, int end) {}

  private boolean object(int depth) {
    position++;
    out.append('{');
    List<Member> members = new ArrayList<>();
    if (!accept('}')) {
      do {
        space();
        int start = out.length();
        String name = isAt('"') ? readString() : null;
        if (name == null || !accept(':')) {
          return false;
        }
        JsonText.quote(out, name);
        out.append(':');
        if (!value(depth + 1)) {
          return false;
        }
        members.add(new Member(name, start, out.length()));
        out.append(',');
      } while (accept(','));
      if (!accept('}') || !arrange(members)) {
        return false;
      }
    }
    out.append('}');
    return true;
  }

  /// Puts the members that were written, each with a comma behind it, into their order; false where
  /// a name comes twice.
  private boolean arrange(List<Member> members) {
    List<Member> sorted = new ArrayList<>(members);
    Collections.sort(sorted, Comparator.comparing(Member::name));
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).name().equals(sorted.get(i - 1).name())) {
        return false;
      }
    }
    out.setLength(out.length() - 1);
    if (sorted.equals(members)) {
      return true;
    }
    int from = members.getFirst().start();
    String written = out.substring(from);
    out.setLength(from);
    for (int i = 0; i < sorted.size(); i++) {
      out.append(i == 0 ? "" : ",");
      out.append(written, sorted.get(i).start() - from, sorted.get(i).end() - from);
    }
    return true;
  }

  private boolean array(int depth) {
    position++;
    out.append('[');
    if (!accept(']')) {
      String separator = "";
      do {
        out.append(separator);
        separator = ",";
        if (!value(depth + 1)) {
          return false;
        }
      } while (accept(','));
      if (!accept(']')) {
        return false;
      }
    }
    out.append(']');
    return true;
  }

  private boolean string() {
    String string = readString();
    if (string == null) {
      return false;
    }
    JsonText.quote(out, string);
    return true;
  }

  private @Nullable String readString() {
    StringBuilder string = new StringBuilder();
    position++;
    while (position < text.length()) {
      char c = text.charAt(position++);
      if (c == '"') {
        return isWellFormed(string) ? string.toString() : null;
      }
      if (c < ' ') {
        return null;
      }
      if (c != '\\') {
        string.append(c);
      } else if (!escape(string)) {
        return null;
      }
    }
    return null;
  }

  private static boolean isWellFormed(CharSequence string) {
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < string.length()
          && Character.isLowSurrogate(string.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }

  private boolean escape(StringBuilder to) {
    int next = JsonText.unescape(to, text, position);
    position = Math.max(next, position);
    return next >= 0;
  }

  private boolean literal() {
    int start = position;
    while (position < text.length() && ",]} \t\r\n".indexOf(text.charAt(position)) < 0) {
      position++;
    }
    String word = text.substring(start, position);
    if (word.equals("true") || word.equals("false") || word.equals("null")) {
      out.append(word);
      return true;
    }
    String number = CanonicalNumber.of(word);
    if (number == null) {
      return false;
    }
    out.append(number);
    return true;
  }

  private boolean isAt(char expected) {
    return position < text.length() && text.charAt(position) == expected;
  }

  private boolean accept(char expected) {
    space();
    if (isAt(expected)) {
      position++;
      return true;
    }
    return false;
  }

  private void space() {
    while (position < text.length() && " \t\r\n".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
  }
}
