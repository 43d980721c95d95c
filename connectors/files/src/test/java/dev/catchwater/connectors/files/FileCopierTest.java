package dev.catchwater.connectors.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.connectors.files.wire.Reach;
import dev.catchwater.disk.LocalDisk;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Copies from a real server that breaks.
class FileCopierTest {
  private static final int SIZE = 300_000;

  @TempDir Path folder;
  private byte[] content = new byte[SIZE];
  private FileServer server;
  private int copies;

  @BeforeEach
  void serve() throws IOException {
    RandomGenerator.of("L64X128MixRandom").nextBytes(content);
    server = new FileServer(content, "\"one\"");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static FilePlaces places(Reach reach) {
    return new FilePlaces(
        reach,
        new S3Settings(null, "us-east-1", () -> null),
        new HdfsSettings(Map.of(), URI.create("http://127.0.0.1:1"), null),
        InstantSource.system());
  }

  private Optional<CopiedFile> copy(String address, @Nullable FileVersion known, long bytesMax) {
    RemoteFile file = places(Reach.everywhere()).files(address).getFirst();
    return new FileCopier(new LocalDisk(), bytesMax, Duration.ofMillis(1))
        .copy(file, folder.resolve("copy" + copies++), known);
  }

  private CopiedFile copied() {
    return copy(server.address("/file.csv"), null, SIZE).orElseThrow();
  }

  private void assertWhole(CopiedFile file, byte[] bytes)
      throws IOException, GeneralSecurityException {
    assertThat(Files.readAllBytes(file.path())).isEqualTo(bytes);
    assertThat(file.size()).isEqualTo(bytes.length);
    assertThat(file.sha256())
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
  }

  private static void assertCode(Runnable run, ErrorCode code, String... words) {
    assertThatThrownBy(run::run)
        .isInstanceOfSatisfying(
            CatchwaterException.class,
            e -> {
              assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
              assertThat(e.getMessage()).contains(words);
            });
  }

  @Test
  void aFileIsCopiedWithItsHash() throws Exception {
    assertWhole(copied(), content);
    assertThat(server.requests()).containsExactly("200");
  }

  @Test
  void T32_aCopyThatIsCutGoesOnWhereItWas() throws Exception {
    server.cutAfter(70_000);
    assertWhole(copied(), content);
    assertThat(server.requests())
        .containsExactly(
            "200",
            "206 bytes=70000-",
            "206 bytes=140000-",
            "206 bytes=210000-",
            "206 bytes=280000-");
  }

  @Test
  void aFileThatChangesWhileItIsCopiedIsCopiedAnew() throws Exception {
    byte[] other = content.clone();
    other[0]++;
    server.cutAfter(200_000);
    server.onRequest(number -> {
      if (number == 1) {
        server.set(other, "\"two\"");
      }
    });
    CopiedFile file = copied();
    assertWhole(file, other);
    assertThat(file.version().etag()).isEqualTo("\"two\"");
    assertThat(server.requests())
        .containsExactly("200", "412 bytes=200000-", "200", "206 bytes=200000-");
  }

  @Test
  void aServerWithoutRangesIsAskedForTheWholeAgain() throws Exception {
    server.forgetRanges();
    server.cutAfter(100_000);
    server.onRequest(number -> {
      if (number == 2) {
        server.cutAfter(SIZE);
      }
    });
    assertWhole(copied(), content);
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void T32_aServerThatAlwaysCutsIsGivenUp() {
    server.forgetRanges();
    server.cutAfter(100_000);
    assertCode(this::copied, ErrorCode.REMOTE_UNAVAILABLE, server.address("/file.csv"));
    server.answerOnly(503);
    assertCode(this::copied, ErrorCode.REMOTE_UNAVAILABLE, "503");
  }

  @Test
  void aVersionThatIsKnownIsNotCopied() {
    CopiedFile first = copied();
    assertThat(copy(first.address(), first.version(), SIZE)).isEmpty();
    assertThat(server.requests()).containsExactly("200", "304");
    server.set(content, "\"two\"");
    assertThat(copy(first.address(), first.version(), SIZE)).isPresent();
  }

  @Test
  void whatIsMissingOrTooLargeIsSaidOnce() {
    server.answerOnly(404);
    assertCode(this::copied, ErrorCode.OBJECT_NOT_FOUND, "404");
    server.answerOnly(403);
    assertCode(this::copied, ErrorCode.OBJECT_NOT_FOUND, "403");
    assertThat(server.requests()).hasSize(2);
    server.answerOnly(200);
    assertCode(
        () -> copy(server.address("/file.csv"), null, SIZE - 1),
        ErrorCode.LIMIT_EXCEEDED,
        "connectors.file-size-max");
  }

  @Test
  void TH31_aLimitedReachFollowsNobodyElsewhere() throws Exception {
    assertWhole(copy(server.address("/elsewhere"), null, SIZE).orElseThrow(), content);
    FilePlaces limited = places(Reach.only(List.of("127.0.0.1"), true));
    RemoteFile file = limited.files(server.address("/elsewhere")).getFirst();
    FileCopier copier = FileCopier.of(new LocalDisk(), SIZE);
    assertCode(
        () -> copier.copy(file, folder.resolve("none"), null),
        ErrorCode.TARGET_NOT_ALLOWED,
        "/file.csv");
    assertThat(server.requests()).containsExactly("200");
  }

  @Test
  void TH31_namesAndPasswordsInAddressesAreRefusedAndNotRepeated() {
    assertThatThrownBy(() -> places(Reach.everywhere()).files("https://me:word@example.org/x"))
        .isInstanceOfSatisfying(
            CatchwaterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.LITERAL_SECRET);
              assertThat(e.getMessage()).doesNotContain("word@");
            });
  }

  @Test
  void TH32_otherSchemesAreRefused() {
    for (String address :
        List.of(
            "ftp://h/x", "gopher://h/x", "jar://h/x", "data://h/x", "netdoc://h/x", "file://h/x")) {
      assertCode(() -> places(Reach.everywhere()).files(address), ErrorCode.SCHEME, address);
    }
  }

  @Test
  void addressesThatNameNothingSayWhatIsWanted() {
    FilePlaces places = places(Reach.everywhere());
    for (String address :
        List.of("http:///x", "https://a b/x", "s3://x/y", "s3:///y", "webhdfs:///x")) {
      assertCode(() -> places.files(address), ErrorCode.BAD_ARGUMENT, "such as");
    }
    assertThat(places.files("hdfs://data/users.csv").getFirst().address())
        .as("S15: one name is a folder where there is a default")
        .isEqualTo("hdfs:///data/users.csv");
    assertThat(places.files("hdfs://nn.example:8020/u.csv").getFirst().address())
        .isEqualTo("hdfs://nn.example:8020/u.csv");
  }
}
