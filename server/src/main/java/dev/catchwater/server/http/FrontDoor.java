package dev.catchwater.server.http;

import dev.catchwater.server.access.Access;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// Where every request comes in: checked, given an id, routed, answered, noted. Nothing that a
/// route throws gets out of here but as a problem. Thread-safe; each request has a virtual thread.
public final class FrontDoor extends Handler.Abstract {
  private static final int ADDRESS_BYTES_MAX = 8 << 10;
  private static final int HEADER_BYTES_MAX = 8 << 10;
  private static final int BUFFER_BYTES = 16 << 10;

  // Most answers have these; their bytes are made once.
  private static final HttpField JSON =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, Answer.JSON);
  private static final HttpField NOSNIFF =
      new PreEncodedHttpField("X-Content-Type-Options", "nosniff");
  private static final HttpField NO_STORE =
      new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-store");

  private final Router router;
  private final Visitors visitors;
  private final Gate gate;
  private final RequestNotes notes;
  private final int streamsMax;
  private final String idPrefix;
  private final AtomicLong calls = new AtomicLong();
  private final AtomicInteger streams = new AtomicInteger();

  /// A door to the routes.
  ///
  /// @param streamsMax requests of HTTP/2 at once, of all connections together: as many as there
  ///   could be of HTTP/1.1
  /// @param idPrefix what the ids of this server's requests begin with
  public FrontDoor(
      Router router,
      Visitors visitors,
      Gate gate,
      RequestNotes notes,
      int streamsMax,
      String idPrefix) {
    this.router = router;
    this.visitors = visitors;
    this.gate = gate;
    this.notes = notes;
    this.streamsMax = streamsMax;
    this.idPrefix = idPrefix;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    if (!Http2Heads.isHttp2(request)) {
      return handle(request, response, callback, false);
    }
    boolean isTooMany = streams.incrementAndGet() > streamsMax;
    // A stream is there until its answer was taken.
    return handle(request, response, Callback.from(callback, streams::decrementAndGet), isTooMany);
  }

  private boolean handle(Request request, Response response, Callback callback, boolean isTooMany) {
    long started = System.nanoTime();
    String id = idPrefix + calls.incrementAndGet();
    String path = request.getHttpURI().getPath();
    notes.begun();
    Visit visit = new Visit(request, id);
    Answer answer;
    boolean closes = false;
    Throwable failure = null;
    try {
      if (isTooMany) {
        throw Refusal.of(
                503, "overloaded", "More than " + streamsMax + " requests are on their way")
            .withHeader("Retry-After", "1");
      }
      answer = answer(visit);
    } catch (RuntimeException | IOException | Error e) {
      failure = e;
      Refusal refusal = Problems.refusal(e);
      closes = refusal.closesConnection();
      answer = Problems.answer(refusal, path, id);
      String outcome = visit.outcome();
      answer = outcome == null ? answer : answer.withHeader("Ingest-Outcome", outcome);
    }
    String origin = visit.origin;
    answer = origin == null ? answer : visitors.opened(answer, origin);
    String route = visit.route == null ? "none" : visit.route.path();
    try {
      try {
        send(request, response, answer, id, closes, callback);
      } finally {
        answer.body().close();
      }
    } catch (IOException | RuntimeException e) {
      failure = failure == null ? e : failure;
      callback.failed(e);
    }
    notes.answered(
        new RequestNotes.Note(
            id,
            request.getMethod(),
            path,
            route,
            answer.status(),
            System.nanoTime() - started,
            failure));
    return true;
  }

  /// What is known of a request so far.
  private static final class Visit {
    private final Request request;
    private final String id;
    private @Nullable String origin;
    private @Nullable Route route;
    private @Nullable Call call;

    Visit(Request request, String id) {
      this.request = request;
      this.id = id;
    }

    // A push that was refused before it was looked at was not applied.
    private @Nullable String outcome() {
      Call known = call;
      if (known != null) {
        return known.outcome();
      }
      Route found = route;
      return found != null && found.isPush() ? "not-applied" : null;
    }
  }

  private Answer answer(Visit visit) throws IOException {
    Request request = visit.request;
    refuseLarge(request);
    if (Http2Heads.isHttp2(request)) {
      Http2Heads.check(request, HttpStack.HEAD_BYTES_MAX);
    }
    if (request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_0) {
      throw Refusal.of(400, "http-version", "HTTP/1.0 is not served; speak HTTP/1.1").closing();
    }
    String origin = visitors.check(request);
    visit.origin = origin;
    String method = request.getMethod();
    String path = request.getHttpURI().getPath();
    if (path == null || !path.startsWith("/") || isOdd(path)) {
      if ("*".equals(path)) {
        throw notAllowed(method, "GET, HEAD, POST");
      }
      throw Refusal.of(400, "bad-address", "The path is not one of this server");
    }
    if (method.equals("CONNECT")) {
      throw notAllowed(method, "GET, HEAD, POST").closing();
    }
    Router.Match match = router.find(method, path);
    Route route = match == null ? null : match.route();
    visit.route = route;
    if (request.getConnectionMetaData().getAttribute(ConnectionWatch.REFUSED)
        instanceof Refusal refusal) {
      throw refusal;
    }
    if (match == null || route == null) {
      return withoutRoute(method, match, origin);
    }
    Access access = gate.enter(request, route, match.values());
    Map<String, String> parameters =
        QueryText.parse(request.getHttpURI().getQuery(), route.parameters());
    Call call = new Call(request, visit.id, match.values(), parameters, access);
    visit.call = call;
    return route.action().answer(call);
  }

  // Parameters of segments, empty segments and steps up are read differently by different programs.
  private static boolean isOdd(String path) {
    return path.indexOf(';') >= 0
        || path.contains("//")
        || path.contains("/./")
        || path.contains("/../");
  }

  private Answer withoutRoute(
      String method, Router.@Nullable Match match, @Nullable String origin) {
    boolean isKnown =
        switch (method) {
          case "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS" -> true;
          default -> false;
        };
    String allowed = match == null ? "GET, HEAD, POST" : match.allowed();
    if (match == null && isKnown) {
      throw Refusal.of(404, "not-found", "There is nothing at this address");
    }
    if (method.equals("OPTIONS")) {
      Answer answer = Answer.empty().withHeader("Allow", allowed + ", OPTIONS");
      return origin == null ? answer : visitors.preflight(answer, allowed);
    }
    throw notAllowed(method, allowed);
  }

  private static Refusal notAllowed(String method, String allowed) {
    return Refusal.of(
            405,
            "method-not-allowed",
            "The method " + QueryText.shown(method) + " is not for this address")
        .withHeader("Allow", allowed);
  }

  private static void refuseLarge(Request request) {
    String address = request.getHttpURI().getPathQuery();
    if (address != null && address.length() > ADDRESS_BYTES_MAX) {
      throw Refusal.of(
              414, "address-too-long", "The address is longer than " + ADDRESS_BYTES_MAX + " bytes")
          .closing();
    }
    for (HttpField field : request.getHeaders()) {
      String value = field.getValue();
      if (value != null && value.length() > HEADER_BYTES_MAX) {
        throw Refusal.of(
                431, "header-too-large", "A header is longer than " + HEADER_BYTES_MAX + " bytes")
            .closing();
      }
    }
  }

  private static void send(
      Request request,
      Response response,
      Answer answer,
      String id,
      boolean closes,
      Callback callback)
      throws IOException {
    if (answer.body() instanceof Answer.Upgraded upgraded) {
      if (!upgraded.upgrade().begin(request, response, callback)) {
        Refusal refusal =
            Refusal.of(400, "bad-message", "The header Connection does not say Upgrade");
        Answer problem = Problems.answer(refusal, request.getHttpURI().getPath(), id);
        send(request, response, problem, id, true, callback);
      }
      return;
    }
    response.setStatus(answer.status());
    HttpFields.Mutable headers = response.getHeaders();
    if (answer.mediaType().equals(Answer.JSON)) {
      headers.put(JSON);
    } else if (!answer.mediaType().isEmpty()) {
      headers.put(HttpHeader.CONTENT_TYPE, answer.mediaType());
    }
    headers.put("X-Request-Id", id);
    headers.put(NOSNIFF);
    headers.put(NO_STORE);
    for (Map.Entry<String, String> header : answer.headers().entrySet()) {
      headers.put(header.getKey(), header.getValue());
    }
    // What was not read of the body would be taken for the next request.
    boolean isAllRead = request.consumeAvailable();
    if ((closes || !isAllRead) && !Http2Heads.isHttp2(request)) {
      headers.put(HttpHeader.CONNECTION, "close");
    }
    if (answer.length() >= 0 && answer.status() != 204) {
      headers.put(HttpHeader.CONTENT_LENGTH, answer.length());
    }
    if (answer.body() instanceof Answer.Bytes whole) {
      response.write(true, ByteBuffer.wrap(whole.bytes()), callback);
      return;
    }
    if (answer.body() instanceof Answer.Pieces pieces) {
      if (!request.getMethod().equals("HEAD")) {
        pieces.body().write(piece -> Content.Sink.write(response, false, piece));
      }
    } else if (!request.getMethod().equals("HEAD")) {
      OutputStream out =
          new BufferedOutputStream(Content.Sink.asOutputStream(response), BUFFER_BYTES);
      answer.body().write(out);
      out.flush();
    }
    callback.succeeded();
  }
}
