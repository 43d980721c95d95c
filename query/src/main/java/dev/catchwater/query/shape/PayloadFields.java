package dev.catchwater.query.shape;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The top-level fields of payloads and what values they have, in the order in which they came
/// first. It follows from the payloads alone. Immutable.
///
/// @param kinds bits of the kinds that the values of a field have; none where all are null
/// @param hasBadJson whether a payload is no JSON
/// @param isCut whether there are more fields than it has
public record PayloadFields(Map<String, Integer> kinds, boolean hasBadJson, boolean isCut) {
  /// More fields than a table has columns are keys of something.
  public static final int NAMES_MAX = 1_000;

  /// Of no payload.
  public static final PayloadFields NONE = new PayloadFields(Map.of(), false, false);

  static final String TEXT = "VARCHAR";
  static final String JSON = "JSON";

  static final int BOOL = 1;

  /// A whole number that a floating one holds exactly.
  static final int INT = 2;

  /// Another one of 64 bits.
  static final int LONG = 4;

  static final int REAL = 8;
  static final int STRING = 16;
  static final int NESTED = 32;

  /// A number that no type holds as it is written.
  static final int HUGE = 64;

  private static final int VERSION = 1;

  public PayloadFields {
    kinds = Collections.unmodifiableMap(new LinkedHashMap<>(kinds));
  }

  /// All fields.
  public Set<String> names() {
    return kinds.keySet();
  }

  /// Whether a field has this name, in any case.
  boolean hasIgnoringCase(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    for (String field : kinds.keySet()) {
      if (field.toLowerCase(Locale.ROOT).equals(wanted)) {
        return true;
      }
    }
    return false;
  }

  /// The engine's type of a field, `VARCHAR` for one that is not there.
  public String type(String name) {
    int bits = kinds.getOrDefault(name, 0);
    if ((bits & NESTED) != 0) {
      return JSON;
    }
    return switch (bits) {
      case BOOL -> "BOOLEAN";
      case INT, LONG, INT | LONG -> "BIGINT";
      case REAL, REAL | INT -> "DOUBLE";
      default -> TEXT;
    };
  }

  /// Those of both, these first.
  public PayloadFields and(PayloadFields later) {
    if (later.kinds.isEmpty() && !later.hasBadJson) {
      return this;
    }
    Map<String, Integer> both = new LinkedHashMap<>(kinds);
    boolean isCutNow = isCut || later.isCut;
    for (Map.Entry<String, Integer> field : later.kinds.entrySet()) {
      Integer before = both.get(field.getKey());
      if (before != null || both.size() < NAMES_MAX) {
        both.put(field.getKey(), (before == null ? 0 : before) | field.getValue());
      } else {
        isCutNow = true;
      }
    }
    return new PayloadFields(both, hasBadJson || later.hasBadJson, isCutNow);
  }

  /// For a file that [#fromBytes] reads.
  byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeBoolean(hasBadJson);
      out.writeBoolean(isCut);
      out.writeInt(kinds.size());
      for (Map.Entry<String, Integer> field : kinds.entrySet()) {
        byte[] name = field.getKey().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        out.writeInt(name.length);
        out.write(name);
        out.writeByte(field.getValue());
      }
    } catch (IOException e) {
      throw new IllegalStateException("memory refused", e);
    }
    return bytes.toByteArray();
  }

  /// @throws IOException where these are no such bytes
  static PayloadFields fromBytes(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    if (in.readByte() != VERSION) {
      throw new IOException("another version");
    }
    boolean hasBadJson = in.readBoolean();
    boolean isCut = in.readBoolean();
    Map<String, Integer> kinds = new LinkedHashMap<>();
    for (int count = in.readInt(); count > 0; count--) {
      byte[] name = in.readNBytes(in.readInt());
      kinds.put(new String(name, java.nio.charset.StandardCharsets.UTF_8), (int) in.readByte());
    }
    return new PayloadFields(kinds, hasBadJson, isCut);
  }
}
