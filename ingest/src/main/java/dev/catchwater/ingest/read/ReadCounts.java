package dev.catchwater.ingest.read;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a reader has seen so far. Immutable.
///
/// @param rows rows handed out
/// @param ignoredFields how many rows carried a field that is not declared, by its name, in order
///   of first appearance; names beyond the first thousand are summed under `…`
/// @param truncatedTimes times cut to a millisecond (or to the column's unit)
/// @param vanishedNumbers numbers too small for their column that became zero (`1e-400`)
/// @param bytesRead bytes taken from the input, before unpacking
public record ReadCounts(
    long rows,
    Map<String, Long> ignoredFields,
    long truncatedTimes,
    long vanishedNumbers,
    long bytesRead) {
  public ReadCounts {
    ignoredFields = Collections.unmodifiableMap(new LinkedHashMap<>(ignoredFields));
  }
}
