package dev.catchwater.ingest.live;

import dev.catchwater.odf.error.CatchwaterException;
import org.jspecify.annotations.Nullable;

/// How a live dataset does, for metrics and health. Immutable; the parts are of nearly the same
/// moment.
///
/// @param isOpen whether its lock is held
/// @param hotBytes bytes of records that are in no slice, with what is held in memory for them
/// @param hotRows rows that are in no slice
/// @param seals slices sealed since the process began
/// @param failure why it takes no push until the process begins anew, or null
public record LiveStatus(
    boolean isOpen,
    long hotBytes,
    long hotRows,
    long seals,
    @Nullable CatchwaterException failure) {}
