package dev.catchwater.server.hook;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request that somebody wrote down, to find out why its signature does not hold: head and body
/// as they went over the wire, or as near as tools print them. Immutable.
///
/// @param headers in their order
/// @param notes what about the capture may explain a signature that does not hold
public record CapturedRequest(List<Header> headers, byte[] body, List<String> notes) {
  private static final int LINE_SHOWN_MAX = 40;

  public CapturedRequest {
    headers = List.copyOf(headers);
    notes = List.copyOf(notes);
  }

  /// A line of the head.
  public record Header(String name, String value) {
    /// Reads `Name: value`.
    ///
    /// @throws CatchwaterException `BAD_ARGUMENT`
    public static Header parse(String line) {
      int colon = line.indexOf(':');
      if (colon <= 0 || line.substring(0, colon).strip().indexOf(' ') >= 0) {
        throw CatchwaterException.of(ErrorCode.BAD_ARGUMENT, "This is no header: " + shown(line))
            .withHint("such as 'webhook-id: msg_1'");
      }
      return new Header(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
    }
  }

  /// A request by its parts.
  public static CapturedRequest of(List<Header> headers, byte[] body) {
    return new CapturedRequest(headers, body, List.of());
  }

  /// Reads a request as it went over the wire: a request line, which may be missing, headers, an
  /// empty line, the body. Ends of lines may be those of an editor; lines may begin with the `> `
  /// that curl puts in front.
  ///
  /// @param file what messages call it
  /// @throws CatchwaterException `BAD_DATA` with the line
  public static CapturedRequest parse(String file, byte[] bytes) {
    List<Header> headers = new ArrayList<>();
    int position = 0;
    int number = 0;
    while (true) {
      number++;
      int end = position;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      if (end == bytes.length) {
        throw CatchwaterException.at(
                ErrorCode.BAD_DATA,
                new Place(file, number, 1, null),
                "The head of the request does not end")
            .withHint("an empty line stands between the headers and the body");
      }
      String line =
          new String(bytes, position, end - position, StandardCharsets.ISO_8859_1).strip();
      line = line.startsWith(">") ? line.substring(1).strip() : line;
      position = end + 1;
      if (line.isEmpty()) {
        break;
      }
      boolean isRequestLine = headers.isEmpty() && line.contains(" HTTP/");
      if (!isRequestLine && !line.startsWith(":")) {
        headers.add(header(file, number, line));
      }
    }
    return ofWire(headers, Arrays.copyOfRange(bytes, position, bytes.length));
  }

  private static Header header(String file, int number, String line) {
    try {
      return Header.parse(line);
    } catch (CatchwaterException e) {
      throw CatchwaterException.at(
              ErrorCode.BAD_DATA, new Place(file, number, 1, null), e.plainMessage())
          .withHint("the head has a header a line, and an empty line before the body");
    }
  }

  private static CapturedRequest ofWire(List<Header> headers, byte[] rest) {
    String coding = value(headers, "transfer-encoding");
    byte[] unchunked = coding != null && coding.equals("chunked") ? unchunked(rest) : null;
    if (unchunked != null) {
      return new CapturedRequest(headers, unchunked, List.of());
    }
    String length = value(headers, "content-length");
    long wanted = length == null ? -1 : number(length);
    if (wanted >= 0 && wanted < rest.length) {
      String note =
          "The file has "
              + (rest.length - wanted)
              + " bytes more than Content-Length says ("
              + wanted
              + "), such as the end of line that editors put behind everything; they are left out";
      return new CapturedRequest(
          headers, Arrays.copyOf(rest, Math.toIntExact(wanted)), List.of(note));
    }
    if (wanted > rest.length) {
      String note =
          "The body has "
              + rest.length
              + " bytes, and Content-Length says "
              + wanted
              + ": it was cut off, or changed when it was captured";
      return new CapturedRequest(headers, rest, List.of(note));
    }
    return new CapturedRequest(headers, rest, List.of());
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  // The body of chunks, null where they are none: a tool may have put them together already.
  private static byte @Nullable [] unchunked(byte[] chunks) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int position = 0;
    while (position < chunks.length) {
      int end = position;
      int size = 0;
      while (end < chunks.length && Character.digit((char) chunks[end], 16) >= 0 && size >= 0) {
        size = size > (Integer.MAX_VALUE >> 4) ? -1 : 16 * size + Character.digit(chunks[end], 16);
        end++;
      }
      if (end == position || size < 0) {
        return null;
      }
      end = behindLine(chunks, end);
      if (size == 0) {
        return body.toByteArray();
      }
      if (end < 0 || size > chunks.length - end) {
        return null;
      }
      body.write(chunks, end, size);
      position = behindLine(chunks, end + size);
      if (position < 0) {
        return null;
      }
    }
    return null;
  }

  private static int behindLine(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  private static @Nullable String value(List<Header> headers, String name) {
    for (Header header : headers) {
      if (header.name().equalsIgnoreCase(name)) {
        return header.value();
      }
    }
    return null;
  }

  /// The value of a header, null where it did not come.
  @Nullable String header(String name) {
    return value(headers, name);
  }

  private static String shown(String line) {
    return line.length() <= LINE_SHOWN_MAX ? line : line.substring(0, LINE_SHOWN_MAX) + "…";
  }
}
