package dev.catchwater.query.cage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.query.sql.SqlDatabase.Dialect;
import dev.catchwater.query.sql.SqlLimits;
import dev.catchwater.query.sql.Steps;
import dev.catchwater.query.sql.Steps.Step;
import dev.catchwater.query.sql.Steps.StepColumn;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The statements of `escapes.txt` try to reach a file, a port or a setting. Each is refused, in
/// the real process, and none of what they aim at is touched.
class CageEscapeTest {
  private static final String CANARY = "secret\n1\n";
  private static final int STATEMENTS_MIN = 150;
  private static final Set<ErrorCode> REFUSALS =
      EnumSet.of(ErrorCode.SQL_NOT_ALLOWED, ErrorCode.BAD_SQL, ErrorCode.DATASET_NOT_FOUND);

  @TempDir Path folder;
  private Path outside;
  private ServerSocket port;

  @BeforeEach
  void placeCanaries() throws IOException {
    outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("canary.csv"), CANARY);
    port = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    port.setSoTimeout(1);
  }

  @AfterEach
  void closePort() throws IOException {
    port.close();
  }

  @Test
  void TH36_TH38_TH42_noStatementLeavesTheCage() throws IOException {
    List<String> statements = statements();
    assertThat(statements).hasSizeGreaterThanOrEqualTo(STATEMENTS_MIN).doesNotHaveDuplicates();
    Path inside = Files.createDirectory(folder.resolve("inside"));
    List<String> passed = new ArrayList<>();
    try (Cage cage = Cage.start(CageLimits.defaults(), inside)) {
      for (String statement : statements) {
        Throwable refusal = catchThrowable(() -> cage.ask(request(statement, inside)));
        if (!(refusal instanceof CatchwaterException known) || !REFUSALS.contains(known.code())) {
          passed.add(statement + " ⇒ " + refusal);
        }
      }
    }
    assertThat(passed).isEmpty();
    assertThat(Files.readString(outside.resolve("canary.csv"))).isEqualTo(CANARY);
    assertThat(namesIn(outside)).containsExactly("canary.csv");
    assertThat(namesIn(inside)).isEmpty();
    assertThat(catchThrowable(port::accept))
        .as("nobody connected")
        .isInstanceOf(SocketTimeoutException.class);
  }

  private List<String> statements() {
    return Stream.of(text().split("\n"))
        .filter(line -> !line.startsWith("#"))
        .map(line ->
            line.replace("{FILE}", outside.resolve("canary.csv").toString())
                .replace("{DIR}", outside.toString())
                .replace("{NEW}", outside.resolve("new").toString())
                .replace("{PORT}", Integer.toString(port.getLocalPort())))
        .toList();
  }

  private static String text() {
    try (InputStream in =
        Objects.requireNonNull(CageEscapeTest.class.getResourceAsStream("escapes.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Steps.Request request(String statement, Path folder) {
    return new Steps.Request(
        Dialect.DUCKDB,
        List.of(new Step(null, "query", statement)),
        List.of(new StepColumn("x", "BIGINT", true)),
        null,
        null,
        folder,
        new SqlLimits(1 << 28, 1 << 28, 1));
  }

  private static List<String> namesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
