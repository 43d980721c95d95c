package dev.catchwater.tables;

import dev.catchwater.ingest.read.InputFormat;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What the body of an upload is (S7).
public enum EventFormat {
  /// One value, or an array of them.
  JSON(InputFormat.JSON),
  /// A value a line.
  NDJSON(InputFormat.NDJSON),
  /// A header, and a row a line.
  CSV(InputFormat.CSV),
  /// A Parquet file.
  PARQUET(InputFormat.PARQUET),
  /// Anything, as one event.
  BYTES(null);

  private final @Nullable InputFormat format;

  EventFormat(@Nullable InputFormat format) {
    this.format = format;
  }

  /// The same of a source with columns; null for bytes, which it cannot take.
  public @Nullable InputFormat format() {
    return format;
  }

  /// The format of a word.
  ///
  /// @throws CatchwaterException `BAD_ARGUMENT`
  public static EventFormat parse(String word) {
    List<String> words = new ArrayList<>();
    for (EventFormat format : values()) {
      String known = format.name().toLowerCase(Locale.ROOT);
      if (known.equals(word)) {
        return format;
      }
      words.add(known);
    }
    throw CatchwaterException.of(
            ErrorCode.BAD_ARGUMENT, "format is one of " + String.join(", ", words))
        .withHint(Suggestion.hint(word, words));
  }

  /// The format of a media type that was understood; null for what has no such name here.
  public static @Nullable EventFormat of(@Nullable InputFormat format) {
    for (EventFormat known : values()) {
      if (format != null && known.format == format) {
        return known;
      }
    }
    return null;
  }
}
