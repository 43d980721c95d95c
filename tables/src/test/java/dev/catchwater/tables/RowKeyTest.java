package dev.catchwater.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.odf.error.CatchwaterException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowKeyTest {
  private static String key(String array, String... fields) {
    return new String(RowKey.ofArray(List.of(fields), array), StandardCharsets.UTF_8);
  }

  @Test
  void S12_numbersOfOneValueAreOneText() {
    for (String one : List.of("1", "1.0", "1e0", "10E-1", "0.1e1", "\"1\"")) {
      assertThat(key("[" + one + "]", "id")).as(one).isEqualTo("1");
    }
    for (String zero : List.of("0", "-0", "0.00", "0e5", "-0.0")) {
      assertThat(key("[" + zero + "]", "id")).as(zero).isEqualTo("0");
    }
    assertThat(key("[-12.340]", "id")).isEqualTo("-12.34");
    assertThat(key("[1e3]", "id")).isEqualTo("1000");
    assertThat(key("[123456789012345678901234567890]", "id"))
        .isEqualTo("123456789012345678901234567890");
  }

  @Test
  void S12_textsStayAsTheyAre() {
    assertThat(key("[\"1.0\"]", "id")).isEqualTo("1.0");
    assertThat(key("[\"a\\u00fc\\n\"]", "id")).isEqualTo("aü\n");
    assertThat(key("[true]", "id")).isEqualTo("true");
    assertThat(new String(RowKey.ofText(List.of("id"), " x "), StandardCharsets.UTF_8))
        .isEqualTo(" x ");
  }

  @Test
  void keysOfSeveralFieldsDifferWhereverTheirPartsEnd() {
    assertThat(key("[\"a\",\"b\"]", "x", "y")).isEqualTo("[\"a\",\"b\"]");
    assertThat(key("[\"a\\\",\\\"b\",\"\"]", "x", "y"))
        .isNotEqualTo(key("[\"a\",\"b\"]", "x", "y"));
    assertThat(key(" [ 1 , 2.0 ] ", "x", "y")).isEqualTo("[\"1\",\"2\"]");
  }

  @Test
  void whatIsNoKeyIsRefused() {
    for (String bad :
        List.of("1", "[]", "[1,2]", "[null]", "[[1]]", "[{}]", "[1", "[1]x", "[1,]", "")) {
      assertThatThrownBy(() -> RowKey.ofArray(List.of("id"), bad))
          .as(bad)
          .isInstanceOf(CatchwaterException.class);
    }
    assertThatThrownBy(() -> RowKey.ofArray(List.of("id"), "[\"" + "x".repeat(5_000) + "\"]"))
        .hasMessageContaining("4096");
    assertThatThrownBy(() -> RowKey.ofText(List.of("a", "b"), "x")).hasMessageContaining("a, b");
  }
}
