package dev.catchwater.conformance;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/// Lies between clients and a server that may come again on another port, and breaks each
/// connection after some bytes of the one or the other direction: in order, or by a reset, which
/// takes with it what was not read.
final class BreakingProxy implements Closeable {
  private static final int BUFFER_BYTES = 4096;

  private final ServerSocket listening;
  private final RandomGenerator random;
  private final int bytesMax;
  private final AtomicInteger breaks = new AtomicInteger();
  private volatile int target;
  private volatile boolean isBreaking = true;

  /// @param bytesMax after so many bytes, or fewer, a connection breaks
  BreakingProxy(int target, int bytesMax, RandomGenerator random) throws IOException {
    this.target = target;
    this.bytesMax = bytesMax;
    this.random = random;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  /// Where the server is now.
  void aim(int port) {
    target = port;
  }

  /// From now on nothing breaks by itself.
  void leaveOff() {
    isBreaking = false;
  }

  int breaks() {
    return breaks.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket near = listening.accept();
        int sent;
        int told;
        boolean isReset;
        synchronized (random) {
          sent = random.nextInt(bytesMax);
          told = random.nextInt(bytesMax);
          isReset = random.nextBoolean();
        }
        Thread.ofVirtual().start(() -> serve(near, sent, told, isReset));
      }
    } catch (IOException e) {
      // It is closed.
    }
  }

  private void serve(Socket near, int sent, int told, boolean isReset) {
    try (near;
        Socket far = new Socket(InetAddress.getLoopbackAddress(), target)) {
      far.setTcpNoDelay(true);
      near.setTcpNoDelay(true);
      Thread back = Thread.ofVirtual().start(() -> pump(far, near, told, isReset));
      pump(near, far, sent, isReset);
      back.join();
    } catch (IOException e) {
      // The server is not there; who is near sees the end.
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Copies until the end, or the break; then both are closed.
  private void pump(Socket from, Socket to, int bytes, boolean isReset) {
    byte[] buffer = new byte[BUFFER_BYTES];
    long left = isBreaking ? bytes : Long.MAX_VALUE;
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      while (left > 0) {
        int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (count < 0) {
          break;
        }
        out.write(buffer, 0, count);
        left -= count;
      }
      if (left == 0) {
        breaks.incrementAndGet();
        if (isReset) {
          from.setSoLinger(true, 0);
          to.setSoLinger(true, 0);
        }
      }
    } catch (IOException e) {
      // The other direction closed them.
    } finally {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed all the same.
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
