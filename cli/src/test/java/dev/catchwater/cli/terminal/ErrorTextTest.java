package dev.catchwater.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ErrorTextTest {
  private static String printed(Throwable failure) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    ErrorText.print(new Console(err, Terminals.NONE), failure, false);
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void oneCauseIsOneLine() {
    assertThat(printed(CatchwaterException.of(ErrorCode.DATASET_NOT_FOUND, "Dataset not found: x")))
        .isEqualTo("Error: Dataset not found: x\n");
    CatchwaterException placed =
        CatchwaterException.at(ErrorCode.BAD_DATA, new Place("a.csv", 17, 4, "price"), "Too long")
            .withHint("at most 5");
    assertThat(printed(placed))
        .isEqualTo("Error: a.csv:17:4, field \"price\": Too long (at most 5)\n");
  }

  @Test
  void aChainOfCausesIsNumbered() {
    CatchwaterException failure =
        CatchwaterException.of(ErrorCode.STORAGE_FAILED, "The head cannot be written")
            .withCause(new IOException("Read-only file system"));
    assertThat(printed(failure))
        .isEqualTo("Error:\n  0: The head cannot be written\n  1: Read-only file system\n");
  }

  @Test
  void aCauseThatIsSaidAlreadyIsNotRepeated() {
    CatchwaterException failure =
        CatchwaterException.of(ErrorCode.DISK_FULL, "The slice: No space left on device")
            .withCause(new IOException("No space left on device"));
    assertThat(printed(failure)).isEqualTo("Error: The slice: No space left on device\n");
  }

  @Test
  void manyFailuresAreSummedUp() {
    CatchwaterException failure =
        CatchwaterException.of(ErrorCode.BAD_MANIFEST, "Failed to load manifests")
            .withDetails(
                List.of(
                    CatchwaterException.at(
                        ErrorCode.BAD_MANIFEST, Place.of("a.yaml"), "No such file"),
                    CatchwaterException.at(
                        ErrorCode.BAD_MANIFEST, Place.of("b.yaml"), "No such file")));
    assertThat(printed(failure))
        .isEqualTo(
            """
            Error: Failed to load manifests

            Summary of individual errors:
            > a.yaml: No such file
            > b.yaml: No such file
            """);
  }

  @Test
  void badRowsAreListedUpToTen() {
    List<CatchwaterException> rows = new ArrayList<>();
    for (int line = 1; line <= 12; line++) {
      rows.add(
          CatchwaterException.at(
              ErrorCode.BAD_DATA, new Place("a.json", line, 1, null), "No number"));
    }
    CatchwaterException failure =
        CatchwaterException.of(ErrorCode.BAD_DATA, "12 rows are bad").withDetails(rows);
    assertThat(printed(failure))
        .startsWith("Error: 12 rows are bad\n  a.json:1:1: No number\n")
        .contains("  a.json:10:1: No number\n  and 2 more\n")
        .doesNotContain("a.json:11");
  }

  @Test
  void whatTheDiskSaysIsNoDefectOfOurs() {
    assertThat(printed(new UncheckedIOException(new IOException("Input/output error"))))
        .isEqualTo("Error: Input/output error\n");
    assertThat(printed(new java.nio.file.NoSuchFileException("/x")))
        .isEqualTo("Error: No such file or directory: /x\n");
  }

  @Test
  void aDefectAsksToBeReported() {
    assertThat(printed(new IllegalStateException("no id")))
        .startsWith("Error: Internal error: ")
        .contains("no id", "Please report it");
  }
}
