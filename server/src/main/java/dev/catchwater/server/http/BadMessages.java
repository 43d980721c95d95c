package dev.catchwater.server.http;

import java.nio.ByteBuffer;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/// Answers what never came to the front door: bytes that are no HTTP/1.1 as RFC 9112 has it, heads
/// that are too large or too slow. The connection is closed. Stateless.
public final class BadMessages implements Request.Handler {
  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status =
        request.getAttribute(ErrorHandler.ERROR_STATUS) instanceof Integer found ? found : 500;
    Throwable failure =
        request.getAttribute(ErrorHandler.ERROR_EXCEPTION) instanceof Throwable found
            ? found
            : null;
    if (failure instanceof java.util.concurrent.TimeoutException) {
      status = 408;
    }
    Answer answer = Problems.answer(refusal(status), null, "none");
    response.setStatus(answer.status());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.mediaType());
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.length());
    response.getHeaders().put(HttpHeader.CONNECTION, "close");
    for (Map.Entry<String, String> header : answer.headers().entrySet()) {
      response.getHeaders().put(header.getKey(), header.getValue());
    }
    byte[] bytes = answer.body() instanceof Answer.Bytes whole ? whole.bytes() : new byte[0];
    response.write(true, ByteBuffer.wrap(bytes), callback);
    return true;
  }

  private static Refusal refusal(int status) {
    return switch (status) {
      case 408 -> Refusal.of(408, "too-slow", "The request did not come in time");
      case 414 -> Refusal.of(414, "address-too-long", "The address is too long");
      case 431 -> Refusal.of(431, "header-too-large", "The head of the request is too large");
      case 417 -> Refusal.of(417, "bad-expectation", "The header Expect may say 100-continue only");
      case 505 -> Refusal.of(400, "http-version", "Speak HTTP/1.1");
      default -> bad(status);
    };
  }

  private static Refusal bad(int status) {
    return status >= 500
        ? Refusal.of(500, "internal", "The server failed; its log has the reason")
        : Refusal.of(400, "bad-message", "The request is not HTTP/1.1 as RFC 9112 has it");
  }
}
