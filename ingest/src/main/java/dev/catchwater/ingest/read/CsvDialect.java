package dev.catchwater.ingest.read;

final class CsvDialect {
  static final byte PLAIN = 0;

  private CsvDialect() {}
}
