package dev.catchwater.server.http;

import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/// Who may speak to a server on this machine: a page of a browser reaches it too, by its own
/// address or by a name that was made to point here. So the name a client calls us by must be
/// known, and a page of another origin is refused unless it is listed. Headers by which a proxy
/// would say who asked are never read. Immutable, thread-safe.
///
/// @param hosts names without port, lower case, that requests may be addressed to
/// @param origins whole origins, `https://example.org`, whose pages may read and write
public record Visitors(Set<String> hosts, Set<String> origins) {

  public Visitors {
    hosts = Set.copyOf(hosts);
    origins = Set.copyOf(origins);
  }

  /// The origin to open the answer to, null where there is none.
  ///
  /// @throws Refusal 421 where the host is not ours, 403 where the origin is not allowed
  @Nullable String check(Request request) {
    String host =
        Http2Heads.isHttp2(request)
            ? Http2Heads.host(request)
            : request.getHeaders().get(HttpHeader.HOST);
    if (host == null || host.isEmpty()) {
      throw Refusal.of(400, "no-host", "The header Host is missing").closing();
    }
    String name = withoutPort(host);
    if (!hosts.contains(name) && !isItsAddress(request, name)) {
      throw Refusal.of(
              421,
              "misdirected",
              "This server does not answer for '"
                  + QueryText.shown(host)
                  + "' (use its address, or add the name to server.hosts)")
          .closing();
    }
    String origin = request.getHeaders().get("Origin");
    if (origin == null) {
      return null;
    }
    if (origins.contains(origin)) {
      return origin;
    }
    if (origin.equalsIgnoreCase((request.isSecure() ? "https://" : "http://") + host)) {
      return null;
    }
    throw Refusal.of(
        403,
        "origin-not-allowed",
        "Pages of '" + QueryText.shown(origin) + "' may not use this server");
  }

  // A name can be made to point here, an address cannot.
  private static boolean isItsAddress(Request request, String name) {
    String local = Request.getLocalAddr(request);
    return local != null && name.equals(local.indexOf(':') >= 0 ? "[" + local + "]" : local);
  }

  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    String name = colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    return name.toLowerCase(Locale.ROOT);
  }

  /// What a page of the origin may read, also where it was refused.
  Answer opened(Answer answer, String origin) {
    return answer
        .withHeader("Access-Control-Allow-Origin", origin)
        .withHeader("Vary", "Origin")
        .withHeader(
            "Access-Control-Expose-Headers",
            "ETag, Idempotency-Replayed, Ingest-Outcome, RateLimit, RateLimit-Policy, Retry-After,"
                + " Upload-Complete, Upload-Length, Upload-Offset, X-Request-Id");
  }

  Answer preflight(Answer answer, String methods) {
    return answer
        .withHeader("Access-Control-Allow-Methods", methods)
        .withHeader(
            "Access-Control-Allow-Headers",
            "Authorization, Content-Type, Content-Encoding, Idempotency-Key, odf-event-time, Producer-Id,"
                + " Producer-Epoch, Producer-Seq, If-Match, Last-Event-ID, Upload-Offset, Upload-Complete")
        .withHeader("Access-Control-Max-Age", "600");
  }
}
