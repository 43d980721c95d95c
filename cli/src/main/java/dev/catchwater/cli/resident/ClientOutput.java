package dev.catchwater.cli.resident;

import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/// One of the two outputs of the client. Bytes are on their way when a write returns; whether the
/// client could write them shows in a later write or in [#failure()]. Thread-safe.
final class ClientOutput extends OutputStream {
  private static final int FRAME_SIZE_MAX = 64 << 10;

  private final FrameChannel frames;
  private final byte kind;
  private volatile @Nullable String failure;
  private volatile boolean isUsed;

  ClientOutput(FrameChannel frames, byte kind) {
    this.frames = frames;
    this.kind = kind;
  }

  /// The client cannot write any more, for that reason; every write fails with it from now on.
  void fail(String reason) {
    failure = reason;
  }

  /// Why the client cannot write any more; null where it can.
  @Nullable String failure() {
    return failure;
  }

  /// Whether anything was written.
  boolean isUsed() {
    return isUsed;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    for (int at = 0; at < length; at += FRAME_SIZE_MAX) {
      String reason = failure;
      if (reason != null) {
        throw new IOException(reason);
      }
      isUsed = true;
      frames.send(kind, bytes, offset + at, Math.min(FRAME_SIZE_MAX, length - at));
    }
  }
}
