package dev.catchwater.ingest.read.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.testkit.Seeded;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// The fast ways to a double against [Double#parseDouble].
class DoubleTextTest {
  private static final String[] ADVERSARIES = {
    "0",
    "-0",
    "0.0",
    "1",
    "9007199254740993",
    "9007199254740992",
    "9007199254740991",
    "9007199254740993.0",
    "0.1",
    "0.30000000000000004",
    "1e22",
    "1e23",
    "-1e-22",
    "1e-23",
    "8.988465674311580e307",
    "1.7976931348623157e308",
    "1.7976931348623158e308",
    "1.7976931348623159e308",
    "2.2250738585072014e-308",
    "2.2250738585072011e-308",
    "4.9e-324",
    "2.4703282292062327e-324",
    "2.4703282292062328e-324",
    "2.5e-324",
    "1e-400",
    "1e400",
    "123456789012345678",
    "999999999999999999",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "9999999999999999999",
    "12345678901234567890.123",
    "6.8409865e-5",
    "7.2057594037927933e16",
    "72057594037927945",
    "36893488147419107329",
    "1.00000000000000011102230246251565404236316680908203125",
    "1.00000000000000011102230246251565404236316680908203124",
    "1.00000000000000011102230246251565404236316680908203126",
    "0.000000000000000000000000000000000000000123",
    "3.5e15",
    "179769313486231580793e289",
    "100000016777215e-16",
    "1090544144181609348835077142190e0",
    "45035996.273704985",
    "0.500000000000000166533453693773481063544750213623046875",
    "000123.5",
    "-00.5"
  };

  private static void agrees(String text) {
    byte[] bytes = (" " + text + ",").getBytes(StandardCharsets.US_ASCII);
    double expected = Double.parseDouble(text);
    DoubleText reader = new DoubleText();
    boolean vanished = reader.parse(bytes, 1, bytes.length - 1);
    assertThat(Double.doubleToRawLongBits(reader.value()))
        .as(text)
        .isEqualTo(Double.doubleToRawLongBits(expected));
    assertThat(vanished).as(text).isEqualTo(expected == 0 && new BigDecimal(text).signum() != 0);
    int end = reader.scan(bytes, 1);
    if (end >= 0) {
      assertThat(end).as(text).isEqualTo(bytes.length - 1);
      assertThat(Double.doubleToRawLongBits(reader.value()))
          .as(text)
          .isEqualTo(Double.doubleToRawLongBits(expected));
    }
  }

  @Test
  void agreesWithTheJdkOnNumbersMadeToBeHard() {
    for (String text : ADVERSARIES) {
      agrees(text);
      agrees(text.startsWith("-") ? text.substring(1) : "-" + text);
    }
  }

  @Seeded(iterations = 4)
  void agreesWithTheJdkOnEveryKindOfRandomNumber(RandomGenerator random) {
    for (int i = 0; i < 250_000; i++) {
      agrees(
          switch (random.nextInt(6)) {
            case 0 -> shortest(random.nextLong());
            case 1 -> random.nextInt(1_000_000) + "." + random.nextInt(1_000_000);
            case 2 -> Long.toUnsignedString(random.nextLong()) + "e" + random.nextInt(-60, 60);
            case 3 -> "0." + Math.abs(random.nextLong() >> random.nextInt(64));
            case 4 -> halfway(random);
            default -> random.nextLong() + "." + random.nextInt(100) + "E+" + random.nextInt(30);
          });
    }
  }

  private static String shortest(long bits) {
    double value = Double.longBitsToDouble(bits);
    return Double.isFinite(value) ? Double.toString(value) : "1";
  }

  /// The exact middle of two neighbours, cut to what 19 digits and a bit more can say.
  private static String halfway(RandomGenerator random) {
    double value = random.nextLong(1L << 53) * Math.pow(2, random.nextInt(-40, 40));
    BigDecimal middle =
        new BigDecimal(value).add(new BigDecimal(Math.nextUp(value))).divide(BigDecimal.TWO);
    String text = middle.toPlainString();
    return text.length() > 240 ? text.substring(0, 240) : text;
  }

  @Test
  void leavesWhatIsNoPlainNumberToTheOthers() {
    for (String text : new String[] {"", "-", "01", ".5", "1.", "1e5", "x", "+1"}) {
      byte[] bytes = (text + ",,,").getBytes(StandardCharsets.US_ASCII);
      assertThat(new DoubleText().scan(bytes, 0)).as(text).isEqualTo(-1);
    }
  }
}
