package dev.catchwater.query.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FloatTextTest {
  private static String of(double value, FloatText.Exponent exponent) {
    TextSink sink = new TextSink();
    FloatText.append(sink, value, exponent);
    return sink.takeText();
  }

  private static String of(float value) {
    TextSink sink = new TextSink();
    FloatText.append(sink, value, FloatText.Exponent.BARE);
    return sink.takeText();
  }

  // The layout of the Rust library ryu, on which kamu's tables rest.
  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "-0.0, -0.0",
    "1, 1.0",
    "10, 10.0",
    "12345678.9, 12345678.9",
    "1e15, 1000000000000000.0",
    "1e16, 1e16",
    "123456789012345680, 1.2345678901234568e17",
    "1e20, 1e20",
    "0.1, 0.1",
    "0.001, 0.001",
    "0.00001, 0.00001",
    "0.000001, 1e-6",
    "1e-7, 1e-7",
    "1.5e-9, 1.5e-9",
    "-2.5e300, -2.5e300",
    "5e-324, 5e-324",
    "1e-323, 1e-323",
    "2.5e-323, 2.5e-323",
    "1.7976931348623157e308, 1.7976931348623157e308"
  })
  void doublesAreShortest(double value, String text) {
    assertThat(of(value, FloatText.Exponent.BARE)).isEqualTo(text);
    assertThat(of(value, FloatText.Exponent.SIGNED))
        .isEqualTo(text.contains("e") && !text.contains("e-") ? text.replace("e", "e+") : text);
  }

  @ParameterizedTest
  @CsvSource({
    "0.1, 0.1",
    "16777216, 16777216.0",
    "1e12, 1000000000000.0",
    "1e13, 1e13",
    "0.000001, 0.000001",
    "0.0000001, 1e-7",
    "1e-45, 1e-45",
    "3.4028235e38, 3.4028235e38"
  })
  void floatsAreShortest(float value, String text) {
    assertThat(of(value)).isEqualTo(text);
  }

  @Test
  void everyTextReadsBackAsTheSameNumber() {
    Random random = new Random(42);
    for (int i = 0; i < 20_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        assertThat(Double.parseDouble(of(value, FloatText.Exponent.SIGNED))).isEqualTo(value);
      }
    }
  }
}
