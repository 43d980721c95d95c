package dev.catchwater.ingest.read.geo;

import dev.catchwater.ingest.read.cell.JsonScanner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// JSON without white space and with the names of every object in the order of their bytes; numbers
/// and texts stay as they are written. Used by one thread.
final class CanonicalJson {
  byte[] bytes = new byte[256];
  int length;

  private record Member(byte[] name, int spelledAt, int spelledEnd, int valueAt) {}

  /// Writes the value at `start`, which was checked, behind what is there; gives where it ends.
  int write(JsonScanner scanner, byte[] b, int start) {
    return switch (b[start]) {
      case '{' -> object(scanner, b, start);
      case '[' -> array(scanner, b, start);
      default -> {
        int end = scanner.skip(b, start);
        put(b, start, end);
        yield end;
      }
    };
  }

  private int array(JsonScanner scanner, byte[] b, int start) {
    scanner.open(start);
    put((byte) '[');
    int p = scanner.space(b, start + 1);
    while (b[p] != ']') {
      p = scanner.space(b, write(scanner, b, p));
      if (b[p] == ',') {
        put((byte) ',');
        p = scanner.space(b, p + 1);
      } else if (b[p] != ']') {
        throw JsonScanner.expected(b, p, "',' or ']'");
      }
    }
    put((byte) ']');
    scanner.depth--;
    return p + 1;
  }

  private int object(JsonScanner scanner, byte[] b, int start) {
    scanner.open(start);
    List<Member> members = new ArrayList<>();
    int p = scanner.space(b, start + 1);
    while (b[p] == '"') {
      int spelledEnd = scanner.string(b, p);
      byte[] name = Arrays.copyOfRange(scanner.text, scanner.from, scanner.to);
      int valueAt = scanner.space(b, scanner.colon(b, scanner.space(b, spelledEnd)));
      members.add(new Member(name, p, spelledEnd, valueAt));
      p = scanner.space(b, scanner.skip(b, valueAt));
      if (b[p] == ',') {
        p = scanner.space(b, p + 1);
      }
    }
    members.sort((one, other) -> Arrays.compareUnsigned(one.name, other.name));
    put((byte) '{');
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      if (i > 0) {
        put((byte) ',');
      }
      put(b, member.spelledAt, member.spelledEnd);
      put((byte) ':');
      write(scanner, b, member.valueAt);
    }
    put((byte) '}');
    scanner.depth--;
    return p + 1;
  }

  private void put(byte c) {
    if (length == bytes.length) {
      bytes = Arrays.copyOf(bytes, length * 2);
    }
    bytes[length++] = c;
  }

  private void put(byte[] from, int start, int end) {
    int count = end - start;
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
    }
    System.arraycopy(from, start, bytes, length, count);
    length += count;
  }
}
