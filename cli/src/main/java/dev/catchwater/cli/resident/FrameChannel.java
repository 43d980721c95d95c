package dev.catchwater.cli.resident;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Frames over a socket: one byte that says what it is, four that count the bytes that follow.
///
/// Frames may be sent by several threads, each whole; one thread receives. Every failure of the
/// socket is an [IOException]; nothing here is interrupted.
final class FrameChannel implements Closeable {
  /// Client: run this, see [CommandRequest].
  static final byte REQUEST = 'R';

  /// Client: bytes of standard input, none at its end.
  static final byte INPUT = 'I';

  /// Client: standard input cannot be read, and why.
  static final byte INPUT_FAILED = 'J';

  /// Client: how many bytes of standard input are there without waiting.
  static final byte AVAILABLE = 'V';

  /// Client: standard output does not take more, and why.
  static final byte OUTPUT_FAILED = 'B';

  /// Client: what is the state of the engine? Engine: this is, as lines of text.
  static final byte STATUS = 'T';

  /// Client: seal what the dataset with this id holds and let its lock go. Engine: done.
  static final byte RELEASE = 'L';

  /// Client: the clock of the machine is right. Engine: what it says, nothing where no pushes are
  /// taken here.
  static final byte CLOCK = 'K';

  /// Client: end. Engine: ended, or why not.
  static final byte QUIT = 'Q';

  /// Engine: the command begins here and must not run anywhere else.
  static final byte BEGUN = 'G';

  /// Engine: not run, and why; nothing was done.
  static final byte REFUSED = 'C';

  /// Engine: bytes of standard output.
  static final byte OUT = 'O';

  /// Engine: bytes of standard error.
  static final byte ERR = 'E';

  /// Engine: read standard input once, at most so many bytes.
  static final byte NEED = 'N';

  /// Engine: how many bytes of standard input are there without waiting?
  static final byte ASK = 'A';

  /// Engine: say when everything before this is written. Client: it is.
  static final byte SYNC = 'S';

  /// Engine: the command has ended; one byte, its exit code.
  static final byte EXIT = 'X';

  private static final int HEADER_SIZE = 5;
  private static final int PAYLOAD_SIZE_MAX = 8 << 20;

  private final SocketChannel channel;
  private final ReentrantLock sending = new ReentrantLock();
  private final ByteBuffer header = ByteBuffer.allocate(HEADER_SIZE);

  FrameChannel(SocketChannel channel) {
    this.channel = channel;
  }

  /// A frame as it came.
  record Frame(byte kind, byte[] payload) {}

  /// The next frame; null when the other side has closed.
  ///
  /// @throws IOException also for a frame that is longer than any can be or is cut
  @Nullable Frame receive() throws IOException {
    header.clear();
    if (!fill(header)) {
      return null;
    }
    byte kind = header.get(0);
    int size = header.getInt(1);
    if (size < 0 || size > PAYLOAD_SIZE_MAX) {
      throw new IOException("a frame of " + size + " bytes");
    }
    byte[] payload = new byte[size];
    if (size > 0 && !fill(ByteBuffer.wrap(payload))) {
      throw new IOException("a frame ends before its end");
    }
    return new Frame(kind, payload);
  }

  private boolean fill(ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        if (buffer.position() > 0) {
          throw new IOException("a frame ends before its end");
        }
        return false;
      }
    }
    return true;
  }

  /// Sends a frame; returns when the system has taken it.
  void send(byte kind, byte[] bytes, int offset, int length) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(HEADER_SIZE).put(kind).putInt(length).flip();
    ByteBuffer[] parts = {head, ByteBuffer.wrap(bytes, offset, length)};
    long left = HEADER_SIZE + (long) length;
    sending.lock();
    try {
      while (left > 0) {
        left -= channel.write(parts);
      }
    } finally {
      sending.unlock();
    }
  }

  /// Sends a frame; returns when the system has taken it.
  void send(byte kind, byte... payload) throws IOException {
    send(kind, payload, 0, payload.length);
  }

  /// Sends a frame with a number of four bytes.
  void sendNumber(byte kind, int number) throws IOException {
    send(kind, ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
