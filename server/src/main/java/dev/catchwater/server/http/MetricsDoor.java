package dev.catchwater.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// The figures, on a port of their own: there nothing else is answered, and on the other port they
/// are not.
public final class MetricsDoor extends Handler.Wrapper {
  /// The name of the connector that is theirs.
  public static final String CONNECTOR = "metrics";

  private final Figures metrics;
  private final String mediaType;
  private final Visitors visitors;

  /// Writes all figures.
  @FunctionalInterface
  public interface Figures {
    byte[] text() throws IOException;
  }

  /// Stands in front of the door to the routes.
  public MetricsDoor(Handler door, Figures metrics, String mediaType, Visitors visitors) {
    super(door);
    this.metrics = metrics;
    this.mediaType = mediaType;
    this.visitors = visitors;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (!CONNECTOR.equals(request.getConnectionMetaData().getConnector().getName())) {
      return super.handle(request, response, callback);
    }
    Answer answer;
    try {
      answer = answer(request);
    } catch (Refusal e) {
      answer = Problems.answer(e, request.getHttpURI().getPath(), "none");
    }
    response.setStatus(answer.status());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.mediaType());
    byte[] bytes = answer.body() instanceof Answer.Bytes whole ? whole.bytes() : new byte[0];
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
    response.write(true, ByteBuffer.wrap(bytes), callback);
    return true;
  }

  private Answer answer(Request request) throws IOException {
    visitors.check(request);
    String path = request.getHttpURI().getPath();
    if (!"/metrics".equals(path)) {
      throw Refusal.of(404, "not-found", "There is nothing at this address but /metrics");
    }
    byte[] text = metrics.text();
    return new Answer(200, mediaType, Map.of(), text.length, new Answer.Bytes(text));
  }
}
