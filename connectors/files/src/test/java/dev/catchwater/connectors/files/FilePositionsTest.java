package dev.catchwater.connectors.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.event.MetadataEvent.SourceState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FilePositionsTest {
  private static CopiedFile file(String address, String hash) {
    FileVersion version = new FileVersion("\"" + hash + "\"", 7, null);
    return new CopiedFile(address, Path.of("x"), 7, hash, version);
  }

  private static SourceState after(@Nullable SourceState before, CopiedFile... files) {
    return new FilePositions(List.of(files)).after("default", before);
  }

  @Test
  void whatWasStoredIsKnown() {
    SourceState state = after(null, file("https://a/x", "aa"));
    assertThat(state.sourceName()).isEqualTo("default");
    assertThat(state.kind()).isEqualTo(FilePositions.KIND);
    assertThat(FilePositions.known(state, "https://a/x"))
        .isEqualTo(new FileVersion("\"aa\"", 7, null));
    assertThat(FilePositions.known(state, "https://a/y")).isNull();
    assertThat(FilePositions.isKnown(state, file("https://a/x", "aa"))).isTrue();
    assertThat(FilePositions.isKnown(state, file("https://a/x", "bb"))).isFalse();
    assertThat(FilePositions.known(null, "https://a/x")).isNull();
  }

  @Test
  void whatOthersKeepStaysAndAnotherKindIsNotRead() {
    SourceState others =
        new SourceState("default", FilePositions.KIND, "{\"kafka\":{\"a\":[1,null]}}");
    SourceState state = after(others, file("https://a/x", "aa"));
    assertThat(state.value()).startsWith("{\"kafka\":{\"a\":[1,null]},\"files\":{");
    SourceState foreign = new SourceState("default", "odf/etag", "{\"files\":3}");
    assertThat(after(foreign, file("https://a/x", "aa")).value()).startsWith("{\"files\":{\"http");
  }

  @Test
  void theOldestFilesAreForgotten() {
    List<CopiedFile> many = new ArrayList<>();
    for (int i = 0; i <= FilePositions.FILES_MAX; i++) {
      many.add(file("https://a/" + i, "aa"));
    }
    SourceState state = new FilePositions(many).after("default", null);
    assertThat(FilePositions.known(state, "https://a/0")).isNull();
    assertThat(FilePositions.known(state, "https://a/1")).isNotNull();
  }
}
