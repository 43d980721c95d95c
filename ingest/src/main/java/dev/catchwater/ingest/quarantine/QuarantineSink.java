package dev.catchwater.ingest.quarantine;

import dev.catchwater.ingest.PushRequest;
import dev.catchwater.ingest.read.InputFormat;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.storage.Dataset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;

/// Puts refused rows, and changes of their state, into the quarantine of a dataset. What is put
/// there again is recognized by its id, so it may be tried as often as one likes. Thread-safe.
public final class QuarantineSink {
  private static final Duration LOCK_WAIT = Duration.ofSeconds(10);
  private static final int BYTES_AT_ONCE = 8 << 20;
  private static final int BYTES_OF_MANY = 1 << 20;

  private final InstantSource clock;
  private final RandomGenerator random;
  private final Pusher pusher;

  /// Pushes into an ordinary dataset.
  @FunctionalInterface
  public interface Pusher {
    /// Pushes; durable when it returns. Takes no lock of the dataset that the rows come from.
    ///
    /// @param isMuch whether the rows are better off in a slice at once than in a journal first,
    ///   which would write them twice
    void push(PushRequest request, boolean isMuch);
  }

  /// @param random where the identity of a new quarantine comes from
  /// @param pusher what puts rows into a quarantine
  public QuarantineSink(InstantSource clock, RandomGenerator random, Pusher pusher) {
    this.clock = clock;
    this.random = random;
    this.pusher = pusher;
  }

  /// Makes the quarantine of a dataset, where there is none. To be called before rows are refused,
  /// so that what stands in the way refuses the push.
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException `ALREADY_EXISTS` if another kind of
  ///   dataset has its name, `BAD_NAME` if its name would be too long
  public Dataset prepare(Dataset of) {
    return QuarantineDataset.open(of, clock.instant(), random);
  }

  /// Puts the rows of a push into the quarantine; durable when this returns.
  void take(Dataset of, RefusedPush push) {
    Dataset quarantine = prepare(of);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < push.aside().rows().size(); i++) {
      QuarantineLines.addArrival(lines, push, i);
      if (lines.length() > BYTES_AT_ONCE) {
        push(quarantine, lines);
      }
    }
    push(quarantine, lines);
  }

  /// Puts changes into the quarantine; durable when this returns.
  public void change(Dataset quarantine, List<RowChange> changes) {
    StringBuilder lines = new StringBuilder();
    for (RowChange change : changes) {
      QuarantineLines.addChange(lines, change, clock.instant());
      if (lines.length() > BYTES_AT_ONCE) {
        push(quarantine, lines);
      }
    }
    push(quarantine, lines);
  }

  private void push(Dataset quarantine, StringBuilder lines) {
    if (!lines.isEmpty()) {
      byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
      pusher.push(
          PushRequest.of(quarantine, List.of(PushInput.bytes(null, bytes)))
              .withInputFormat(InputFormat.NDJSON)
              .withLockWait(LOCK_WAIT),
          bytes.length > BYTES_OF_MANY);
      lines.setLength(0);
    }
  }
}
