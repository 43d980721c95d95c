package dev.catchwater.storage;

/// Hears how far a verification, pull or push is; called from several threads, one at a time.
@FunctionalInterface
public interface TransferListener {
  /// Hears nothing.
  TransferListener NONE = (done, total) -> {};

  /// `bytesDone` of `bytesTotal` bytes of slices and checkpoints are done.
  void progress(long bytesDone, long bytesTotal);
}
