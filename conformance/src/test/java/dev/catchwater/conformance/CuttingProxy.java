package dev.catchwater.conformance;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/// A wire that is cut: between a client and a server on this machine, one request and its answer a
/// connection. What the server answered is kept, also where the client got less. One exchange at a
/// time.
final class CuttingProxy implements Closeable {
  private static final int PATIENCE_MILLIS = 30_000;
  private static final int BUFFER_BYTES = 4096;

  private final ServerSocket listening;
  private final int target;

  CuttingProxy(int target) throws IOException {
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.target = target;
  }

  /// Where a wire is cut.
  enum Side {
    /// In the request: the server gets a part of it, then nothing.
    REQUEST,
    /// In the answer: the client gets a part of it; the server never knows.
    REPLY,
    /// In the answer, and the server's connection ends with the client's.
    BOTH
  }

  /// What passed.
  ///
  /// @param client what the client got
  /// @param server what the server sent
  record Passed(byte[] client, byte[] server) {}

  /// Sends a request of which, or of whose answer, only the first bytes come through.
  ///
  /// @param isReset whether the cut is a reset, not an end
  Passed exchange(byte[] request, Side side, int bytes, boolean isReset) throws IOException {
    List<byte[]> got = new ArrayList<>();
    Thread client = Thread.ofVirtual().start(() -> got.add(client(request)));
    byte[] sent;
    try (Socket near = listening.accept();
        Socket far = new Socket(InetAddress.getLoopbackAddress(), target)) {
      near.setSoTimeout(PATIENCE_MILLIS);
      far.setSoTimeout(PATIENCE_MILLIS);
      int through = side == Side.REQUEST ? Math.min(bytes, request.length) : request.length;
      far.getOutputStream().write(near.getInputStream().readNBytes(request.length), 0, through);
      far.getOutputStream().flush();
      sent = side == Side.REPLY ? answer(far, Integer.MAX_VALUE) : new byte[0];
      if (side == Side.BOTH) {
        sent = answer(far, bytes);
      }
      if (side != Side.REQUEST) {
        OutputStream out = near.getOutputStream();
        out.write(sent, 0, Math.min(bytes, sent.length));
        out.flush();
      }
      if (isReset) {
        far.setSoLinger(true, 0);
        if (side == Side.REQUEST) {
          near.setSoLinger(true, 0);
        }
      }
    }
    join(client);
    return new Passed(got.getFirst(), sent);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A whole answer, or the first bytes of it.
  private static byte[] answer(Socket far, int max) throws IOException {
    var bytes = new ByteArrayOutputStream();
    InputStream in = far.getInputStream();
    byte[] buffer = new byte[BUFFER_BYTES];
    while (bytes.size() < Math.min(Wire.lengthOf(bytes.toByteArray()), max)) {
      int count = in.read(buffer, 0, Math.min(buffer.length, max - bytes.size()));
      if (count < 0) {
        break;
      }
      bytes.write(buffer, 0, count);
    }
    return bytes.toByteArray();
  }

  private byte[] client(byte[] request) {
    var got = new ByteArrayOutputStream();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), listening.getLocalPort())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(request);
      socket.getOutputStream().flush();
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int count = 0; count >= 0; count = socket.getInputStream().read(buffer)) {
        got.write(buffer, 0, count);
      }
    } catch (IOException e) {
      // What a cut looks like from here.
    }
    return got.toByteArray();
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
