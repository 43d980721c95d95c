package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.disk.LocalDisk;
import dev.catchwater.server.ServerSettings;
import dev.catchwater.server.access.AccessSettings;
import dev.catchwater.server.access.Grant;
import dev.catchwater.server.access.Token;
import dev.catchwater.server.access.TokenFile;
import dev.catchwater.server.access.TokenText;
import dev.catchwater.storage.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tokens of WebSockets: in the header that clients set, in the one that pages of a browser can,
/// never in the address; and that a socket ends with its token.
class SocketAccessTest {
  private static final String INGEST = "/gps/ingest";
  private static final String EVENTS = "/gps/events";
  private static final Duration SOON = Duration.ofSeconds(3);

  @TempDir Path folder;
  private TokenFile tokens;
  private Served served;
  private Sandbox sandbox;

  @BeforeEach
  void open() {
    sandbox = Sandbox.with(folder, BadHttpTest.MANIFEST);
    Workspace workspace = Workspace.find(new LocalDisk(), folder, null);
    tokens = new TokenFile(new LocalDisk(), workspace.keysFolder());
    served =
        Served.of(
            sandbox,
            ServerSettings.standard(0, "kamu-server")
                .withAccess(new AccessSettings(true, Set.of())));
  }

  @AfterEach
  void close() {
    served.close();
  }

  private String token(String... scopes) {
    TokenText text = TokenText.create(new SecureRandom());
    List<Grant> grants = new ArrayList<>();
    for (String scope : scopes) {
      grants.add(Grant.parse(scope));
    }
    Instant now = Instant.parse(sandbox.time());
    Token token = Token.of(text, "test", grants, now, now.plus(Duration.ofDays(1)), null);
    tokens.change(all -> {
      List<Token> more = new ArrayList<>(all);
      more.add(token);
      return more;
    });
    settle();
    return text.reveal();
  }

  private void revoke() {
    tokens.change(all -> {
      List<Token> ended = new ArrayList<>();
      for (Token each : all) {
        ended.add(each.revokedAt(Instant.parse(sandbox.time())));
      }
      return ended;
    });
  }

  // What another process changed is seen within a second.
  private static void settle() {
    try {
      Thread.sleep(1000);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String bearer(String token) {
    return "Authorization: Bearer " + token + "\r\n";
  }

  private static String offered(String token) {
    return "Sec-WebSocket-Protocol: catchwater.v1, bearer." + token + "\r\n";
  }

  @Test
  void TH36_aSocketIsForWhoHasTheScope() throws IOException {
    int port = served.port();
    String appends = token("append:gps/default");
    String reads = token("read:gps");
    String elsewhere = token("append:gps/mobile");
    assertThat(SocketWire.of(port, INGEST).head()).contains(" 401 ");
    assertThat(SocketWire.of(port, EVENTS).head()).contains(" 401 ");
    assertThat(SocketWire.of(port, INGEST, bearer("cw_wrong")).head()).contains(" 401 ");
    assertThat(SocketWire.of(port, INGEST, offered("cw_wrong")).head()).contains(" 401 ");
    assertThat(SocketWire.of(port, INGEST, bearer(reads)).head()).contains(" 403 ");
    assertThat(SocketWire.of(port, EVENTS, bearer(appends)).head()).contains(" 403 ");
    assertThat(SocketWire.of(port, INGEST, bearer(elsewhere)).head()).contains(" 403 ");
    assertThat(SocketWire.of(port, "/none/ingest", bearer(appends)).head()).contains(" 404 ");
    for (String lines : List.of(bearer(appends), offered(appends))) {
      try (SocketWire wire = SocketWire.of(port, INGEST, lines)) {
        assertThat(wire.head()).contains(" 101 ").doesNotContain(appends);
        assertThat(wire.line()).contains("hello");
        wire.text(SocketIngestTest.row(1));
        assertThat(wire.line()).contains("applied");
      }
    }
    assertThat(served.log()).doesNotContain(appends);
  }

  @Test
  void TH09_aTokenInTheAddressIsRefused() throws IOException {
    String appends = token("append:gps");
    assertThat(SocketWire.of(served.port(), INGEST + "?token=" + appends).head()).contains(" 400 ");
    assertThat(SocketWire.of(served.port(), INGEST + "?from=" + appends).head()).contains(" 400 ");
    assertThat(served.log()).doesNotContain(appends);
  }

  @Test
  void socketsEndSoonAfterTheirTokenIsRevoked() throws IOException {
    String token = token("append:gps", "read:gps");
    try (SocketWire pushes = SocketWire.of(served.port(), INGEST, bearer(token));
        SocketWire rows = SocketWire.of(served.port(), EVENTS, offered(token))) {
      assertThat(pushes.line()).contains("hello");
      pushes.text(SocketIngestTest.row(1));
      assertThat(pushes.line()).contains("applied");
      assertThat(rows.line()).contains("\"v\":1");
      long started = System.nanoTime();
      revoke();
      assertThat(pushes.closeCode()).isEqualTo(1008);
      assertThat(rows.closeCode()).isEqualTo(1008);
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(SOON);
    }
  }
}
