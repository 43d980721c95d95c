package dev.catchwater.server.http;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/// What is asked of the heads of HTTP/2 that Jetty's parser of HTTP/1.1 asks of the others: their
/// size, one host, one length, nothing that is of a connection (RFC 9113 §8.2.2, §8.3.1).
final class Http2Heads {
  private static final int FIELD_EXTRA_BYTES = 4;

  private Http2Heads() {}

  static boolean isHttp2(Request request) {
    return request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_2;
  }

  /// @throws Refusal 431 or 400
  static void check(Request request, int bytesMax) {
    long bytes = request.getMethod().length();
    String address = request.getHttpURI().getPathQuery();
    bytes += address == null ? 0 : address.length();
    int hosts = 0;
    int lengths = 0;
    for (HttpField field : request.getHeaders()) {
      String value = field.getValue();
      bytes += field.getName().length() + (value == null ? 0 : value.length()) + FIELD_EXTRA_BYTES;
      HttpHeader header = field.getHeader();
      if (header == null) {
        continue;
      }
      switch (header) {
        case HOST -> hosts++;
        case CONTENT_LENGTH -> lengths++;
        case CONNECTION, KEEP_ALIVE, PROXY_CONNECTION, TRANSFER_ENCODING, UPGRADE ->
            throw bad("The header " + field.getName() + " is not for HTTP/2");
        default -> {
          // Everything else is looked at by whoever wants it.
        }
      }
    }
    if (bytes > bytesMax) {
      throw Refusal.of(
          431, "header-too-large", "The head of the request is larger than " + bytesMax + " bytes");
    }
    if (hosts > 1 || lengths > 1) {
      throw bad("A request has one host and one length");
    }
    if (request.getLength() < -1) {
      throw bad("The length of the body is no number");
    }
  }

  /// The host that a request is for, as `Host` says it in HTTP/1.1; null where it is for none.
  ///
  /// @throws Refusal 400 where it is for two
  static @Nullable String host(Request request) {
    String host = request.getHeaders().get(HttpHeader.HOST);
    String authority = request.getHttpURI().getAuthority();
    if (authority == null || authority.isEmpty()) {
      return host;
    }
    if (host != null && !host.equalsIgnoreCase(authority)) {
      throw bad("The request is for two hosts");
    }
    return authority;
  }

  private static Refusal bad(String detail) {
    return Refusal.of(400, "bad-message", detail);
  }
}
