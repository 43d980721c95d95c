package dev.catchwater.cli.resident;

import dev.catchwater.cli.resident.FrameChannel.Frame;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;

/// The standard input of the client. Each read here is one read there, so that no more is taken
/// from a pipe than the command asks for, and nothing is held. One thread reads at a time, others
/// wait.
final class ClientInput extends InputStream {
  private static final int READ_SIZE_MAX = 256 << 10;

  private final FrameChannel frames;
  private final BlockingQueue<Frame> answers = new LinkedBlockingQueue<>();
  private final ReentrantLock reading = new ReentrantLock();
  private boolean isBroken;

  ClientInput(FrameChannel frames) {
    this.frames = frames;
  }

  /// Takes what the client sent; called by the thread that receives.
  void answer(Frame frame) {
    answers.add(frame);
  }

  /// Ends every read from now on: the client or the command is not there any more.
  void cut() {
    answers.add(new Frame(FrameChannel.EXIT, new byte[0]));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int most = Math.min(length, READ_SIZE_MAX);
    byte[] payload = ask(FrameChannel.NEED, most, FrameChannel.INPUT).payload();
    if (payload.length > most) {
      throw new IOException("more input than was asked for");
    }
    System.arraycopy(payload, 0, into, offset, payload.length);
    return payload.length == 0 ? -1 : payload.length;
  }

  @Override
  public int available() throws IOException {
    byte[] count = ask(FrameChannel.ASK, 0, FrameChannel.AVAILABLE).payload();
    return count.length == Integer.BYTES ? Math.max(0, ByteBuffer.wrap(count).getInt()) : 0;
  }

  private Frame ask(byte question, int number, byte answer) throws IOException {
    reading.lock();
    try {
      if (isBroken) {
        throw gone();
      }
      frames.sendNumber(question, number);
      Frame frame = answers.take();
      if (frame.kind() == FrameChannel.INPUT_FAILED) {
        throw new IOException(new String(frame.payload(), StandardCharsets.UTF_8));
      }
      isBroken = frame.kind() != answer;
      if (isBroken) {
        throw gone();
      }
      return frame;
    } catch (InterruptedException e) {
      // Whose answer comes next is not known any more.
      isBroken = true;
      Thread.currentThread().interrupt();
      InterruptedIOException failure = new InterruptedIOException("interrupted");
      failure.initCause(e);
      throw failure;
    } finally {
      reading.unlock();
    }
  }

  private static IOException gone() {
    return new IOException("standard input is gone");
  }
}
