package dev.catchwater.ingest.read;

import static dev.catchwater.ingest.read.Reading.TIMESTAMP;
import static dev.catchwater.ingest.read.Reading.ndJson;
import static dev.catchwater.ingest.read.Reading.optional;
import static dev.catchwater.ingest.read.Reading.required;
import static dev.catchwater.ingest.read.Reading.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/// JSON values and the types they go into: what each takes, what each refuses.
class JsonValueTest {

  private static Reading a(DataType type) {
    return ndJson(optional("a", type));
  }

  private static String refused(DataType type, String value) {
    return a(type).message("{\"a\": " + value + "}");
  }

  @Test
  void B13_aFractionIsNoWholeNumber() {
    assertThat(refused(Scalar.INT64, "1.9"))
        .isEqualTo(
            "data.json:1:7, field \"a\": Expected Int64 (-9223372036854775808 to"
                + " 9223372036854775807), found \"1.9\" (numbers are never rounded)");
  }

  @Test
  void B14_digitsInATextAreAWholeNumber() {
    assertThat(a(Scalar.INT64).value("{\"a\": \"12\"}")).isEqualTo(12L);
  }

  @Test
  void B15_numbersAndBooleansGoIntoAStringAsWritten() {
    for (String text : List.of("5", "1.50", "1e3", "true", "false")) {
      assertThat(a(Scalar.STRING).value("{\"a\": " + text + "}")).isEqualTo(text);
    }
  }

  @Test
  void B36_aNumberIsMillisecondsInADeclaredTimestamp() {
    assertThat(a(TIMESTAMP).value("{\"a\": 1577926923123}"))
        .isEqualTo(Instant.parse("2020-01-02T01:02:03.123Z"));
    assertThat(a(TIMESTAMP).value("{\"a\": -1}")).isEqualTo(Instant.ofEpochMilli(-1));
    assertThat(refused(TIMESTAMP, "1577926923123000"))
        .contains("a number counts milliseconds since 1970");
  }

  @Test
  void BAD31_wholeNumbersFollowTheTable() {
    for (String value : List.of("\"1\"", "1.0", "1", "10e-1", "1.00e0", "0.1E1")) {
      assertThat(a(Scalar.INT32).value("{\"a\":" + value + "}")).as(value).isEqualTo(1);
    }
    for (String value :
        List.of(
            "1.5", "true", "\"1.0\"", "\"1e0\"", "\" 1\"", "\"\"", "\"٣\"", "\"+1\"", "[1]",
            "{}")) {
      assertThat(refused(Scalar.INT32, value))
          .as(value)
          .contains("Expected Int32 (-2147483648 to 2147483647), found");
    }
  }

  @Test
  void BAD32_numbersOutOfRangeNameTheBounds() {
    for (String value : List.of("9223372036854775808", "-9223372036854775809", "1e19", "1e400")) {
      assertThat(refused(Scalar.INT64, value))
          .contains("-9223372036854775808 to 9223372036854775807", "out of range");
    }
    assertThat(a(Scalar.INT64).value("{\"a\": 1e3}")).isEqualTo(1_000L);
    assertThat(a(Scalar.INT64).value("{\"a\": -9223372036854775808}")).isEqualTo(Long.MIN_VALUE);
    assertThat(refused(Scalar.UINT8, "256")).contains("UInt8 (0 to 255)");
    assertThat(refused(Scalar.UINT64, "-1")).contains("UInt64 (0 to 18446744073709551615)");
    Assertions.assertTimeout(
        Duration.ofMillis(500),
        () -> {
          assertThat(refused(Scalar.INT64, "1".repeat(300))).contains("256 digits (limit: number)");
          assertThat(refused(Scalar.INT64, "1e1000000000")).contains("exponent is beyond 400");
          assertThat(refused(new DataType.Decimal(10, 2), "1e-1000000000")).contains("beyond 400");
        });
  }

  @Test
  void BAD34_numbersBeyondDoubleAreRefusedAndTinyOnesCounted() {
    assertThat(refused(Scalar.FLOAT64, "1e400")).contains("Expected Float64", "out of range");
    assertThat(refused(Scalar.FLOAT32, "1e39")).contains("Expected Float32", "out of range");
    assertThat(refused(Scalar.FLOAT16, "65520")).contains("Expected Float16", "out of range");
    Reading reading = a(Scalar.FLOAT64);
    assertThat(reading.value("{\"a\": 1e-400}")).isEqualTo(0.0);
    assertThat(reading.counts.vanishedNumbers()).isEqualTo(1);
    assertThat(reading.value("{\"a\": -0.0}")).isEqualTo(-0.0);
    assertThat(reading.counts.vanishedNumbers()).isZero();
    assertThat(a(Scalar.FLOAT32).value("{\"a\": 0.1}")).isEqualTo(0.1f);
    assertThat(a(Scalar.FLOAT16).value("{\"a\": 1.5}")).isEqualTo(1.5f);
  }

  @Test
  void BAD35_aDecimalIsNeverRounded() {
    DataType decimal = new DataType.Decimal(10, 2);
    assertThat(refused(decimal, "1.234")).contains("Decimal(10, 2)", "never rounded");
    assertThat(refused(decimal, "123456789")).contains("Decimal(10, 2)", "out of range");
    for (String value : List.of("1.5", "\"1.50\"", "1.5000", "15e-1", "0.15e1")) {
      assertThat(a(decimal).value("{\"a\":" + value + "}")).isEqualTo(new BigDecimal("1.50"));
    }
    DataType wide = new DataType.Decimal(38, 4);
    String digits = "-1234567890123456789012345678901234.5678";
    assertThat(a(wide).value("{\"a\": \"" + digits + "\"}")).isEqualTo(new BigDecimal(digits));
    assertThat(a(wide).value("{\"a\": 0}")).isEqualTo(new BigDecimal("0.0000"));
  }

  @Test
  void BAD38_timesThatDoNotExistAreRefusedWithTheForm() {
    for (String text :
        List.of(
            "2020-13-01",
            "2020-02-30",
            "2020-01-01T24:00:00Z",
            "2020-01-01T23:59:60Z",
            "2020-01-01T00:00:00+25:00",
            "0000-01-01",
            "10000-01-01",
            "-0001-01-01",
            "01/02/2020",
            "1577926923123",
            "now",
            "")) {
      assertThat(refused(TIMESTAMP, "\"" + text + "\""))
          .as(text)
          .isEqualTo(
              "data.json:1:7, field \"a\": Expected Timestamp (RFC 3339, like"
                  + " 2020-01-31T23:59:59Z), found \""
                  + text
                  + "\"");
    }
    Reading reading = a(TIMESTAMP);
    assertThat(reading.value("{\"a\": \"2020-01-01T00:00:00.123456Z\"}"))
        .isEqualTo(Instant.parse("2020-01-01T00:00:00.123Z"));
    assertThat(reading.counts.truncatedTimes()).isEqualTo(1);
    assertThat(reading.value("{\"a\": \"2020-01-01T00:00:00.123000Z\"}"))
        .isEqualTo(Instant.parse("2020-01-01T00:00:00.123Z"));
    assertThat(reading.counts.truncatedTimes()).isZero();
    assertThat(refused(Scalar.DATE, "\"2020-02-30\"")).contains("Expected Date");
    assertThat(refused(Scalar.DATE, "20200101")).contains("Expected Date");
  }

  @Test
  void BAD39_oldAndFarTimesAreTaken() {
    assertThat(a(TIMESTAMP).value("{\"a\": \"1901-01-01T00:00:00Z\"}"))
        .isEqualTo(Instant.parse("1901-01-01T00:00:00Z"));
    assertThat(a(TIMESTAMP).value("{\"a\": \"2999-12-31T00:00:00Z\"}"))
        .isEqualTo(Instant.parse("2999-12-31T00:00:00Z"));
  }

  @Test
  void takesEveryScalarType() {
    assertThat(a(Scalar.BOOL).value("{\"a\": \"TRUE\"}")).isEqualTo(true);
    assertThat(a(Scalar.BOOL).value("{\"a\": false}")).isEqualTo(false);
    assertThat(refused(Scalar.BOOL, "1")).contains("Expected Bool");
    assertThat(refused(Scalar.BOOL, "\"yes\"")).contains("Expected Bool");
    assertThat(a(new DataType.Binary(null)).value("{\"a\": \"00fFé\"}".replace("é", "")))
        .isEqualTo("00ff");
    assertThat(refused(new DataType.Binary(null), "\"0\"")).contains("hexadecimal");
    assertThat(refused(new DataType.Binary(2L), "\"00\"")).contains("2 bytes");
    DataType.Time time = new DataType.Time(dev.catchwater.odf.schema.TimeUnit.MILLISECOND);
    assertThat(a(time).value("{\"a\": \"23:59:59.999\"}"))
        .isEqualTo(java.time.LocalTime.parse("23:59:59.999"));
    assertThat(refused(time, "\"24:00:00\"")).contains("Expected Time");
    assertThat(a(Scalar.UINT64).value("{\"a\": 18446744073709551615}"))
        .isEqualTo(new java.math.BigInteger("18446744073709551615"));
    assertThat(refused(Scalar.STRING, "{}")).contains("Expected String");
    assertThat(refused(Scalar.STRING, "[]")).contains("Expected String");
    assertThat(a(Scalar.NULL).value("{\"a\": null}")).isNull();
    assertThat(refused(Scalar.NULL, "1")).contains("Expected null");
  }

  @Test
  void takesListsAndStructs() {
    DataType list = new DataType.ListOf(Scalar.INT32.optional(), null);
    assertThat(a(list).value("{\"a\": [1, null , 3]}")).isEqualTo(row(1, null, 3));
    assertThat(a(list).value("{\"a\": []}")).isEqualTo(List.of());
    assertThat(a(list).value("{\"a\": null}")).isNull();
    assertThat(refused(list, "[1, \"x\"]")).contains("field \"a\": Expected Int32");
    assertThat(refused(list, "\"[1]\"")).contains("Expected List");
    assertThat(refused(list, "[1,]")).contains("Json error");
    DataType nested = new DataType.ListOf(new DataType.ListOf(Scalar.STRING, 2L), null);
    assertThat(a(nested).value("{\"a\": [[\"x\",\"y\"],[\"\",\"z\"]]}"))
        .isEqualTo(List.of(List.of("x", "y"), List.of("", "z")));
    assertThat(refused(nested, "[[\"x\"]]")).contains("a list of 2 items, found one of 1");
    assertThat(refused(nested, "[[\"x\", null]]")).contains("A value is required, but it is null");
    DataType struct =
        new DataType.Struct(List.of(required("x", Scalar.INT32), optional("y", Scalar.STRING)));
    Reading reading = ndJson(required("a", struct), optional("b", list));
    assertThat(
            reading.rows(
                "{\"a\": {\"y\": \"s\", \"z\": 0, \"x\": 1}, \"b\": [1]}\n{\"a\": {\"x\": 2}}"))
        .containsExactly(row(row(1, "s"), row(1)), row(row(2, null), null));
    assertThat(reading.counts.ignoredFields()).containsEntry("a.z", 1L);
    assertThat(reading.message("{\"a\": {\"x\": \"q\"}}")).contains("field \"a.x\"");
    assertThat(reading.message("{\"a\": {}}")).contains("field \"a.x\"");
  }

  @Test
  void aBadRowLeavesNoTraceInTheColumns() {
    DataType list = new DataType.ListOf(new DataType.ListOf(Scalar.INT32, null), null);
    DataType struct =
        new DataType.Struct(List.of(required("x", Scalar.INT32), required("l", list)));
    Reading reading =
        ndJson(optional("s", struct), optional("l", list), optional("n", Scalar.INT32));
    String bad = "{\"s\":{\"x\":1,\"l\":[[1,2],[3,x]]},\"l\":[[9]]}\n";
    CatchwaterException failure =
        reading.failure(
            "{\"s\":{\"x\":1,\"l\":[[1]]},\"l\":[[9]],\"n\":1}\n"
                + bad.repeat(3)
                + "{\"n\":\"x\"}\n");
    assertThat(failure.details()).hasSize(4);
  }

  @Test
  void timestampsOfAnyUnitBecomeMilliseconds() {
    DataType micros = new DataType.Timestamp(dev.catchwater.odf.schema.TimeUnit.MICROSECOND, "UTC");
    Reading reading = ndJson(required("a", micros), optional("b", micros));
    assertThat(reading.rows("{\"a\": \"2020-01-01T00:00:00.123456Z\"}"))
        .containsExactly(row(Instant.parse("2020-01-01T00:00:00.123Z"), null));
    assertThat(reading.schema.fields().get(0).type()).isEqualTo(TIMESTAMP);
    assertThat(reading.schema.fields().get(1).type()).isEqualTo(TIMESTAMP.optional());
  }

  @Test
  void aTimeWithoutZoneIsInTheColumnsZone() {
    DataType vancouver =
        new DataType.Timestamp(dev.catchwater.odf.schema.TimeUnit.MILLISECOND, "America/Vancouver");
    assertThat(a(vancouver).value("{\"a\": \"2020-01-01T00:00:00\"}"))
        .isEqualTo(Instant.parse("2020-01-01T08:00:00Z"));
    assertThat(a(vancouver).value("{\"a\": \"2020-01-01T00:00:00Z\"}"))
        .isEqualTo(Instant.parse("2020-01-01T00:00:00Z"));
  }
}
