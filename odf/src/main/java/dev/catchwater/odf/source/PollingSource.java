package dev.catchwater.odf.source;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A source that fetches by itself. Catchwater reads it in foreign chains, never runs it, and never
/// re-serializes the block it came in.
public record PollingSource(
    FetchStep fetch,
    @Nullable List<PrepStep> prepare,
    ReadStep read,
    @Nullable Transform preprocess,
    MergeStrategy merge) {

  /// Where it fetches from (ODF `FetchStep`), the kind and the fields that are texts or numbers.
  public record FetchStep(String kind, java.util.Map<String, Object> fields) {
    public FetchStep {
      fields =
          java.util.Collections.unmodifiableSequencedMap(new java.util.LinkedHashMap<>(fields));
    }
  }

  /// What is done to the bytes before they are read (ODF `PrepStep`).
  public sealed interface PrepStep {
    /// Unpacks; `format` is `Gzip` or `Zip`.
    record Decompress(String format, @Nullable String subPath) implements PrepStep {}

    /// Pipes through a command.
    record Pipe(List<String> command) implements PrepStep {}
  }
}
