package dev.catchwater.benchmarks;

import dev.catchwater.server.http.HttpStack;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;

/// The server's HTTP stack with nothing on it: takes the body and answers 200. Prints its port and
/// ends with standard input.
public final class BareServer {
  private static final byte[] ANSWER = "{\"outcome\":\"none\"}".getBytes(StandardCharsets.US_ASCII);

  private BareServer() {}

  /// Runs it.
  public static void main(String[] arguments) throws Exception {
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    Server jetty = HttpStack.server();
    ServerConnector connector = HttpStack.connector(jetty, "127.0.0.1", 0, Duration.ofSeconds(30));
    HttpStack.addHttp2(connector);
    jetty.addConnector(connector);
    jetty.setHandler(new GracefulHandler(new Nothing()));
    jetty.start();
    System.out.println(connector.getLocalPort());
    while (System.in.read() >= 0) {
      // Until nobody is there any more.
    }
    jetty.stop();
  }

  private static final class Nothing extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      request.consumeAvailable();
      response.setStatus(200);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, ANSWER.length);
      response.write(true, ByteBuffer.wrap(ANSWER), callback);
      return true;
    }
  }
}
