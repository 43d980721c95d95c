package dev.catchwater.benchmarks;

import dev.catchwater.server.http.HttpStack;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;

/// The server's HTTP stack with nothing on it: takes the body and answers 200; at `/force` after
/// one force of 4 KiB, by the thread of the request. Prints its port and ends with standard input.
///
/// Argument: a folder on the disk to force.
public final class BareServer {
  private static final byte[] ANSWER = "{\"outcome\":\"none\"}".getBytes(StandardCharsets.US_ASCII);

  private static final int PAGES = 256;
  private static final int PAGE_BYTES = 4096;

  private BareServer() {}

  /// Runs it.
  public static void main(String[] arguments) throws Exception {
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    Server jetty = HttpStack.server();
    ServerConnector connector = HttpStack.connector(jetty, "127.0.0.1", 0, Duration.ofSeconds(30));
    HttpStack.addHttp2(connector);
    jetty.addConnector(connector);
    Path file = Path.of(arguments[0], "bare.probe");
    try (FileChannel forced = filled(file)) {
      jetty.setHandler(new GracefulHandler(new Nothing(forced)));
      jetty.start();
      System.out.println(connector.getLocalPort());
      while (System.in.read() >= 0) {
        // Until nobody is there any more.
      }
      jetty.stop();
    } finally {
      Files.delete(file);
    }
  }

  private static FileChannel filled(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    channel.write(ByteBuffer.allocate(PAGES * PAGE_BYTES));
    channel.force(true);
    return channel;
  }

  private static final class Nothing extends Handler.Abstract {
    private final FileChannel forced;
    private final AtomicInteger pages = new AtomicInteger();

    Nothing(FileChannel forced) {
      this.forced = forced;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback)
        throws IOException {
      request.consumeAvailable();
      if (request.getHttpURI().getPath().equals("/force")) {
        long page = pages.getAndIncrement() % PAGES;
        forced.write(ByteBuffer.allocate(PAGE_BYTES), page * PAGE_BYTES);
        forced.force(false);
      }
      response.setStatus(200);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, ANSWER.length);
      response.write(true, ByteBuffer.wrap(ANSWER), callback);
      return true;
    }
  }
}
