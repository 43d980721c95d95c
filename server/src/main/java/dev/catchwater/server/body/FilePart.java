package dev.catchwater.server.body;

import dev.catchwater.server.http.Call;
import dev.catchwater.server.http.MediaType;
import dev.catchwater.server.http.Refusal;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The only part of a multipart form (RFC 7578), read as it comes. Used by one thread.
public final class FilePart extends InputStream {
  private static final int LINE_BYTES_MAX = 8 << 10;
  private static final int HEADERS_MAX = 16;

  private final InputStream in;
  private final byte[] end;
  private boolean isAtEnd;

  private FilePart(InputStream in, String boundary) {
    this.in = in;
    this.end = ("\r\n--" + boundary).getBytes(StandardCharsets.US_ASCII);
  }

  /// The part named `file` of a request's body.
  ///
  /// @throws Refusal 400 where the body is no form, or of other or more parts
  ///
  /// @param body of the request
  public static FilePart open(Call call, InputStream body) throws IOException {
    String header = call.header("Content-Type");
    MediaType type = header == null ? null : MediaType.find(header);
    String boundary = type == null ? null : type.parameters().get("boundary");
    if (type == null || !type.name().equals("multipart/form-data") || boundary == null) {
      throw Refusal.of(415, "unsupported-media-type", "The body is multipart/form-data");
    }
    FilePart part = new FilePart(new BufferedInputStream(body, 64 << 10), boundary);
    if (!("--" + boundary).equals(part.line())) {
      throw bad();
    }
    part.readHead();
    return part;
  }

  private static Refusal bad() {
    return Refusal.of(400, "bad-form", "Expected 'file' to be the only part of upload form")
        .closing();
  }

  private void readHead() throws IOException {
    boolean isFile = false;
    for (int i = 0; i <= HEADERS_MAX; i++) {
      String line = line();
      if (line == null || i == HEADERS_MAX) {
        throw bad();
      }
      if (line.isEmpty()) {
        break;
      }
      String lower = line.toLowerCase(Locale.ROOT);
      isFile |=
          lower.startsWith("content-disposition:")
              && (lower.contains("; name=\"file\"") || lower.endsWith("; name=file"));
    }
    if (!isFile) {
      throw bad();
    }
  }

  private @Nullable String line() throws IOException {
    var bytes = new ByteArrayOutputStream();
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (next == '\n') {
        String line = bytes.toString(StandardCharsets.ISO_8859_1);
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
      }
      if (bytes.size() == LINE_BYTES_MAX) {
        return null;
      }
      bytes.write(next);
    }
    return null;
  }

  @Override
  public int read() throws IOException {
    if (isAtEnd) {
      return -1;
    }
    int next = in.read();
    if (next < 0) {
      throw bad();
    }
    if (next != '\r') {
      return next;
    }
    in.mark(end.length);
    for (int i = 1; i < end.length; i++) {
      if (in.read() != (end[i] & 0xFF)) {
        in.reset();
        return next;
      }
    }
    isAtEnd = true;
    for (int i = 0; i < 2; i++) {
      if (in.read() != '-') {
        throw bad();
      }
    }
    // What stands behind the last boundary means nothing, but must have come.
    in.transferTo(OutputStream.nullOutputStream());
    return -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int count = 0;
    while (count < length) {
      int next = read();
      if (next < 0) {
        return count == 0 ? -1 : count;
      }
      into[offset + count++] = (byte) next;
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
