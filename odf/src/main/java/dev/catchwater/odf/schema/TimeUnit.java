package dev.catchwater.odf.schema;

import java.util.Locale;

/// ODF's units of time; the order is the code on disk.
public enum TimeUnit {
  SECOND(0),
  MILLISECOND(1),
  MICROSECOND(2),
  NANOSECOND(3);

  private final int code;

  TimeUnit(int code) {
    this.code = code;
  }

  /// The code on disk and in logical hashes: 0 to 3.
  public int code() {
    return code;
  }

  /// `Millisecond`: the spelling of manifests.
  public String odfName() {
    return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
  }
}
