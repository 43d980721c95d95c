package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.server.Encryption;
import dev.catchwater.server.ServerSettings;
import dev.catchwater.testkit.PemFiles;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// WebSockets of a server with TLS: `wss://`.
class SocketTlsTest {
  @TempDir Path folder;
  @TempDir Path secrets;
  private PemFiles files;
  private Served served;

  @BeforeEach
  void open() throws Exception {
    files = PemFiles.make(secrets, "one", "EC");
    Encryption tls = new Encryption(files.certificate(), files.key(), false);
    Sandbox sandbox = Sandbox.with(folder, BadHttpTest.MANIFEST);
    served =
        Served.of(sandbox, ServerSettings.standard(0, "kamu-server").withAddress("127.0.0.1", tls));
  }

  @AfterEach
  void close() {
    served.close();
  }

  @Test
  void rowsGoInAndComeOutOverTls() throws Exception {
    int port = served.port();
    int count = 3_000; // many records of TLS, in messages of every size
    try (SocketWire pushes = SocketWire.secure(files.trusted(), port, "/gps/ingest", "");
        SocketWire events = SocketWire.secure(files.trusted(), port, "/gps/events?from=0", "")) {
      assertThat(pushes.line()).contains("hello");
      int row = 0;
      for (int size = 1; row < count; size = 2 * size) {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < size && row < count; i++) {
          rows.append(SocketIngestTest.row(row++)).append('\n');
        }
        pushes.text(rows.toString());
        assertThat(pushes.line()).contains("\"applied\"");
      }
      SocketEventsTest.read(events, 0, count - 1);
      pushes.close(1000);
      assertThat(pushes.closeCode()).isEqualTo(1000);
    }
  }

  @Test
  void aClientThatIsNoneOfOursSpeaksItToo() throws Exception {
    BlockingQueue<String> said = new LinkedBlockingQueue<>();
    WebSocket.Listener listener =
        new WebSocket.Listener() {
          @Override
          public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean isLast) {
            said.add(data.toString());
            return WebSocket.Listener.super.onText(socket, data, isLast);
          }
        };
    try (HttpClient client = HttpClient.newBuilder().sslContext(files.trusted()).build()) {
      URI address = URI.create("wss://127.0.0.1:" + served.port() + "/gps/ingest");
      WebSocket socket = client.newWebSocketBuilder().buildAsync(address, listener).join();
      assertThat(said.poll(20, TimeUnit.SECONDS)).contains("hello");
      socket.sendText(SocketIngestTest.row(1), true).join();
      assertThat(said.poll(20, TimeUnit.SECONDS)).contains("\"applied\"");
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }
  }
}
