package dev.catchwater.storage.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretRefTest {
  private static final Map<String, String> ENVIRONMENT = Map.of("HOOK", "s3cret", "NONE", "");

  @TempDir Path folder;

  private SecretRef file(String name, byte[] content, String mode) throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    return SecretRef.parse("file:" + name, folder);
  }

  @Test
  void aVariableOrAFileHasTheSecret() throws IOException {
    SecretRef variable = SecretRef.parse("env:HOOK", folder);
    assertThat(variable.resolve(ENVIRONMENT)).isEqualTo("s3cret");
    assertThat(variable).hasToString("env:HOOK");
    SecretRef file =
        file("s", "a b\n".getBytes(java.nio.charset.StandardCharsets.UTF_8), "rw-------");
    assertThat(file.resolve(Map.of())).isEqualTo("a b");
    assertThat(file).hasToString("file:" + folder.resolve("s"));
    assertThat(SecretRef.parse(file.toString(), Path.of("/"))).isEqualTo(file);
  }

  @Test
  void TH50_aSecretItselfIsRefusedAndNotRepeated() {
    for (String text : new String[] {"whsec_MfKQ9r8G", "hunter2", "", "ENV:X", " env:X"}) {
      assertThatThrownBy(() -> SecretRef.parse(text, folder))
          .isInstanceOfSatisfying(
              CatchwaterException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.LITERAL_SECRET);
                assertThat(e.getMessage()).doesNotContain("whsec", "hunter");
              });
    }
    for (String text : new String[] {"env:", "env:hunter-2", "env:9", "file:", "file:a\0b"}) {
      assertThatThrownBy(() -> SecretRef.parse(text, folder))
          .isInstanceOfSatisfying(
              CatchwaterException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.BAD_ARGUMENT);
                assertThat(e.getMessage()).doesNotContain("hunter");
              });
    }
  }

  @Test
  void TH50_aFileThatOthersMayReadIsRefused() throws IOException {
    for (String mode : new String[] {"rw-r--r--", "rw-r-----", "rw--w----", "rw------x"}) {
      SecretRef open = file("open", new byte[] {'x'}, mode);
      assertThatThrownBy(() -> open.resolve(Map.of())).hasMessageContaining("chmod 600");
    }
    assertThat(file("open", new byte[] {'x'}, "r--------").resolve(Map.of())).isEqualTo("x");
  }

  @Test
  void whatIsNotThereIsNamed() throws IOException {
    assertThatThrownBy(() -> SecretRef.parse("env:ELSE", folder).resolve(ENVIRONMENT))
        .hasMessageContaining("ELSE is not set");
    assertThatThrownBy(() -> SecretRef.parse("env:NONE", folder).resolve(ENVIRONMENT))
        .hasMessageContaining("env:NONE is empty");
    assertThatThrownBy(() -> SecretRef.parse("file:no", folder).resolve(ENVIRONMENT))
        .hasMessageContaining("There is no file");
    SecretRef bytes = file("bytes", new byte[] {'a', (byte) 0xFF}, "rw-------");
    assertThatThrownBy(() -> bytes.resolve(ENVIRONMENT)).hasMessageContaining("is no text");
    SecretRef empty = file("empty", new byte[] {'\r', '\n'}, "rw-------");
    assertThatThrownBy(() -> empty.resolve(ENVIRONMENT)).hasMessageContaining("is empty");
  }
}
