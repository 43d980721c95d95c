package dev.catchwater.ingest.sieve;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CauseTest {
  @Test
  void whatDiffersFromRowToRowIsLeftOut() {
    assertThat(Cause.shape("Expected Int32, found \"12\""))
        .isEqualTo(Cause.shape("Expected Int32, found \"say \"x\" 3\""));
    assertThat(Cause.shape("The value 1.5 has 2 digits more than 10"))
        .isEqualTo("The value # has # digits more than #");
  }

  @Test
  void theNamesOfTypesAndColumnsStay() {
    assertThat(Cause.shape("Expected Float64, found \"x\""))
        .isEqualTo("Expected Float64, found \"…\"");
    assertThat(Cause.shape("Column v_2 of x86 has 7 values"))
        .isEqualTo("Column v_2 of x86 has # values");
  }
}
