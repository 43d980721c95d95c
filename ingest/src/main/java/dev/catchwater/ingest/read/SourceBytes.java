package dev.catchwater.ingest.read;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The bytes of an input, counted, with the first ones looked at before they are read.
final class SourceBytes extends InputStream {
  private final PushInput input;
  private final InputStream in;
  private long count;
  private byte[] head = {};
  private int headPosition;

  SourceBytes(PushInput input, InputStream in) {
    this.input = input;
    this.in = in;
  }

  @Nullable String name() {
    return input.name();
  }

  PushInput input() {
    return input;
  }

  /// Bytes taken from the input.
  long bytesRead() {
    return count;
  }

  /// The next bytes, up to `length`; they will be read again.
  byte[] peek(int length) throws IOException {
    byte[] rest = Arrays.copyOfRange(head, headPosition, head.length);
    if (rest.length < length) {
      byte[] more = in.readNBytes(length - rest.length);
      byte[] both = Arrays.copyOf(rest, rest.length + more.length);
      System.arraycopy(more, 0, both, rest.length, more.length);
      count += more.length;
      head = both;
      headPosition = 0;
      return both;
    }
    return Arrays.copyOf(rest, length);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int ready = head.length - headPosition;
    if (ready > 0) {
      int taken = Math.min(ready, length);
      System.arraycopy(head, headPosition, into, offset, taken);
      headPosition += taken;
      return taken;
    }
    int got = in.read(into, offset, length);
    count += Math.max(0, got);
    return got;
  }

  @Override
  public int available() throws IOException {
    return head.length - headPosition + in.available();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
