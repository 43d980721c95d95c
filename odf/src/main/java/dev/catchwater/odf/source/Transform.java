package dev.catchwater.odf.source;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// SQL over rows (ODF `TransformSql`, the only kind). Stored events are normalized: `query` absent,
/// `queries` with exactly one alias-less step, the last.
public record Transform(
    String engine,
    @Nullable String version,
    @Nullable String query,
    @Nullable List<SqlQueryStep> queries,
    @Nullable List<TemporalTable> temporalTables) {

  /// One step; `alias` names its result for the later ones.
  public record SqlQueryStep(@Nullable String alias, String query) {}

  /// A stream that is read as a table by key.
  public record TemporalTable(String name, List<String> primaryKey) {}
}
