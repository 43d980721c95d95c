package dev.catchwater.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.odf.error.CatchwaterException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramFilesTest {
  @TempDir Path build;

  @BeforeEach
  void aProgramOfTwoJars() throws Exception {
    Files.createDirectories(build.resolve("lib"));
    StringBuilder list = new StringBuilder();
    for (String name : new String[] {"lib/a.jar", "lib/b.jar"}) {
      byte[] bytes = name.repeat(100_000).getBytes(StandardCharsets.UTF_8);
      Files.write(build.resolve(name), bytes);
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      list.append(HexFormat.of().formatHex(hash)).append("  ").append(name).append('\n');
    }
    Files.writeString(build.resolve("program.sha256"), list);
  }

  private ProgramFiles program() {
    return new ProgramFiles(build);
  }

  @Test
  void aProgramAsItWasBuiltIsGenuine() {
    assertThat(program().differences()).isEmpty();
    program().requireGenuine();
  }

  @Test
  void TH49_aJarOfWhichOneBitIsAnotherIsNamed() throws IOException {
    byte[] bytes = Files.readAllBytes(build.resolve("lib/b.jar"));
    bytes[bytes.length / 2] ^= 1;
    Files.write(build.resolve("lib/b.jar"), bytes);

    assertThatThrownBy(() -> program().requireGenuine())
        .isInstanceOf(CatchwaterException.class)
        .hasMessageContaining("The program was changed: lib/b.jar is not the file that was built");
  }

  @Test
  void TH49_aJarThatCameInOrWentIsNamed() throws IOException {
    Files.copy(build.resolve("lib/a.jar"), build.resolve("lib/z.jar"));
    Files.delete(build.resolve("lib/b.jar"));

    assertThat(program().differences())
        .containsExactly("lib/b.jar is missing", "lib/z.jar was not built");
  }

  @Test
  void aListThatIsCutIsNoList() throws IOException {
    Files.writeString(build.resolve("program.sha256"), "0123  lib/a.jar\n");

    assertThatThrownBy(() -> program().requireGenuine())
        .hasMessageContaining("cannot be compared with");
  }
}
