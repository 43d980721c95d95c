package dev.catchwater.ingest.read.cell;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A name that objects use, declared or not.
public final class JsonField {
  /// The name's bytes without escapes.
  public final byte[] name;

  /// What stands in the input for the usual spelling, closing quote included; a quote alone, which
  /// no name matches, where the spelling needs escapes.
  public final byte[] spelling;

  /// Where its values go; null for a field that is not declared.
  public final @Nullable Cell cell;

  /// The name with those of the objects around it: `place.lat`.
  public final String path;

  public final int hash;

  /// Whether data may not bring it.
  public boolean isReserved;

  /// The last object that had it.
  public long seenIn;

  /// Objects that had it.
  public long count;

  /// The field that stood behind it the last time.
  @Nullable JsonField next;

  public JsonField(byte[] name, String path, @Nullable Cell cell) {
    this.name = name;
    this.path = path;
    this.cell = cell;
    this.hash = hash(name, 0, name.length);
    this.spelling = spelling(name);
  }

  public String nameText() {
    return new String(name, StandardCharsets.UTF_8);
  }

  public static int hash(byte[] bytes, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + bytes[i];
    }
    return hash ^ hash >>> 15;
  }

  private static byte[] spelling(byte[] name) {
    byte[] spelled = new byte[name.length + 1];
    for (int i = 0; i < name.length; i++) {
      if ((name[i] >= 0 && name[i] < 0x20) || name[i] == '"' || name[i] == '\\') {
        return new byte[] {0};
      }
      spelled[i] = name[i];
    }
    spelled[name.length] = '"';
    return spelled;
  }
}
