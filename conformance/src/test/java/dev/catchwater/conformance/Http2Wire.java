package dev.catchwater.conformance;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A connection that speaks HTTP/2 frame by frame (RFC 9113), for tests that need the very frames.
/// A thread of its own reads what comes, so that a server that answers a flood is never kept from
/// writing. Its heads are literals without Huffman; of answers only the bodies are read, which for
/// problems have the status.
final class Http2Wire implements Closeable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;
  static final int ENHANCE_YOUR_CALM = 11;
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final int PATIENCE_SECONDS = 30;
  private static final int HEAD_BYTES = 9;
  private static final int FRAME_BYTES_MAX = 16 << 10;
  private static final Frame END = new Frame(-1, 0, 0, new byte[0]);

  private final Socket socket;
  private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
  private final Map<Integer, ByteArrayOutputStream> bodies = new ConcurrentHashMap<>();

  /// A frame as it came; `type` -1 for the end of the connection.
  record Frame(int type, int flags, int stream, byte[] payload) {}

  /// Connects and says that it speaks HTTP/2.
  ///
  /// @param settings pairs of a setting and its value
  Http2Wire(int port, int... settings) throws IOException {
    this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    ByteBuffer pairs = ByteBuffer.allocate(settings.length * 3);
    for (int i = 0; i < settings.length; i += 2) {
      pairs.putShort((short) settings[i]).putInt(settings[i + 1]);
    }
    Thread.ofVirtual().start(this::read);
    send(
        PREFACE.getBytes(StandardCharsets.US_ASCII),
        frame(SETTINGS, 0, 0, pairs.array()),
        frame(WINDOW_UPDATE, 0, 0, number(1 << 30)));
  }

  private void read() {
    try {
      InputStream raw = socket.getInputStream();
      DataInputStream in = new DataInputStream(raw);
      while (true) {
        byte[] head = in.readNBytes(HEAD_BYTES);
        if (head.length < HEAD_BYTES) {
          break;
        }
        ByteBuffer fields = ByteBuffer.wrap(head);
        int length = (fields.get() & 0xFF) << 16 | (fields.getShort() & 0xFFFF);
        int type = fields.get();
        int flags = fields.get();
        int stream = fields.getInt();
        Frame frame = new Frame(type, flags, stream, in.readNBytes(length));
        if (type == DATA) {
          bodies
              .computeIfAbsent(stream, _ -> new ByteArrayOutputStream())
              .writeBytes(frame.payload());
        }
        frames.add(frame);
      }
    } catch (IOException e) {
      // The end, too.
    }
    frames.add(END);
  }

  static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(HEAD_BYTES + payload.length)
        .put((byte) (payload.length >> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /// A head whose fields are literals: method, path, then pairs of name and value.
  static byte[] head(String method, String path, String... more) {
    List<String> fields = new ArrayList<>();
    fields.addAll(List.of(":method", method, ":scheme", "http", ":path", path));
    fields.addAll(List.of(":authority", "localhost"));
    fields.addAll(List.of(more));
    return block(fields.toArray(new String[0]));
  }

  /// Literal fields, pairs of name and value.
  static byte[] block(String... fields) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < fields.length; i += 2) {
      out.write(0);
      text(out, fields[i]);
      text(out, fields[i + 1]);
    }
    return out.toByteArray();
  }

  private static void text(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    number(out, bytes.length, 7, 0);
    out.writeBytes(bytes);
  }

  /// A number as HPACK has it (RFC 7541 §5.1).
  static void number(ByteArrayOutputStream out, int number, int bits, int high) {
    int most = (1 << bits) - 1;
    if (number < most) {
      out.write(high | number);
      return;
    }
    out.write(high | most);
    int rest = number - most;
    while (rest >= 128) {
      out.write((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }

  static byte[] number(int number) {
    return ByteBuffer.allocate(4).putInt(number).array();
  }

  void send(byte[]... frames) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] frame : frames) {
      all.writeBytes(frame);
    }
    socket.getOutputStream().write(all.toByteArray());
    socket.getOutputStream().flush();
  }

  /// A request without a body.
  void get(int stream, String path, String... more) throws IOException {
    byte[] block = head("GET", path, more);
    int size = Math.min(block.length, FRAME_BYTES_MAX);
    int last = size == block.length ? END_HEADERS : 0;
    send(frame(HEADERS, END_STREAM | last, stream, Arrays.copyOf(block, size)));
    for (int from = size; from < block.length; from += size) {
      int end = Math.min(from + size, block.length);
      last = end == block.length ? END_HEADERS : 0;
      send(frame(CONTINUATION, last, stream, Arrays.copyOfRange(block, from, end)));
    }
  }

  /// The next frame, whatever it is.
  Frame next() {
    try {
      Frame frame = frames.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (frame == null) {
        throw new IllegalStateException("nothing comes");
      }
      return frame;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Waits until an answer is whole; its body, or what ended it.
  String answer(int stream) {
    while (true) {
      Frame frame = next();
      boolean isOurs = frame.stream() == stream;
      if (isOurs && frame.type() == RST_STREAM) {
        return "reset " + ByteBuffer.wrap(frame.payload()).getInt();
      }
      if (isOurs && (frame.type() == DATA || frame.type() == HEADERS)) {
        if ((frame.flags() & END_STREAM) != 0) {
          return body(stream);
        }
      } else if (frame.type() == GOAWAY) {
        return "go away " + error(frame);
      } else if (frame.type() < 0) {
        return "the end";
      }
    }
  }

  /// What came of a body so far.
  String body(int stream) {
    ByteArrayOutputStream body = bodies.get(stream);
    return body == null ? "" : body.toString(StandardCharsets.UTF_8);
  }

  /// Reads until the connection ends; the reason that was given for it, -1 where there was none.
  int reasonOfTheEnd() {
    int error = -1;
    for (Frame frame = next(); frame.type() >= 0; frame = next()) {
      if (frame.type() == GOAWAY) {
        error = error(frame);
      }
    }
    return error;
  }

  private static int error(Frame frame) {
    return ByteBuffer.wrap(frame.payload()).getInt(4);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
