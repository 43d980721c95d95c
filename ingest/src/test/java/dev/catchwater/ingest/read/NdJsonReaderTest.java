package dev.catchwater.ingest.read;

import static dev.catchwater.ingest.read.Reading.TIMESTAMP;
import static dev.catchwater.ingest.read.Reading.ndJson;
import static dev.catchwater.ingest.read.Reading.optional;
import static dev.catchwater.ingest.read.Reading.required;
import static dev.catchwater.ingest.read.Reading.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/// NDJSON: the bad inputs of the reliability page and the cases of the readers, by their ids.
class NdJsonReaderTest {
  private static final Instant AT = Instant.parse("2022-09-25T01:02:03Z");

  private static Reading a(DataType type) {
    return ndJson(optional("a", type));
  }

  private static String refused(DataType type, String value) {
    return a(type).message("{\"a\": " + value + "}");
  }

  @Test
  void A111_takesTypedRows() {
    Reading reading = ndJson(required("city", Scalar.STRING), required("population", Scalar.INT32));
    assertThat(
            reading.rows(
                """
                {"city": "A", "population": 1000}
                {"city": "B", "population": 2000}
                {"population": 3000, "city": "C"}
                """))
        .containsExactly(row("A", 1_000), row("B", 2_000), row("C", 3_000));
  }

  @Test
  void A113_takesADate() {
    assertThat(ndJson(required("date", Scalar.DATE)).value("{\"date\": \"2022-09-25\"}"))
        .isEqualTo(LocalDate.of(2022, 9, 25));
  }

  @Test
  void A114_takesTimesWithAndWithoutZone() {
    Reading reading = ndJson(required("event_time", TIMESTAMP));
    for (String text :
        List.of("2022-09-25 01:02:03", "2022-09-25T01:02:03", "2022-09-25T01:02:03Z")) {
      assertThat(reading.value("{\"event_time\": \"" + text + "\"}")).isEqualTo(AT);
    }
    assertThat(reading.value("{\"event_time\": \"2022-09-25T01:02:03-01:00\"}"))
        .isEqualTo(Instant.parse("2022-09-25T02:02:03Z"));
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
  void B16_oneBadLineIsNamed() {
    String text = "{\"a\": 1}\n".repeat(499) + "{\"a\": oops}\n" + "{\"a\": 1}\n".repeat(500);
    CatchwaterException failure = a(Scalar.INT64).failure(text);
    assertThat(failure.code()).isEqualTo(ErrorCode.BAD_DATA);
    assertThat(failure.place()).isEqualTo(new Place("data.json", 500, 7, null));
    assertThat(failure).hasMessageContaining("Json error: expected a value, found 'o'");
  }

  @Test
  void B26_aByteOrderMarkIsDropped() {
    assertThat(a(Scalar.INT64).value("\uFEFF{\"a\": 1}")).isEqualTo(1L);
  }

  @Test
  void B35_undeclaredFieldsAreIgnoredAndCounted() {
    Reading reading = a(Scalar.INT64);
    reading.rows("{\"a\": 1, \"b\": 2}\n{\"c\": {\"d\": [1]}}\n{\"a\": 3, \"b\": null}\n{}");
    assertThat(reading.counts.ignoredFields())
        .containsExactly(java.util.Map.entry("b", 2L), java.util.Map.entry("c", 1L));
    assertThat(reading.counts.rows()).isEqualTo(4);
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
  void B37_aNullEventTimeIsANull() {
    assertThat(ndJson(optional("event_time", TIMESTAMP)).value("{\"event_time\": null}")).isNull();
  }

  @Test
  void BAD23_emptyInputHasNoRows() {
    for (String text : List.of("", "\n", "  \n\r\n\t\n", "\uFEFF")) {
      assertThat(a(Scalar.INT64).rows(text)).isEmpty();
    }
  }

  @Test
  void BAD24_everyLineEndIsTaken() {
    String[] texts = {
      "{\"a\":1}\n{\"a\":2}",
      "{\"a\":1}\r\n{\"a\":2}\r\n",
      "{\"a\":1}\r{\"a\":2}\r",
      "{\"a\":1}\r{\"a\":2}",
      "\n\n{\"a\":1}\n\r\n\r{\"a\":2}\n \n\n",
      " {\"a\":1} \n\t{\"a\":2}\t"
    };
    for (String text : texts) {
      assertThat(a(Scalar.INT32).rows(text)).as(text).containsExactly(row(1), row(2));
    }
    assertThat(a(Scalar.INT32).message("{\"a\":1}\r\n\r\n{\"a\":2}\r{\"a\":x}")).contains(":4:6");
  }

  @Test
  void BAD25_aTruncatedLastObjectRefusesAll() {
    CatchwaterException failure =
        ndJson(optional("t", TIMESTAMP)).failure("{\"t\": \"2020-01-01\"}\n{\"t\": \"20");
    assertThat(failure).hasMessage("data.json:2:10: Json error: the line ends inside a text");
  }

  @Test
  void BAD26_aDocumentGetsAHint() {
    for (String text :
        List.of(
            "[{\"a\": 1},\n {\"a\": 2}]",
            "{\n  \"a\": 1\n}\n",
            "[\n{\"a\": 1}\n]\n",
            "[{}]\n[]\n",
            "{\"a\": 1,\n\"b\": 2}")) {
      CatchwaterException failure = a(Scalar.INT64).failure(text);
      assertThat(failure.hint()).as(text).contains("--input-format json");
      assertThat(failure.details()).as(text).isEmpty();
    }
    assertThat(a(Scalar.INT64).as(InputFormat.JSON).rows("[{\"a\": 1},\n {\"a\": 2}]"))
        .containsExactly(row(1L), row(2L));
  }

  @Test
  void BAD27_aLineThatIsNoObjectIsRefused() {
    for (String text : List.of("[]", "null", "5", "\"x\"")) {
      assertThat(a(Scalar.INT64).message("{}\n" + text + "\n"))
          .startsWith("data.json:2:1: Json error: expected an object, found '" + text.charAt(0));
    }
  }

  @Test
  void BAD28_aKeyTwiceIsRefusedAtTheSecond() {
    assertThat(a(Scalar.INT64).message("{\"a\":1,\"a\":2}"))
        .isEqualTo("data.json:1:8: The field \"a\" is there twice");
    assertThat(a(Scalar.INT64).message("{\"a\":1,\"b\":2, \"b\":3}"))
        .isEqualTo("data.json:1:15: The field \"b\" is there twice");
    assertThat(a(Scalar.INT64).message("{\"a\":1,\"\\u0061\":2}")).contains("twice");
  }

  @Test
  void BAD29_strictRefusesUndeclaredFields() {
    ReadOptions strict = new ReadOptions("event_time", List.of(), true);
    assertThat(a(Scalar.INT64).with(strict).message("{\"a\": 1, \"b\": 2}"))
        .isEqualTo("data.json:1:15, field \"b\": The field is not declared by the source");
  }

  @Test
  void BAD29_dataOfWhichNothingIsDeclaredIsRefused() {
    assertThat(a(Scalar.INT64).message("{\"b\": 1}\n{\"c\": 1}"))
        .isEqualTo(
            "data.json: No field of the data is declared by the source: found b, c (declared are a)");
    assertThat(a(Scalar.INT64).rows("{}\n{}")).hasSize(2);
  }

  @Test
  void BAD30_aMissingValueIsNullOrRefused() {
    Reading reading = ndJson(optional("a", Scalar.INT64), required("b", Scalar.INT64));
    assertThat(reading.rows("{\"b\": 1}")).containsExactly(row(null, 1L));
    assertThat(reading.message("{\"b\": 1}\n{\"a\": 1}"))
        .isEqualTo("data.json:2:1, field \"b\": A value is required, but it is missing");
    assertThat(reading.message("{\"b\": null}"))
        .isEqualTo("data.json:1:7, field \"b\": A value is required, but it is null");
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
  void BAD33_whatIsNotJsonIsRefusedAtItsPlace() {
    for (String value :
        List.of("NaN", "Infinity", "-Infinity", "+1", ".5", "'x'", "True", "nul", "undefined")) {
      assertThat(refused(Scalar.FLOAT64, value)).as(value).matches("(?s)data.json:1:[78]: Json.*");
    }
    assertThat(refused(Scalar.FLOAT64, "01")).contains(":1:7: ", "leading zeros");
    assertThat(refused(Scalar.INT64, "-01")).contains("leading zeros");
    assertThat(refused(Scalar.FLOAT64, "0x10")).contains(":1:8: Json error: expected ',' or '}'");
    assertThat(refused(Scalar.FLOAT64, "1.")).contains("expected a digit");
    assertThat(a(Scalar.INT64).message("{\"a\": 1,}")).contains(":1:9: ", "comma too many");
    assertThat(a(Scalar.INT64).message("{\"a\": 1} // x")).contains(":1:10: ", "end of the line");
    assertThat(a(Scalar.INT64).message("{'a': 1}")).contains(":1:2: ", "double quotes");
    assertThat(a(Scalar.INT64).message("{\"a\" 1}")).contains("expected ':'");
    assertThat(a(Scalar.INT64).message("{\"a\": 1} {\"a\": 2}")).contains("end of the line");
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
  void BAD36_whatIsNoTextIsRefusedAtItsByte() {
    Reading reading = a(Scalar.STRING);
    assertThat(refused(Scalar.STRING, "\"\\ud800\"")).contains("lone surrogate", "at byte 7");
    assertThat(refused(Scalar.STRING, "\"\\udc00\\ud800\"")).contains("lone surrogate");
    assertThat(refused(Scalar.STRING, "\"\\ud800x\"")).contains("lone surrogate");
    assertThat(refused(Scalar.STRING, "\"a\tb\"")).contains("control character", "\\u0009");
    assertThat(reading.value("{\"a\": \"x\\u0000y\"}")).isEqualTo("x\0y");
    assertThat(reading.value("{\"a\": \"\\ud83d\\ude80\\n\\\"\\/\\u00e9é\"}"))
        .isEqualTo("🚀\n\"/éé");
    byte[][] bad = {
      {(byte) 0xFF}, {(byte) 0xC0, (byte) 0x80}, {(byte) 0xE0, (byte) 0x80, (byte) 0x80},
      {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, {(byte) 0xC3}, {(byte) 0x80},
      {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80}, {(byte) 0xF0, (byte) 0x9F, (byte) 0x9A}
    };
    for (byte[] bytes : bad) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      line.writeBytes("{\"a\": 1}\n{\"a\": \"x".getBytes(StandardCharsets.US_ASCII));
      line.writeBytes(bytes);
      line.writeBytes("\"}".getBytes(StandardCharsets.US_ASCII));
      assertThat(reading.failure(line.toByteArray()))
          .hasMessage("data.json:2:9: Json error: the text is not UTF-8 at byte 17");
    }
  }

  @Test
  void BAD37_limitsAreNamed() {
    assertThat(a(Scalar.STRING).failure("{\"a\": \"" + "x".repeat(9 << 20) + "\"}"))
        .hasMessageContaining("limit: row")
        .extracting(CatchwaterException::code)
        .isEqualTo(ErrorCode.LIMIT_EXCEEDED);
    StringBuilder keys = new StringBuilder("{\"a\": 1");
    for (int i = 0; i < 100_000; i++) {
      keys.append(",\"k").append(i).append("\":1");
    }
    assertThat(a(Scalar.INT64).message(keys + "}")).contains("1000 fields (limit: columns)");
    String deep = "{\"a\": 1, \"b\": " + "[".repeat(128) + "]".repeat(128) + "}";
    assertThat(a(Scalar.INT64).message(deep)).contains("limit: depth");
    String allowed = "{\"a\": 1, \"b\": " + "[".repeat(127) + "]".repeat(127) + "}";
    assertThat(a(Scalar.INT64).rows(allowed)).hasSize(1);
    assertThat(a(Scalar.STRING).value("{\"a\": \"" + "x".repeat(7 << 20) + "\"}"))
        .isEqualTo("x".repeat(7 << 20));
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
  void BAD40_namesAreMatchedByteByByte() {
    Reading reading =
        ndJson(
            optional("a", Scalar.INT32),
            optional("A", Scalar.INT32),
            optional("a.b", Scalar.INT32),
            optional("a b", Scalar.INT32),
            optional("🚀", Scalar.INT32),
            optional("שלום", Scalar.INT32),
            optional("", Scalar.INT32),
            optional("q\"\\\n", Scalar.INT32));
    String text =
        "{\"a\":1,\"A\":2,\"a.b\":3,\"a b\":4,\"🚀\":5,\"שלום\":6,\"\":7,\"q\\\"\\\\\\n\":8}\n";
    assertThat(reading.rows(text + text))
        .containsExactly(row(1, 2, 3, 4, 5, 6, 7, 8), row(1, 2, 3, 4, 5, 6, 7, 8));
    Reading accented = ndJson(required("caf\u00e9", Scalar.INT32));
    assertThat(accented.message("{\"cafe\u0301\": 1}")).contains("Unicode form (NFC, NFD)");
    assertThat(accented.message("{\"CAF\u00c9\": 1}")).contains("case included");
  }

  @Test
  void BAD41_systemColumnsAreReserved() {
    for (String name : List.of("offset", "op", "system_time")) {
      assertThat(a(Scalar.INT64).message("{\"a\": 1, \"" + name + "\": 0}"))
          .contains("field \"" + name + "\": The column is reserved for the system");
    }
    ReadOptions takesOp = new ReadOptions("event_time", List.of("offset", "system_time"), false);
    Reading reading = ndJson(required("op", Scalar.INT32), optional("a", Scalar.INT64));
    assertThat(reading.with(takesOp).rows("{\"op\": 1, \"a\": 2}")).containsExactly(row(1, 2L));
  }

  @Test
  void BAD43_theLastRowOfManyRefusesAll() {
    String text = "{\"a\": 1}\n".repeat(9_999) + "{\"a\": \"x\"}\n";
    assertThat(a(Scalar.INT64).message(text)).startsWith("data.json:10000:7, field \"a\": ");
  }

  @Test
  void BAD43_aBadRowBehindTheFirstBatchRefusesAll() {
    String text = "{\"a\": 1}\n".repeat(100_000) + "{\"a\": \"x\"}\n";
    assertThat(a(Scalar.INT64).message(text)).startsWith("data.json:100001:7, field \"a\": ");
  }

  @Test
  void BAD44_tenBadRowsAreShownAndTheRestCounted() {
    String text = "{\"a\": 1}\n{\"a\": \"x\"}\n".repeat(1_000);
    CatchwaterException failure = a(Scalar.INT64).failure(text);
    assertThat(failure)
        .hasMessage(
            "data.json: 1000 rows cannot be taken, nothing is written; the first 10 and 990 more");
    assertThat(failure.details()).hasSize(10);
    assertThat(failure.details().get(9).place()).isEqualTo(new Place("data.json", 20, 7, "a"));
  }

  @Test
  void placesWithoutAFileNameLineAndColumn() {
    assertThat(a(Scalar.INT64).named(null).message("\n{\"é\": 1, \"a\": \"ü\"}"))
        .startsWith("line 2, column 15, field \"a\": Expected Int64");
  }

  @Test
  void aLongValueIsCutInMessages() {
    String message = refused(Scalar.INT64, "\"" + "x".repeat(1_000) + "\\n\"");
    assertThat(message).contains("found \"" + "x".repeat(80) + "…\"");
    assertThat(refused(Scalar.INT64, "\"\\u0000\\u202e\\n\""))
        .contains("found \"\\u0000\\u202e\\n\"");
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
