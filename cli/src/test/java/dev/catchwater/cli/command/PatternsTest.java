package dev.catchwater.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatternsTest {
  @ParameterizedTest
  @CsvSource({
    "%, gps, true",
    "g%, gps, true",
    "%s, gps, true",
    "%p%, gps, true",
    "g%p%s, gps, true",
    "%%s, gps, true",
    "gps, gps, true",
    "x%, gps, false",
    "%x, gps, false",
    "g%g, gps, false",
    "%a%b, aab, true",
    "%ab, aab, true"
  })
  void aPercentSignStandsForAnyCharacters(String pattern, String name, boolean matches) {
    assertThat(Patterns.matches(pattern, name)).isEqualTo(matches);
  }
}
