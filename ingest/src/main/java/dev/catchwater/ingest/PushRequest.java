package dev.catchwater.ingest;

import dev.catchwater.ingest.read.InputFormat;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.storage.Dataset;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is pushed, and how. Immutable.
///
/// @param sourceName the push source, or null for the only one
/// @param eventTime what rows without an event time get, or null for the push's system time
/// @param inputFormat what the bytes are, or null for what the source declares
/// @param inputs one or more; each becomes a block of its own, all of them or none is committed
/// @param isDryRun whether to stop before the commit and only report
/// @param isStrict whether fields that the source does not declare are refused
/// @param systemTime the system time of the rows, or null for now
/// @param lockWait how long to wait for another writer
public record PushRequest(
    Dataset dataset,
    @Nullable String sourceName,
    @Nullable Instant eventTime,
    @Nullable InputFormat inputFormat,
    List<PushInput> inputs,
    boolean isDryRun,
    boolean isStrict,
    @Nullable Instant systemTime,
    Duration lockWait,
    PushListener listener) {
  private static final Duration LOCK_WAIT = Duration.ofSeconds(60);

  public PushRequest {
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("a push of no input");
    }
    inputs = Collections.unmodifiableList(new ArrayList<>(inputs));
  }

  /// A push into the dataset's only source, everything else as by default.
  public static PushRequest of(Dataset dataset, List<PushInput> inputs) {
    return new PushRequest(
        dataset, null, null, null, inputs, false, false, null, LOCK_WAIT, PushListener.SILENT);
  }

  /// The same into a named source.
  public PushRequest withSourceName(@Nullable String name) {
    return new PushRequest(
        dataset,
        name,
        eventTime,
        inputFormat,
        inputs,
        isDryRun,
        isStrict,
        systemTime,
        lockWait,
        listener);
  }

  /// The same with another fallback event time.
  public PushRequest withEventTime(@Nullable Instant time) {
    return new PushRequest(
        dataset,
        sourceName,
        time,
        inputFormat,
        inputs,
        isDryRun,
        isStrict,
        systemTime,
        lockWait,
        listener);
  }

  /// The same with the bytes being of another format.
  public PushRequest withInputFormat(@Nullable InputFormat format) {
    return new PushRequest(
        dataset,
        sourceName,
        eventTime,
        format,
        inputs,
        isDryRun,
        isStrict,
        systemTime,
        lockWait,
        listener);
  }

  /// The same as a dry run or not.
  public PushRequest withDryRun(boolean dryRun) {
    return new PushRequest(
        dataset,
        sourceName,
        eventTime,
        inputFormat,
        inputs,
        dryRun,
        isStrict,
        systemTime,
        lockWait,
        listener);
  }

  /// The same with undeclared fields refused or not.
  public PushRequest withStrict(boolean strict) {
    return new PushRequest(
        dataset,
        sourceName,
        eventTime,
        inputFormat,
        inputs,
        isDryRun,
        strict,
        systemTime,
        lockWait,
        listener);
  }

  /// The same at another system time.
  public PushRequest withSystemTime(@Nullable Instant time) {
    return new PushRequest(
        dataset,
        sourceName,
        eventTime,
        inputFormat,
        inputs,
        isDryRun,
        isStrict,
        time,
        lockWait,
        listener);
  }

  /// The same with another wait for the lock.
  public PushRequest withLockWait(Duration wait) {
    return new PushRequest(
        dataset,
        sourceName,
        eventTime,
        inputFormat,
        inputs,
        isDryRun,
        isStrict,
        systemTime,
        wait,
        listener);
  }

  /// The same with someone to hear how it goes.
  public PushRequest withListener(PushListener hears) {
    return new PushRequest(
        dataset,
        sourceName,
        eventTime,
        inputFormat,
        inputs,
        isDryRun,
        isStrict,
        systemTime,
        lockWait,
        hears);
  }
}
