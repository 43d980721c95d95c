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
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
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
            "data.json: No field of the data is declared by the source: found b, c"
                + " (declared are a)");
    assertThat(a(Scalar.INT64).rows("{}\n{}")).hasSize(2);
  }

  @Test
  void BAD29_namesThatNeverRepeatAreSummedUp() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 3_000; i++) {
      text.append("{\"a\": 1, \"k").append(i).append("\": 1, \"always\": 2}\n");
    }
    Reading reading = a(Scalar.INT64);
    assertThat(reading.rows(text.toString())).hasSize(3_000);
    assertThat(reading.counts.ignoredFields()).containsKey("…").hasSizeLessThan(1_100);
    assertThat(reading.counts.ignoredFields().values().stream().mapToLong(n -> n).sum())
        .isEqualTo(6_000);
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
}
