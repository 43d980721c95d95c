package dev.catchwater.query.quarantine;

import dev.catchwater.ingest.quarantine.RowState;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which rows of a quarantine are meant. Immutable.
///
/// @param ids only these; empty for any
/// @param state only those that stand so; null for any
/// @param code of the reason, null for any
/// @param field of the reason, null for any
/// @param cause of the reason, null for any
public record RowFilter(
    Set<String> ids,
    @Nullable RowState state,
    @Nullable String code,
    @Nullable String field,
    @Nullable String cause) {
  public RowFilter {
    ids = Set.copyOf(ids);
  }

  /// Every row.
  public static RowFilter all() {
    return new RowFilter(Set.of(), null, null, null, null);
  }

  /// One row.
  public static RowFilter of(String id) {
    return new RowFilter(Set.of(id), null, null, null, null);
  }

  /// The same of one state; null for any.
  public RowFilter withState(@Nullable RowState other) {
    return new RowFilter(ids, other, code, field, cause);
  }

  /// Whether a row is meant.
  public boolean has(QuarantinedRow row) {
    return (ids.isEmpty() || ids.contains(row.id()))
        && (state == null || state == row.state())
        && (code == null || code.equals(row.why().code()))
        && (field == null || field.equals(row.why().field()))
        && (cause == null || cause.equals(row.why().cause()));
  }
}
