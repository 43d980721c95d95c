package dev.catchwater.odf.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// What a mistyped word was meant to be.
class SuggestionTest {
  private static final List<String> WORDS = List.of("TIMESTAMP", "TEXT", "INT", "sourceName");

  @Test
  void theNearestWordIsFound() {
    assertThat(Suggestion.closest("TIMESTMP", WORDS)).isEqualTo("TIMESTAMP");
    assertThat(Suggestion.closest("TIMETSAMP", WORDS)).isEqualTo("TIMESTAMP");
    assertThat(Suggestion.closest("sorcename", WORDS)).isEqualTo("sourceName");
    assertThat(Suggestion.closest("int", WORDS)).isEqualTo("INT");
  }

  @Test
  void aWordThatIsFarFromAllHasNone() {
    assertThat(Suggestion.closest("GEOMETRY", WORDS)).isNull();
    assertThat(Suggestion.closest("x".repeat(10_000), WORDS)).isNull();
    assertThat(Suggestion.closest("a", List.of())).isNull();
    assertThat(Suggestion.hint("GEOMETRY", List.of("a", "b"))).isEqualTo("one of a, b");
  }
}
