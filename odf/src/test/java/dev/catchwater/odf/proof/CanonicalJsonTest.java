package dev.catchwater.odf.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 8785, and where we keep more than it does.
class CanonicalJsonTest {

  @Test
  void theSampleOfTheRfcComesOut() {
    String sample =
        """
        {"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
         "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
         "literals": [null, true, false]}\
        """;
    assertThat(CanonicalJson.of(sample))
        .isEqualTo(
            "{\"literals\":[null,true,false],"
                + "\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
                + "\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
  }

  @Test
  void namesAreSortedByTheirCodeUnits() {
    String sample =
        "{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,"
            + "\"\\u00f6\":7,\"\":{\"b\":{},\"a\":[]}}";
    assertThat(CanonicalJson.of(sample))
        .isEqualTo(
            "{\"\":{\"a\":[],\"b\":{}},\"\\r\":2,\"1\":4,\"\u0080\":6,\"\u00f6\":7,\"\u20ac\":1,"
                + "\"\ud83d\ude00\":5,\"\ufb33\":3}");
  }

  /// RFC 8785, appendix B.
  @ParameterizedTest
  @CsvSource({
    "0000000000000000,0",
    "8000000000000000,0",
    "0000000000000001,5e-324",
    "8000000000000001,-5e-324",
    "0000000000000002,1e-323",
    "7fefffffffffffff,1.7976931348623157e+308",
    "ffefffffffffffff,-1.7976931348623157e+308",
    "4340000000000000,9007199254740992",
    "c340000000000000,-9007199254740992",
    "4430000000000000,295147905179352830000",
    "44b52d02c7e14af5,9.999999999999997e+22",
    "44b52d02c7e14af6,1e+23",
    "44b52d02c7e14af7,1.0000000000000001e+23",
    "444b1ae4d6e2ef4e,999999999999999700000",
    "444b1ae4d6e2ef4f,999999999999999900000",
    "444b1ae4d6e2ef50,1e+21",
    "3eb0c6f7a0b5ed8c,9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d,0.000001",
    "41b3de4355555553,333333333.3333332",
    "41b3de4355555554,333333333.33333325",
    "41b3de4355555555,333333333.3333333",
    "41b3de4355555556,333333333.3333334",
    "41b3de4355555557,333333333.33333343",
    "becbf647612f3696,-0.0000033333333333333333",
    "43143ff3c1cb0959,1424953923781206.2"
  })
  void doublesAreWrittenAsEcmascriptDoes(String bits, String expected) {
    double value = Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16));
    assertThat(CanonicalNumber.of(value)).isEqualTo(expected);
  }

  @Test
  void aNumberIsItsDoubleAgain() {
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 20_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong() >>> (i % 2 == 0 ? 0 : 52));
      if (Double.isFinite(value)) {
        String written = CanonicalNumber.of(value);
        assertThat(Double.parseDouble(written)).isEqualTo(value == 0 ? 0.0 : value);
        assertThat(CanonicalJson.of(Double.toString(value))).isEqualTo(written);
      }
    }
  }

  @Test
  void integersKeepAllTheirDigits() {
    assertThat(CanonicalJson.of("[9007199254740993,-9223372036854775808,-0,0,7]"))
        .isEqualTo("[9007199254740993,-9223372036854775808,0,0,7]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "{\"a\":1,\"\\u0061\":2}",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"\\u00g0\"",
        "01",
        "1.",
        ".5",
        "1e",
        "+1",
        "1e400",
        "NaN",
        "tru",
        "[1] 2",
        "\"a\nb\""
      })
  void whatIsNoJsonHasNoSpelling(String text) {
    assertThat(CanonicalJson.of(text)).isNull();
  }

  @Test
  void whatIsTooDeepHasNoSpelling() {
    assertThat(CanonicalJson.of("[".repeat(1_000) + "]".repeat(1_000))).isNull();
    assertThat(CanonicalJson.of("[".repeat(100) + "]".repeat(100))).isNotNull();
  }
}
