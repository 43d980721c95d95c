package dev.catchwater.server.http;

import dev.catchwater.odf.manifest.JsonBytes;
import dev.catchwater.odf.manifest.Tree;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// What a request is answered with. Immutable but for its body, which is written once.
///
/// @param length of the body in bytes, -1 where it is known at its end only
public record Answer(
    int status, String mediaType, Map<String, String> headers, long length, Body body) {

  /// The media type of JSON.
  public static final String JSON = "application/json";

  // The answer to a push fits, with the room that its longest text could take, without growing.
  private static final int JSON_BYTES = 6_000;

  /// Writes the body. What it throws after the first bytes are gone cuts the connection, so that
  /// the client sees that something is missing.
  @FunctionalInterface
  public interface Body {
    void write(OutputStream out) throws IOException;

    /// Lets go of what it holds, whether it was written or nobody wanted it (`HEAD`).
    default void close() throws IOException {}
  }

  /// A body that is made of something open.
  private record Held(Closeable held, Body body) implements Body {
    @Override
    public void write(OutputStream out) throws IOException {
      body.write(out);
    }

    @Override
    public void close() throws IOException {
      held.close();
    }
  }

  /// Bytes in memory; the front door sends them in one piece.
  record Bytes(byte[] bytes) implements Body {
    @Override
    public void write(OutputStream out) throws IOException {
      out.write(bytes);
    }
  }

  /// A body that comes in pieces, each sent at once.
  record Pieces(PiecesBody body) implements Body {
    @Override
    public void write(OutputStream out) {
      throw new IllegalStateException("sent piece by piece");
    }
  }

  /// Writes a body piece by piece; what it throws cuts the connection.
  @FunctionalInterface
  public interface PiecesBody {
    void write(PieceSink out) throws IOException;
  }

  /// Takes a piece and returns when the connection has it.
  @FunctionalInterface
  public interface PieceSink {
    void write(ByteBuffer piece) throws IOException;
  }

  /// A body of unknown length in pieces, 200.
  public static Answer pieces(String mediaType, PiecesBody body) {
    return new Answer(200, mediaType, Map.of(), -1, new Pieces(body));
  }

  /// The connection goes on in another protocol; there is no body.
  record Upgraded(Upgrade upgrade) implements Body {
    @Override
    public void write(OutputStream out) {
      throw new IllegalStateException("an upgrade has no body");
    }
  }

  /// Lets a connection go on in another protocol.
  @FunctionalInterface
  public interface Upgrade {
    /// Answers the request; false where it is none for that, and nothing was answered.
    boolean begin(Request request, Response response, Callback callback);
  }

  /// The connection goes on in another protocol.
  public static Answer upgrade(Upgrade upgrade) {
    return new Answer(101, "", Map.of(), 0, new Upgraded(upgrade));
  }

  /// A JSON document, 200.
  public static Answer json(Tree document) {
    return bytes(200, JSON, JsonBytes.of(document, JSON_BYTES));
  }

  /// A short text.
  public static Answer text(int status, String mediaType, String text) {
    return bytes(status, mediaType, text.getBytes(StandardCharsets.UTF_8));
  }

  /// Bytes in memory, which nobody changes any more.
  public static Answer bytes(int status, String mediaType, byte[] bytes) {
    return new Answer(status, mediaType, Map.of(), bytes.length, new Bytes(bytes));
  }

  /// No body, 204.
  public static Answer empty() {
    return new Answer(204, "", Map.of(), 0, new Bytes(new byte[0]));
  }

  /// A body of unknown length, 200.
  public static Answer stream(String mediaType, Body body) {
    return new Answer(200, mediaType, Map.of(), -1, body);
  }

  /// The same of a body that is made of something open.
  ///
  /// @param held closed when the answer was sent, or cannot be
  public static Answer stream(String mediaType, Closeable held, Body body) {
    return stream(mediaType, new Held(held, body));
  }

  /// The same with another status.
  public Answer withStatus(int other) {
    return new Answer(other, mediaType, headers, length, body);
  }

  /// The same with a header.
  public Answer withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Answer(status, mediaType, more, length, body);
  }

  /// The same of a known length.
  public Answer withLength(long bytes) {
    return new Answer(status, mediaType, headers, bytes, body);
  }
}
