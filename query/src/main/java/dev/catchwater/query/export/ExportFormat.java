package dev.catchwater.query.export;

import org.jspecify.annotations.Nullable;

/// What exported files hold; the name is the one after `-o` and the extension.
public enum ExportFormat {
  CSV("csv"),
  NDJSON("ndjson"),
  PARQUET("parquet");

  private final String optionName;

  ExportFormat(String optionName) {
    this.optionName = optionName;
  }

  /// The name after `-o`, which is the extension of files too.
  public String optionName() {
    return optionName;
  }

  /// The format of a name, or null.
  public static @Nullable ExportFormat find(String name) {
    for (ExportFormat format : values()) {
      if (format.optionName.equals(name)) {
        return format;
      }
    }
    return null;
  }
}
