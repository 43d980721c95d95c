package dev.catchwater.ingest;

import dev.catchwater.odf.identity.Multihash;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a push did; in a dry run, what it would have done. Immutable.
///
/// @param rowsRead rows of all inputs
/// @param bytesRead bytes of all inputs, as they came in
/// @param offsets the rows added, null when none was
/// @param block the last block committed, null when none was or in a dry run
/// @param head the head afterwards
/// @param blockCount blocks committed
/// @param watermark the dataset's watermark afterwards, null before the first row
/// @param systemTime the system time of the rows
/// @param ignoredFields fields that the source does not declare, by name, with how often they came
/// @param truncatedTimes times that were finer than a millisecond and were cut
/// @param conflicts the first rows that were [PushCounts#conflicting()]
/// @param warnings sentences for a person
/// @param elapsed from the call to the end of the commit
public record PushReport(
    PushOutcome outcome,
    boolean dryRun,
    PushCounts counts,
    long rowsRead,
    long bytesRead,
    @Nullable Offsets offsets,
    @Nullable Multihash block,
    Multihash head,
    int blockCount,
    @Nullable Instant watermark,
    Instant systemTime,
    Map<String, Long> ignoredFields,
    long truncatedTimes,
    List<Conflict> conflicts,
    List<String> warnings,
    Duration elapsed) {

  public PushReport {
    // No List.copyOf of streams here: this class is on the path of a one-row push.
    ignoredFields = Collections.unmodifiableMap(new LinkedHashMap<>(ignoredFields));
    conflicts = Collections.unmodifiableList(new ArrayList<>(conflicts));
    warnings = Collections.unmodifiableList(new ArrayList<>(warnings));
  }

  /// A closed interval of offsets.
  public record Offsets(long start, long end) {}

  /// A row whose key was known with other content.
  ///
  /// @param input the file's name, null for standard input
  /// @param row which row of that input, from 1
  /// @param key the key columns as JSON text: `{"id":7}`
  public record Conflict(@Nullable String input, long row, String key) {}
}
