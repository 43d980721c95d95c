package dev.catchwater.ingest.read;

import static dev.catchwater.ingest.read.Reading.TIMESTAMP;
import static dev.catchwater.ingest.read.Reading.optional;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.testkit.Seeded;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/// Where the window ends must not show: each input is read whole, cut at every place, and byte by
/// byte, with the same rows or the same refusal. Then the same with inputs broken at random:
/// nothing but a refusal may come of them.
class WindowEdgeTest {
  private static final DataField[] FIELDS = {
    optional("t", TIMESTAMP),
    optional("x", Scalar.FLOAT64),
    optional("n", Scalar.INT64),
    optional("s", Scalar.STRING),
    optional("l", new DataType.ListOf(Scalar.INT32.optional(), null)),
    optional("d", new DataType.Decimal(20, 3))
  };

  private static final String NDJSON =
      """
      {"t": "2020-01-01T00:00:00.123Z", "x": -12.5, "n": 7, "s": "plain", "l": [1,null], "d": 1.5}
      {"s": "é\\u00e9🚀\\ud83d\\ude80 \\"q\\"", "x": 1e3, "t": "2020-01-01", "zz": {"a": [1, "}"]}}

      {"n": "12", "d": "-0.001", "x": 0.1234567890123456789}\r
      {}\r\n\r{"t": 1577926923123}\r{"s": "\\n"}  \n\t{"l": []}\
      """;

  private static final String CSV =
      """
      t,x,n,s,l,d
      2020-01-01T00:00:00.123Z,-12.5,7,plain,"[1,null]",1.5
      2020-01-01,1e3,,"é🚀 ""q""
      two",,-0.001

      ,,,"a\\"b\\\\",[],\r
      ,0.1234567890123456789,-12,"",,\r\r\n,,,,,\r,,1,x,,\
      """;

  private static final String DOCUMENT =
      """
      {"a": {"skip": ["]", {"x": "\\"}"}], "rows": [
        {"t": "2020-01-01T00:00:00.123Z", "x": -12.5, "n": 7, "s": "plain", "l": [1,null]},
        {"s": "é\\u00e9🚀\\ud83d\\ude80 \\"q\\" ]}", "x": 1e3}
        ,{}, {"d": 0.001}\r
      ], "b": null}, "c": 1.5e3 }
      """;

  private static Reading ndJson() {
    return Reading.ndJson(FIELDS);
  }

  private static Reading csv() {
    return Reading.csv(true, FIELDS);
  }

  private static Reading json() {
    return Reading.json("a.rows", FIELDS);
  }

  /// Rows, or the message and details of the refusal.
  private static Object outcome(Reading reading, InputStream in) {
    try {
      return reading.rows(PushInput.stream("x", in));
    } catch (CatchwaterException e) {
      return List.of(e.code(), String.valueOf(e.getMessage()), e.details().toString());
    }
  }

  private static void sameAtEveryCut(Supplier<Reading> reading, byte[] bytes, int step) {
    Object whole = outcome(reading.get(), new ByteArrayInputStream(bytes));
    for (int cut = 1; cut < bytes.length; cut += step) {
      InputStream parts =
          new SequenceInputStream(
              new ByteArrayInputStream(bytes, 0, cut),
              new ByteArrayInputStream(bytes, cut, bytes.length - cut));
      assertThat(outcome(reading.get(), parts)).as("cut at %d", cut).isEqualTo(whole);
    }
    assertThat(outcome(reading.get(), new UnpackingTest.Trickle(bytes, 1))).isEqualTo(whole);
  }

  @Test
  void ndJsonIsTheSameAtEveryCut() {
    byte[] bytes = NDJSON.getBytes(StandardCharsets.UTF_8);
    assertThat(ndJson().rows(bytes)).hasSize(7);
    sameAtEveryCut(WindowEdgeTest::ndJson, bytes, 1);
    sameAtEveryCut(Reading::inferredNdJson, bytes, 1);
  }

  @Test
  void csvIsTheSameAtEveryCut() {
    byte[] bytes = CSV.getBytes(StandardCharsets.UTF_8);
    assertThat(csv().rows(bytes)).hasSize(6);
    sameAtEveryCut(WindowEdgeTest::csv, bytes, 1);
    sameAtEveryCut(() -> Reading.csv(true), bytes, 1);
    sameAtEveryCut(() -> ndJson().as(InputFormat.CSV), bytes, 1);
  }

  @Test
  void documentsAreTheSameAtEveryCut() {
    byte[] bytes = DOCUMENT.getBytes(StandardCharsets.UTF_8);
    assertThat(json().rows(bytes)).hasSize(4);
    sameAtEveryCut(WindowEdgeTest::json, bytes, 1);
    sameAtEveryCut(() -> Reading.json("a.rows"), bytes, 1);
  }

  @Test
  void longInputsAreTheSameInPiecesOfAnySize() {
    byte[] lines = (NDJSON + "\n").repeat(2_000).getBytes(StandardCharsets.UTF_8);
    byte[] records =
        (CSV.substring(0, CSV.indexOf('\n') + 1)
                + (CSV.substring(CSV.indexOf('\n') + 1) + "\n").repeat(2_000))
            .getBytes(StandardCharsets.UTF_8);
    Object wholeLines = outcome(ndJson(), new ByteArrayInputStream(lines));
    Object wholeRecords = outcome(csv(), new ByteArrayInputStream(records));
    assertThat((List<?>) wholeLines).hasSize(14_000);
    assertThat((List<?>) wholeRecords).hasSize(12_000);
    for (int most : new int[] {997, 8_191, 262_143}) {
      assertThat(outcome(ndJson(), new UnpackingTest.Trickle(lines, most))).isEqualTo(wholeLines);
      assertThat(outcome(csv(), new UnpackingTest.Trickle(records, most))).isEqualTo(wholeRecords);
    }
  }

  @Seeded(iterations = 3)
  void brokenInputsAreOnlyEverRefused(RandomGenerator random) {
    Assertions.assertTimeoutPreemptively(
        Duration.ofMinutes(2),
        () -> {
          for (int i = 0; i < 400; i++) {
            broken(random, WindowEdgeTest::ndJson, NDJSON);
            broken(random, Reading::inferredNdJson, NDJSON);
            broken(random, WindowEdgeTest::csv, CSV);
            broken(random, WindowEdgeTest::typedCsv, CSV);
            broken(random, () -> ndJson().as(InputFormat.CSV), CSV);
            broken(random, WindowEdgeTest::json, DOCUMENT);
            broken(random, () -> Reading.json("a.rows"), DOCUMENT);
          }
        });
  }

  private static Reading typedCsv() {
    Reading.CsvOptions options = new Reading.CsvOptions().withHeader(true);
    options.inferSchema = true;
    return Reading.csv(options);
  }

  private static void broken(RandomGenerator random, Supplier<Reading> reading, String text) {
    byte[] bytes = mutated(random, text.getBytes(StandardCharsets.UTF_8));
    try {
      sameAtEveryCut(reading, bytes, 1 + random.nextInt(bytes.length * 2));
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(new String(bytes, StandardCharsets.UTF_8), e);
    }
  }

  private static byte[] mutated(RandomGenerator random, byte[] original) {
    byte[] bytes = original.clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] = (byte) "\"\\{}[],:\n\r 0-.e\0\tnt".charAt(random.nextInt(19));
        case 2 -> bytes = Arrays.copyOf(bytes, at + 1);
        case 3 -> bytes = without(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(9)));
        case 4 -> bytes = twice(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(40)));
        default -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      }
      if (bytes.length == 0) {
        return new byte[] {'{'};
      }
    }
    return bytes;
  }

  private static byte[] without(byte[] bytes, int from, int to) {
    byte[] less = Arrays.copyOf(bytes, bytes.length - (to - from));
    System.arraycopy(bytes, to, less, from, bytes.length - to);
    return less;
  }

  private static byte[] twice(byte[] bytes, int from, int to) {
    byte[] more = Arrays.copyOf(bytes, bytes.length + to - from);
    System.arraycopy(bytes, from, more, to, bytes.length - from);
    return more;
  }
}
