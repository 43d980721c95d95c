package dev.catchwater.ingest.quarantine;

import org.jspecify.annotations.Nullable;

/// Something that happened to a row in quarantine after it arrived. Immutable.
///
/// @param id of the row
/// @param number counts the changes of the row from 1; the same number comes once
/// @param state afterwards
/// @param outcome what a replay did with the row: `added`, `corrected`, `retracted`, `duplicate`,
///   `conflicting`, `ignored`; null where nothing was replayed
/// @param firstOffset of what the replay stored, null where it stored nothing
/// @param lastOffset of it
/// @param code why it was refused again, null where it was not; field and message go with it
/// @param text what was pushed in the row's place, null for the row itself
public record RowChange(
    String id,
    int number,
    RowState state,
    @Nullable String outcome,
    @Nullable Long firstOffset,
    @Nullable Long lastOffset,
    @Nullable String code,
    @Nullable String field,
    @Nullable String message,
    @Nullable String text) {}
