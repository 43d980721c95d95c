package dev.catchwater.cli.resident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.disk.LocalDisk;
import dev.catchwater.storage.Workspace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandoverTest {
  private static final ProcessWorld WORLD = new ProcessWorld("mnt:[1]", "1:2", "0022");

  @TempDir Path folder;
  private Handover handover = new Handover(settings(Path.of("")), WORLD, new LocalDisk());

  @BeforeEach
  void aWorkspace() {
    Path root = Workspace.init(new LocalDisk(), folder).root();
    handover = new Handover(settings(root), WORLD, new LocalDisk());
  }

  private static EngineSettings settings(Path root) {
    return new EngineSettings(root, "b1", null, EngineSettings.IDLE, "C.UTF-8");
  }

  private CommandRequest request(String terminals, String... words) {
    return new CommandRequest(
        "b1", "mnt:[1]", "1:2", "0022", folder.toString(), terminals, List.of(words), Map.of());
  }

  @Test
  void aCommandOfTheWorkspaceIsTaken() throws IOException {
    assertThat(handover.refusal(request("", "tail", "gps"))).isNull();
    assertThat(handover.refusal(request("012", "-q", "ingest", "gps", "a.json"))).isNull();
    assertThat(handover.refusal(request("", "--help"))).isNull();
    Path below = Files.createDirectories(folder.resolve("a/b"));
    assertThat(
            handover.refusal(
                new CommandRequest(
                    "b1",
                    "mnt:[1]",
                    "1:2",
                    "0022",
                    below.toString(),
                    "",
                    List.of("tail", "gps"),
                    Map.of())))
        .isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "init",
    "-v init",
    "serve",
    "system api-server --port 0",
    "completions bash",
    "doctor",
    "system diagnose",
    "system engine stop",
    "--system-time 2020-01-01 system engine status",
    "ingest gps /dev/fd/63",
    "ingest gps --stdin=/proc/self/fd/3"
  })
  void aCommandAboutItsProcessIsNot(String line) {
    assertThat(handover.refusal(request("", line.split(" ", -1)))).isNotNull();
  }

  @Test
  void aShellOnATerminalIsNot() {
    assertThat(handover.refusal(request("012", "sql"))).contains("terminal");
    assertThat(handover.refusal(request("12", "sql"))).isNull();
    assertThat(handover.refusal(request("012", "sql", "-c", "SELECT 1"))).isNull();
    assertThat(handover.refusal(request("012", "sql", "--script=a.sql"))).isNull();
  }

  @Test
  void anotherWorldIsRefused() {
    List<String> words = List.of("tail", "gps");
    String here = folder.toString();
    for (CommandRequest request :
        List.of(
            new CommandRequest("b2", "mnt:[1]", "1:2", "0022", here, "", words, Map.of()),
            new CommandRequest("b1", "mnt:[2]", "1:2", "0022", here, "", words, Map.of()),
            new CommandRequest("b1", "mnt:[1]", "1:3", "0022", here, "", words, Map.of()),
            new CommandRequest("b1", "mnt:[1]", "1:2", "0077", here, "", words, Map.of()),
            new CommandRequest("b1", "mnt:[1]", "1:2", "0022", "/", "", words, Map.of()),
            new CommandRequest(
                "b1",
                "mnt:[1]",
                "1:2",
                "0022",
                here,
                "",
                words,
                Map.of(Workspace.VARIABLE, "/elsewhere")),
            new CommandRequest(
                "b1",
                "mnt:[1]",
                "1:2",
                "0022",
                here,
                "",
                List.of("tail", "ö"),
                Map.of("LANG", "de_DE.ISO-8859-1")))) {
      assertThat(handover.refusal(request)).as("%s", request).isNotNull();
    }
  }

  @Test
  void aRequestIsReadAsItWasWritten() throws IOException {
    CommandRequest request =
        new CommandRequest(
            "b", "n", "1:2", "", "/a b", "02", List.of("", "ö", "a\nb"), Map.of("X", "=\n"));
    assertThat(CommandRequest.parse(request.bytes())).isEqualTo(request);
  }

  @Test
  void aBrokenRequestIsRefused() {
    byte[] whole = request("", "tail", "gps").bytes();
    for (int size = 0; size < whole.length; size++) {
      byte[] cut = Arrays.copyOf(whole, size);
      assertThatThrownBy(() -> CommandRequest.parse(cut)).isInstanceOf(IOException.class);
    }
    String other = new String(whole, StandardCharsets.UTF_8).replaceFirst("1", "2");
    assertThatThrownBy(() -> CommandRequest.parse(other.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IOException.class);
    whole[whole.length - 2] = (byte) 0xff;
    assertThatThrownBy(() -> CommandRequest.parse(whole)).isInstanceOf(IOException.class);
  }
}
