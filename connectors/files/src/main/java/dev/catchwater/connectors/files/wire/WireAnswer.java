package dev.catchwater.connectors.files.wire;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a server answered. The body is read from the connection, which [#close()] ends. Used by one
/// thread.
public final class WireAnswer implements Closeable {
  private final int status;
  private final Map<String, String> heads;
  private final InputStream body;
  private final Closeable connection;

  /// @param heads by names in lower case; the first of several
  WireAnswer(int status, Map<String, String> heads, InputStream body, Closeable connection) {
    this.status = status;
    this.heads = Map.copyOf(heads);
    this.body = body;
    this.connection = connection;
  }

  /// The status, such as 206.
  public int status() {
    return status;
  }

  /// A field of the head, or null.
  public @Nullable String head(String name) {
    return heads.get(name.toLowerCase(Locale.ROOT));
  }

  /// How long the body is, -1 where that was not said.
  public long length() {
    String length = head("content-length");
    try {
      return length == null ? -1 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /// The body. Reading it fails where it was cut.
  public InputStream body() {
    return body;
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
