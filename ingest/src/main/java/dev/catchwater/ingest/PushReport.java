package dev.catchwater.ingest;

import dev.catchwater.ingest.sieve.Cause;
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
/// @param offsets the rows added, null when none was; over several commits from the first to the
///   last of them, though others may have added rows between
/// @param block the last block committed, null when none was or in a dry run
/// @param head the head afterwards
/// @param blockCount blocks committed
/// @param commitCount commits; more than one only where a push is committed in batches
/// @param watermark the dataset's watermark afterwards, null before the first row
/// @param systemTime the system time of the rows
/// @param ignoredFields fields that the source does not declare, by name, with how often they came
/// @param truncatedTimes times that were finer than a millisecond and were cut
/// @param conflicts the first rows that were [PushCounts#conflicting()]
/// @param differences of a dry run the first rows it would store, as many as were asked for; a
///   correction is one
/// @param causes why rows were set aside, at most [Cause#SHOWN_MAX], the most frequent first
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
    int commitCount,
    @Nullable Instant watermark,
    Instant systemTime,
    Map<String, Long> ignoredFields,
    long truncatedTimes,
    List<Conflict> conflicts,
    List<Difference> differences,
    List<Cause> causes,
    List<String> warnings,
    Duration elapsed) {
  /// How many conflicts a report shows.
  public static final int CONFLICTS_MAX = 10;

  public PushReport {
    // No List.copyOf of streams here: this class is on the path of a one-row push.
    ignoredFields = Collections.unmodifiableMap(new LinkedHashMap<>(ignoredFields));
    conflicts = Collections.unmodifiableList(new ArrayList<>(conflicts));
    differences = Collections.unmodifiableList(new ArrayList<>(differences));
    causes = Collections.unmodifiableList(new ArrayList<>(causes));
    warnings = Collections.unmodifiableList(new ArrayList<>(warnings));
  }

  /// This report and that of the batch after it as one.
  ///
  /// @param rowsBefore rows of the same input in the batches before
  PushReport plus(PushReport next, long rowsBefore) {
    Map<String, Long> ignored = new LinkedHashMap<>(ignoredFields);
    for (Map.Entry<String, Long> field : next.ignoredFields.entrySet()) {
      Long before = ignored.get(field.getKey());
      ignored.put(field.getKey(), field.getValue() + (before == null ? 0 : before));
    }
    List<Conflict> allConflicts = new ArrayList<>(conflicts);
    for (Conflict conflict : next.conflicts) {
      if (allConflicts.size() < CONFLICTS_MAX) {
        allConflicts.add(new Conflict(conflict.input, rowsBefore + conflict.row, conflict.key));
      }
    }
    List<String> allWarnings = new ArrayList<>(warnings);
    for (String warning : next.warnings) {
      if (!allWarnings.contains(warning)) {
        allWarnings.add(warning);
      }
    }
    return new PushReport(
        next.outcome == PushOutcome.UPDATED ? next.outcome : outcome,
        dryRun,
        counts.plus(next.counts),
        rowsRead + next.rowsRead,
        bytesRead + next.bytesRead,
        joined(offsets, next.offsets),
        next.block == null ? block : next.block,
        next.head,
        blockCount + next.blockCount,
        commitCount + next.commitCount,
        next.watermark,
        next.systemTime,
        ignored,
        truncatedTimes + next.truncatedTimes,
        allConflicts,
        differences,
        causes,
        allWarnings,
        elapsed.plus(next.elapsed));
  }

  // Another writer may have added rows between two batches; theirs lie inside the interval.
  private static @Nullable Offsets joined(@Nullable Offsets one, @Nullable Offsets next) {
    if (one == null || next == null) {
      return one == null ? next : one;
    }
    return new Offsets(one.start, next.end);
  }

  /// The same report of another duration.
  PushReport withElapsed(Duration time) {
    return with(dryRun, block, head, blockCount, commitCount, time);
  }

  /// The same report of a dry run or not.
  public PushReport withDryRun(boolean isDryRun) {
    return with(isDryRun, block, head, blockCount, commitCount, elapsed);
  }

  /// The same report after its rows went into a block.
  public PushReport withBlock(Multihash committed) {
    return with(dryRun, committed, committed, 1, 1, elapsed);
  }

  private PushReport with(
      boolean isDryRun,
      @Nullable Multihash lastBlock,
      Multihash headAfter,
      int blocks,
      int commits,
      Duration time) {
    return new PushReport(
        outcome,
        isDryRun,
        counts,
        rowsRead,
        bytesRead,
        offsets,
        lastBlock,
        headAfter,
        blocks,
        commits,
        watermark,
        systemTime,
        ignoredFields,
        truncatedTimes,
        conflicts,
        differences,
        causes,
        warnings,
        time);
  }

  /// A row that would be stored, or two of a correction.
  ///
  /// @param sign `+` added, `-` retracted, `~` corrected
  /// @param key the key columns: `sku=a-17 site=2`; empty where there is no key
  /// @param values the other columns: `qty 4`, of a correction those that change: `qty 7 → 5`
  public record Difference(char sign, String key, String values) {}

  /// A closed interval of offsets.
  public record Offsets(long start, long end) {}

  /// A row whose key was known with other content.
  ///
  /// @param input the file's name, null for standard input
  /// @param row which row of that input, from 1
  /// @param key the key columns as JSON text: `{"id":7}`
  public record Conflict(@Nullable String input, long row, String key) {}
}
