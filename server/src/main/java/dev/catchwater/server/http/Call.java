package dev.catchwater.server.http;

import dev.catchwater.server.access.Access;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/// One request, read strictly: what may come once and comes twice is refused. Used by the thread
/// that answers it.
public final class Call {
  private static final int KEY_LENGTH = 24;

  private final Request request;
  private final String id;
  private final Map<String, String> segments;
  private final Map<String, String> parameters;
  private final Access access;
  private @Nullable String outcome;

  Call(
      Request request,
      String id,
      Map<String, String> segments,
      Map<String, String> parameters,
      Access access) {
    this.request = request;
    this.id = id;
    this.segments = segments;
    this.parameters = parameters;
    this.access = access;
  }

  /// What the caller may do. The right of the route was asked for already.
  public Access access() {
    return access;
  }

  /// The name of the request in logs and problems.
  public String id() {
    return id;
  }

  /// A variable of the path.
  public String segment(String name) {
    String value = segments.get(name);
    if (value == null) {
      throw new IllegalStateException("the route has no segment " + name);
    }
    return value;
  }

  /// Whether the route has a variable.
  public boolean hasSegment(String name) {
    return segments.containsKey(name);
  }

  /// A query parameter, null where it was not given.
  public @Nullable String parameter(String name) {
    return parameters.get(name);
  }

  /// A query parameter that is `true` or `false`; given without a value it is true.
  public boolean flag(String name) {
    String value = parameters.get(name);
    if (value == null || value.equals("false")) {
      return false;
    }
    if (value.isEmpty() || value.equals("true")) {
      return true;
    }
    throw badParameter(name, "true or false");
  }

  /// A query parameter that is a whole number.
  public long number(String name, long standard, long max) {
    String value = parameters.get(name);
    if (value == null) {
      return standard;
    }
    try {
      long number = value.startsWith("+") ? -1 : Long.parseLong(value);
      if (number >= 0 && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, in the same words as a number out of range.
    }
    throw badParameter(name, "a whole number from 0 to " + max);
  }

  private Refusal badParameter(String name, String wanted) {
    return Refusal.of(
        400,
        "bad-argument",
        "The query parameter '"
            + name
            + "' is '"
            + QueryText.shown(String.valueOf(parameters.get(name)))
            + "', wanted is "
            + wanted);
  }

  /// A query parameter that is one of some words.
  public String choice(String name, String standard, List<String> choices) {
    String value = parameters.get(name);
    if (value == null) {
      return standard;
    }
    if (!choices.contains(value)) {
      throw badParameter(name, "one of " + String.join(", ", choices));
    }
    return value;
  }

  /// The value of a header, null where it did not come.
  public @Nullable String header(String name) {
    String found = null;
    for (HttpField field : request.getHeaders()) {
      if (field.getName().equalsIgnoreCase(name)) {
        if (found != null) {
          throw Refusal.of(400, "repeated-header", "The header " + name + " came twice");
        }
        found = field.getValue() == null ? "" : field.getValue();
      }
    }
    return found;
  }

  /// Whether the connection is to go on as a WebSocket (RFC 6455 §4.2.1).
  ///
  /// @throws Refusal 426 in another version than ours, 400 without a key, or by HTTP/1.1 only
  public boolean asksForSocket() {
    String upgrade = header("Upgrade");
    if (upgrade == null || !upgrade.strip().equalsIgnoreCase("websocket")) {
      return false;
    }
    if (!"13".equals(header("Sec-WebSocket-Version"))) {
      throw Refusal.of(426, "upgrade-required", "WebSockets are spoken in version 13")
          .withHeader("Sec-WebSocket-Version", "13")
          .withHeader("Upgrade", "websocket");
    }
    String key = header("Sec-WebSocket-Key");
    if (key == null || key.strip().length() != KEY_LENGTH) {
      throw Refusal.of(400, "bad-header", "The header Sec-WebSocket-Key is no key of 16 bytes");
    }
    return true;
  }

  /// The protocols inside of a WebSocket that the client offers, in its order.
  public List<String> offeredProtocols() {
    String header = header("Sec-WebSocket-Protocol");
    List<String> offered = new ArrayList<>();
    for (String name : header == null ? new String[0] : header.split(",", -1)) {
      offered.add(name.strip());
    }
    return offered;
  }

  /// Whether only the head of the answer is wanted.
  public boolean isHead() {
    return request.getMethod().equals("HEAD");
  }

  /// `http` or `https`, as the request came.
  public String scheme() {
    return request.isSecure() ? "https" : "http";
  }

  /// The address that the request came from, without its port.
  public String client() {
    return Request.getRemoteAddr(request);
  }

  /// The declared length of the body, -1 where it is not declared.
  public long bodyLength() {
    return request.getLength();
  }

  /// The body as it comes in.
  public InputStream body() {
    return Request.asInputStream(request);
  }

  /// Notes what became of a push, for the header `Ingest-Outcome` also where it fails.
  public void outcome(String word) {
    outcome = word;
  }

  @Nullable String outcome() {
    return outcome;
  }
}
