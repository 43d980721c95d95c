package dev.catchwater.server.body;

import dev.catchwater.server.http.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;

/// A body as it comes: one that dawdles is refused with 408, one that is cut off with 400. Used by
/// one thread.
final class PacedInput extends InputStream {
  private final InputStream in;
  private final BodyLimits limits;
  private final long started = System.nanoTime();
  private long count;

  PacedInput(InputStream in, BodyLimits limits) {
    this.in = in;
    this.limits = limits;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    int read;
    try {
      read = in.read(into, offset, length);
    } catch (IOException e) {
      throw failure(e);
    }
    if (read >= 0) {
      count += read;
      if (limits.areBroken(System.nanoTime() - started, count)) {
        throw tooSlow();
      }
    }
    return read;
  }

  static RuntimeException failure(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof TimeoutException) {
        return tooSlow();
      }
      if (cause instanceof HttpException http && http.getCode() == 408) {
        return tooSlow();
      }
    }
    return Refusal.of(400, "bad-body", "The body did not come to the end that its head announced")
        .closing()
        .withCause(e);
  }

  private static Refusal tooSlow() {
    return Refusal.of(408, "too-slow", "The body did not come in time").closing();
  }

  @Override
  public int available() throws IOException {
    return in.available();
  }
}
