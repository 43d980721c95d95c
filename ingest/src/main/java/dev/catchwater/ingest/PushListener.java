package dev.catchwater.ingest;

/// Hears how a push goes on. Called from the thread that called [PushIngest#push], a few times a
/// batch, never concurrently; a call must return at once.
public interface PushListener {

  /// Hears nothing.
  PushListener SILENT = new PushListener() {};

  /// A file (counted from 0) of the push begins a stage.
  default void stage(PushStage stage, int input) {}

  /// Totals of the whole push so far.
  ///
  /// @param rows rows read
  /// @param bytes bytes taken from the inputs, before they were unpacked
  default void progress(long rows, long bytes) {}

  /// The dataset is being written by someone else; the push waits.
  ///
  /// @param holder who holds it, as they describe themselves; may be empty
  default void waiting(String holder) {}
}
