package dev.catchwater.cli.config;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A setting that there is. The order is that of lists.
public enum Setting {
  COMPACT_MAX_SLICE_RECORDS(
      "compact.max-slice-records", "10000", 1, "system compact --max-slice-records"),
  COMPACT_MAX_SLICE_SIZE(
      "compact.max-slice-size", "300000000", 1, "system compact --max-slice-size, in bytes"),
  ENGINE_RESIDENT(
      "engine.resident",
      "false",
      "true, false",
      "whether commands keep an engine for ten idle minutes, so that the next ones start at once"),
  OUTPUT_FORMAT(
      "output.format",
      "auto",
      "auto, table, csv, json, ndjson, json-soa, json-aoa",
      "--output-format of rows; auto is table on a terminal and json elsewhere"),
  TRANSFER_PARALLEL("transfer.parallel", "10", 1, "how many files pull and push copy at once"),
  WRITER_LOCK_WAIT_SECONDS(
      "writer.lock-wait-seconds", "60", 0, "--lock-wait: how long to wait for another writer");

  private static final String ENVIRONMENT = "CATCHWATER_";

  private final String key;
  private final String standard;
  private final String choices;
  private final long min;
  private final String help;

  /// @param min the least number allowed
  Setting(String key, String standard, long min, String help) {
    this(key, standard, "", min, help);
  }

  /// @param choices the values allowed, with a comma and a space between
  Setting(String key, String standard, String choices, String help) {
    this(key, standard, choices, -1, help);
  }

  Setting(String key, String standard, String choices, long min, String help) {
    this.key = key;
    this.standard = standard;
    this.choices = choices;
    this.min = min;
    this.help = help;
  }

  /// The setting of that key, or null.
  public static @Nullable Setting find(String key) {
    for (Setting setting : values()) {
      if (setting.key.equals(key)) {
        return setting;
      }
    }
    return null;
  }

  /// All keys.
  public static List<String> keys() {
    List<String> keys = new ArrayList<>();
    for (Setting setting : values()) {
      keys.add(setting.key);
    }
    return keys;
  }

  /// Its name, `writer.lock-wait-seconds`.
  public String key() {
    return key;
  }

  /// What holds where it is not set.
  public String standard() {
    return standard;
  }

  /// What it does, for help.
  public String help() {
    return help;
  }

  /// The variable that wins over the files, `CATCHWATER_WRITER_LOCK_WAIT_SECONDS`.
  public String variable() {
    return ENVIRONMENT + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /// Refuses a value that cannot be used.
  ///
  /// @param origin where it was said, for the message
  /// @throws CatchwaterException `BAD_ARGUMENT`
  public String check(String value, String origin) {
    String wanted;
    if (!choices.isEmpty()) {
      if (List.of(choices.split(", ", -1)).contains(value)) {
        return value;
      }
      wanted = "one of " + choices;
    } else {
      try {
        if (Long.parseLong(value) >= min) {
          return value;
        }
      } catch (NumberFormatException e) {
        // Said below, in the same words as a number that is too small.
      }
      wanted = "a whole number of at least " + min;
    }
    throw CatchwaterException.of(
        ErrorCode.BAD_ARGUMENT,
        origin + ": Invalid value '" + value + "' for " + key + ": " + wanted + " is wanted");
  }
}
