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

  private byte[] unordered = {};

  /// A member of an object as it was written: `bytes[from] … bytes[to - 1]`.
  private record Member(byte[] name, int from, int to) {}

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

  /// Members are written as they come and put in order afterwards, so that a value is read once
  /// however deep it lies.
  private int object(JsonScanner scanner, byte[] b, int start) {
    scanner.open(start);
    put((byte) '{');
    int first = length;
    List<Member> members = new ArrayList<>();
    boolean isInOrder = true;
    int p = scanner.space(b, start + 1);
    while (b[p] == '"') {
      if (!members.isEmpty()) {
        put((byte) ',');
      }
      int from = length;
      int spelledEnd = scanner.string(b, p);
      byte[] name = Arrays.copyOfRange(scanner.text, scanner.from, scanner.to);
      put(b, p, spelledEnd);
      put((byte) ':');
      p = write(scanner, b, scanner.space(b, scanner.colon(b, scanner.space(b, spelledEnd))));
      isInOrder =
          isInOrder
              && (members.isEmpty() || Arrays.compareUnsigned(members.getLast().name, name) <= 0);
      members.add(new Member(name, from, length));
      p = scanner.space(b, p);
      if (b[p] == ',') {
        p = scanner.space(b, p + 1);
      }
    }
    if (!isInOrder) {
      order(members, first);
    }
    put((byte) '}');
    scanner.depth--;
    return p + 1;
  }

  private void order(List<Member> members, int first) {
    int count = length - first;
    if (unordered.length < count) {
      unordered = new byte[count * 2];
    }
    System.arraycopy(bytes, first, unordered, 0, count);
    members.sort((one, other) -> Arrays.compareUnsigned(one.name, other.name));
    length = first;
    for (Member member : members) {
      if (length > first) {
        put((byte) ',');
      }
      put(unordered, member.from - first, member.to - first);
    }
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
