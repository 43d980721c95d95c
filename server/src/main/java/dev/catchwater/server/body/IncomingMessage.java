package dev.catchwater.server.body;

import dev.catchwater.server.http.Refusal;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// A message of a socket that comes in piece by piece, in memory. What it takes beyond a first
/// buffer comes out of the memory that all bodies share. Not thread-safe.
public final class IncomingMessage implements AutoCloseable {
  private static final int FREE_BYTES = 16 << 10;
  private static final int FIRST_BYTES = 512;

  private final BodyMemory memory;
  private final BodyLimits limits;
  private final int bytesMax;
  private final long began;
  private byte[] bytes = new byte[FIRST_BYTES];
  private int count;
  private long taken;

  IncomingMessage(BodyMemory memory, BodyLimits limits, int bytesMax, long nanos) {
    this.memory = memory;
    this.limits = limits;
    this.bytesMax = bytesMax;
    this.began = nanos;
  }

  /// Takes a piece in.
  ///
  /// @throws Refusal 413 where the message is too large, 503 where there is no memory for it
  public void add(ByteBuffer piece) {
    int length = piece.remaining();
    if (length > bytesMax - count) {
      throw Refusal.of(413, "body-too-large", "A message has " + bytesMax + " bytes at most");
    }
    if (count + length > bytes.length) {
      grow(count + length);
    }
    piece.get(bytes, count, length);
    count += length;
  }

  private void grow(int wanted) {
    int size = Math.min(bytesMax, Math.max(wanted, 2 * bytes.length));
    if (size > FREE_BYTES) {
      if (!memory.take(size - taken)) {
        throw Refusal.of(503, "overloaded", "There is no memory for the message now; try again");
      }
      taken = size;
    }
    bytes = Arrays.copyOf(bytes, size);
  }

  /// How many bytes came.
  public int size() {
    return count;
  }

  /// Whether what came took longer than a body may take.
  public boolean isTooSlow(long nanos) {
    return limits.areBroken(nanos - began, count);
  }

  /// All of it. The message has nothing any more but the memory that its bytes take.
  public byte[] bytes() {
    byte[] all = bytes.length == count ? bytes : Arrays.copyOf(bytes, count);
    bytes = new byte[0];
    return all;
  }

  /// Gives the memory back.
  @Override
  public void close() {
    memory.give(taken);
    taken = 0;
  }
}
