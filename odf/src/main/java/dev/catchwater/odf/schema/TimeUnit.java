package dev.catchwater.odf.schema;

/// ODF's units of time; the order is the ordinal on disk.
public enum TimeUnit {
  SECOND,
  MILLISECOND,
  MICROSECOND,
  NANOSECOND;

  /// `Millisecond`: the spelling of manifests.
  public String odfName() {
    return name().charAt(0) + name().substring(1).toLowerCase(java.util.Locale.ROOT);
  }
}
