package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.cli.Cli;
import dev.catchwater.server.ServerSettings;
import dev.catchwater.server.access.AccessSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `token`, and commands that show a token to a server.
class TokenCommandsTest {
  @TempDir Path folder;
  @TempDir Path other;
  private Sandbox sandbox;

  @BeforeEach
  void make() {
    sandbox = Sandbox.with(folder, BadHttpTest.MANIFEST);
  }

  private String token(String name, String scope) {
    return sandbox.run("token", "create", name, "--scope", scope).succeeded().out().strip();
  }

  @Test
  void aTokenIsShownOnceAndKeptAsAHash() throws IOException {
    Outcome made = sandbox.run("token", "create", "ana", "--scope", "read:gps").succeeded();
    String token = made.out().strip();
    assertThat(token).matches("cw_[a-z2-7]{58}");
    made.says("until 2050-04-02T03:04:05Z");
    assertThat(sandbox.run("token", "list").succeeded().out())
        .contains("ana", "read:gps", "valid", token.substring(3, 20))
        .doesNotContain(token);
    Path file = folder.resolve(".catchwater/keys/tokens");
    assertThat(Files.readString(file)).doesNotContain(token.substring(29));
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    sandbox.run("token", "create", "ana", "--scope", "read").refused().says("token named ana");
    sandbox.run("token", "revoke", "ana").succeeded();
    assertThat(sandbox.run("token", "list").succeeded().out()).contains("revoked");
    sandbox.run("token", "revoke", "bob").refused().says("no token bob");
    sandbox.run("token", "create", "ana", "--scope", "read").succeeded();
  }

  @Test
  void whatIsNoScopeIsRefused() {
    sandbox.run("token", "create", "x").refused().says("--scope");
    sandbox.run("token", "create", "x", "-s", "raed").refused().says("did you mean 'read'");
    sandbox.run("token", "create", "x", "-s", "read:gps/a").refused().says("only append");
    sandbox.run("token", "create", "x", "-s", "read:a_b").refused().says("DatasetName");
    sandbox.run("token", "create", "x", "-s", "read", "--expires", "0s").refused();
    sandbox
        .run("token", "create", "x", "-s", "read", "--network", "no")
        .refused()
        .says("network of addresses");
    sandbox
        .run("token", "create", "x", "-s", "read:later")
        .succeeded()
        .says("no dataset later yet");
  }

  @Test
  void TH50_settingsHoldNoSecrets() {
    sandbox
        .run("config", "set", "server.tls.key", " -----BEGIN PRIVATE KEY-----\nMIGHAgEA")
        .refused()
        .doesNotSay("MIGHAgEA");
    String token = token("x", "read");
    sandbox.run("config", "set", "server.tls.key", token).refused().doesNotSay(token);
  }

  @Test
  void BAD87_aTokenFileThatOthersMayReadIsRefusedAndTheFlagWins() throws IOException {
    ServerSettings settings =
        ServerSettings.standard(0, "kamu-server").withAccess(new AccessSettings(true, Set.of()));
    String token = token("reader", "read");
    String device = token("device", "append");
    try (Served served = Served.of(sandbox, settings)) {
      Path file = Files.writeString(other.resolve("token"), token + "\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
      run(Map.of(), "init").succeeded();
      String address = served.at("/gps").toString();
      run(Map.of(), "pull", address).refused().says("valid token");
      run(Map.of(), "pull", address, "--token-file", "token")
          .refused()
          .says("chmod 600 " + file)
          .doesNotSay(token);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      run(Map.of("CATCHWATER_TOKEN", device), "pull", address, "--token-file", "token")
          .succeeded()
          .says("the file is taken");
      run(Map.of("CATCHWATER_TOKEN", device), "pull", "gps").refused().says("403");
      run(Map.of("CATCHWATER_TOKEN", token), "pull", "gps").succeeded();
      String typo =
          token.substring(0, 40) + (token.charAt(40) == 'a' ? 'b' : 'a') + token.substring(41);
      run(Map.of("CATCHWATER_TOKEN", typo), "pull", "gps")
          .refused()
          .says("typo", "checksum", "not sent")
          .doesNotSay(typo);
    }
  }

  private Outcome run(Map<String, String> environment, String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exit =
        Cli.run(
            words,
            new ByteArrayInputStream(new byte[0]),
            out,
            err,
            environment,
            other,
            InstantSource.system());
    return new Outcome(
        String.join(" ", words),
        exit,
        out.toString(StandardCharsets.UTF_8),
        err.toString(StandardCharsets.UTF_8));
  }
}
