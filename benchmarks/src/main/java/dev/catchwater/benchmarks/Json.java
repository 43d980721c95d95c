package dev.catchwater.benchmarks;

/// One line of JSON.
final class Json {
  private Json() {}

  /// An object of keys and values in turn; values are numbers or texts.
  static String of(Object... pairs) {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < pairs.length; i += 2) {
      json.append(i == 0 ? "\"" : ", \"").append(pairs[i]).append("\": ");
      if (pairs[i + 1] instanceof Number number) {
        json.append(number);
      } else {
        json.append('"');
        for (char c : pairs[i + 1].toString().toCharArray()) {
          json.append(c == '"' || c == '\\' ? "\\" : "").append(c < ' ' ? ' ' : c);
        }
        json.append('"');
      }
    }
    return json.append('}').toString();
  }
}
