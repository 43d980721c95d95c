package dev.catchwater.ingest.read;

import static dev.catchwater.ingest.read.Reading.TIMESTAMP;
import static dev.catchwater.ingest.read.Reading.csv;
import static dev.catchwater.ingest.read.Reading.optional;
import static dev.catchwater.ingest.read.Reading.required;
import static dev.catchwater.ingest.read.Reading.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.ingest.read.Reading.CsvOptions;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.source.ReadStep;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// CSV: the bad inputs of the reliability page and the cases of the readers, by their ids.
class CsvReaderTest {
  private static final DataField CITY = optional("city", Scalar.STRING);
  private static final DataField POPULATION = optional("population", Scalar.INT64);

  private static Reading cities(boolean header) {
    return csv(header, CITY, POPULATION);
  }

  private static Reading one(DataType type) {
    return csv(true, optional("a", type), optional("b", Scalar.STRING));
  }

  private static Object taken(DataType type, String text) {
    return String.valueOf(one(type).rows("a,b\n" + text + ",x\n").getFirst().getFirst());
  }

  private static String refused(DataType type, String text) {
    return one(type).message("a,b\n" + text + ",x\n");
  }

  private static CsvOptions options() {
    return new CsvOptions().withHeader(true);
  }

  @Test
  void A108_withoutHeaderFieldsGoByPosition() {
    assertThat(cities(false).rows("A,1000\nB,2000\nC,3000\n"))
        .containsExactly(row("A", 1_000L), row("B", 2_000L), row("C", 3_000L));
  }

  @Test
  void A49_aDdlSchemaIsTheSame() {
    List<String> ddl = List.of("date TIMESTAMP", "city STRING", "population BIGINT");
    ReadStep step =
        new ReadStep.Csv(ddl, null, null, null, null, true, null, null, null, null, null);
    assertThat(Reading.of(step).named("data.csv").rows("date,city,population\n2020-01-01,A,1000\n"))
        .containsExactly(row(Instant.parse("2020-01-01T00:00:00Z"), "A", 1_000L));
    assertThat(Reading.of(step).as(InputFormat.NDJSON).rows("{\"city\": \"A\"}"))
        .containsExactly(row(null, "A", null));
  }

  @Test
  void B22_columnsGoByName() {
    assertThat(cities(true).rows("population,city\n1000,A\n")).containsExactly(row("A", 1_000L));
  }

  @Test
  void B23_emptyAndAbsentDifferWhereNullValueIsDeclared() {
    String text = "city,population\n\"\",1\n,2\nNULL,3\n\"NULL\",4\n";
    assertThat(cities(true).rows(text))
        .containsExactly(row(null, 1L), row(null, 2L), row("NULL", 3L), row("NULL", 4L));
    CsvOptions empty = options();
    empty.nullValue = "";
    assertThat(csv(empty, CITY, POPULATION).rows(text))
        .containsExactly(row("", 1L), row(null, 2L), row("NULL", 3L), row("NULL", 4L));
    CsvOptions named = options();
    named.nullValue = "NULL";
    assertThat(csv(named, CITY, POPULATION).rows(text))
        .containsExactly(row("", 1L), row("", 2L), row(null, 3L), row("NULL", 4L));
  }

  @Test
  void B24_declaredFormsAndEncodingAreRead() {
    CsvOptions options = options();
    options.encoding = "iso-8859-1";
    options.nullValue = "-";
    options.dateFormat = "dd.MM.yyyy";
    options.timestampFormat = "dd.MM.yyyy HH:mm";
    Reading reading =
        csv(
            options,
            optional("d", Scalar.DATE),
            optional("t", TIMESTAMP),
            optional("s", Scalar.STRING));
    assertThat(
            reading.rows(
                "d,t,s\n31.12.2020,31.12.2020 23:59,Köln\n-,-,-\n"
                    .getBytes(StandardCharsets.ISO_8859_1)))
        .containsExactly(
            row(LocalDate.of(2020, 12, 31), Instant.parse("2020-12-31T23:59:00Z"), "Köln"),
            row(null, null, null));
    assertThat(reading.failure("d,t,s\n31.02.2020,-,-\n"))
        .hasMessageContaining("Expected Date (dd.MM.yyyy), found \"31.02.2020\"");
    options.timestampFormat = "epoch-seconds";
    assertThat(csv(options, optional("t", TIMESTAMP)).rows("t\n1577926923\n1577926923.5\n"))
        .containsExactly(
            row(Instant.parse("2020-01-02T01:02:03Z")),
            row(Instant.parse("2020-01-02T01:02:03.500Z")));
  }

  @Test
  void B26_aByteOrderMarkIsDropped() {
    assertThat(cities(true).rows("\uFEFFcity,population\nA,1\n")).containsExactly(row("A", 1L));
  }

  @Test
  void B35_extraColumnsAreIgnoredAndCounted() {
    Reading reading = cities(true);
    assertThat(reading.rows("x,city,y,population\n1,A,2,3\n4,B,5,6\n"))
        .containsExactly(row("A", 3L), row("B", 6L));
    assertThat(reading.counts.ignoredFields()).isEqualTo(Map.of("x", 2L, "y", 2L));
  }

  @Test
  void BAD47_headersThatDoNotFit() {
    assertThat(cities(true).rows("city,population\n")).isEmpty();
    assertThat(cities(true).rows("city,population")).isEmpty();
    assertThat(cities(true).rows("")).isEmpty();
    assertThat(cities(true).message("A,1000\nB,2000\n"))
        .isEqualTo(
            "data.csv:1: The first line is not the header (found A, 1000)"
                + " (declared are city, population)");
    assertThat(cities(true).message("city,population\ncity,population\nA,1\n"))
        .isEqualTo("data.csv:2:1: Row 2 repeats the header (remove one of the two lines)");
    assertThat(cities(true).rows("city\nA\n")).containsExactly(row("A", null));
    assertThat(csv(true, required("city", Scalar.STRING), POPULATION).message("population\n1\n"))
        .contains("The header lacks the required column \"city\"", "found population");
  }

  @Test
  void BAD48_raggedRowsNameTheLine() {
    assertThat(cities(true).message("city,population\nA,1\nB\n"))
        .isEqualTo(
            "data.csv:3:1: Csv error: incorrect number of fields for line 3, expected 2 got 1");
    assertThat(cities(false).message("A,1,\nB,2\n"))
        .isEqualTo(
            "data.csv:1:1: Csv error: incorrect number of fields for line 1, expected 2 got 3");
    assertThat(cities(true).failure("city,population\n\"A\nB\",1\nC,1,1\nD\nE,1\n").details())
        .extracting(Throwable::getMessage)
        .containsExactly(
            "data.csv:4:1: Csv error: incorrect number of fields for line 4, expected 2 got 3",
            "data.csv:5:1: Csv error: incorrect number of fields for line 5, expected 2 got 1");
  }

  @Test
  void BAD49_quotesAreStrict() {
    assertThat(cities(true).message("city,population\nA,1\nx,\"B,1\nC,1\n"))
        .startsWith("data.csv:3:3: Csv error: the quote is never closed");
    assertThat(cities(true).message("city,population\nA\"B,1\n"))
        .startsWith("data.csv:2:2: Csv error: a quote inside a field");
    assertThat(cities(true).message("city,population\n1,\"A\"B\n"))
        .startsWith("data.csv:2:3: Csv error: something follows the quote");
    assertThat(cities(true).rows("city,population\n\"A \"\"B\"\"\",\"1\"\n\"\"\"\",2\n"))
        .containsExactly(row("A \"B\"", 1L), row("\"", 2L));
    assertThat(cities(true).message("city,population\n\"" + "x,1\n".repeat(3 << 20)))
        .startsWith("data.csv:2:1: Csv error: the quote is not closed within 8 MiB");
  }

  @Test
  void BAD49_aBackslashEscapesOnlyQuotesAndItself() {
    assertThat(cities(true).rows("city,population\n\"a\\\"b\\\\c\\n\",1\nC:\\n,2\n"))
        .containsExactly(row("a\"b\\c\\n", 1L), row("C:\\n", 2L));
    CsvOptions none = options();
    none.escape = "";
    assertThat(csv(none, CITY, POPULATION).rows("city,population\n\"C:\\\",1\n"))
        .containsExactly(row("C:\\", 1L));
    CsvOptions bare = options();
    bare.quote = "\u0001";
    assertThat(csv(bare, CITY, POPULATION).rows("city,population\n\"A\"B,1\n"))
        .containsExactly(row("\"A\"B", 1L));
  }

  @Test
  void BAD50_lineEndsInsideQuotesAreText() {
    assertThat(cities(true).rows("city,population\n\"A\nB\r\nC\rD\",1\n"))
        .containsExactly(row("A\nB\r\nC\rD", 1L));
    assertThat(cities(true).message("city,population\n\"A\nB\r\nC\rD\",1\nE,x\n"))
        .startsWith("data.csv:6:3, field \"population\": Expected Int64");
    assertThat(cities(true).message("city,population\n\"A\n\nB\",x\n"))
        .startsWith("data.csv:4:4, field \"population\": Expected Int64");
  }

  @Test
  void BAD51_anotherSeparatorIsGuessed() {
    assertThat(cities(true).failure("city;population\nA;1\n").hint())
        .isEqualTo("it looks separated by \";\"; declare it as `separator`");
    assertThat(cities(false).failure("A\t1\nB\t2\n").details().getFirst().hint())
        .isEqualTo("it looks separated by \"\\t\"; declare it as `separator`");
    assertThat(csv(true).failure("city;population\nA;1\n"))
        .hasMessageContaining("The header has one column")
        .hasMessageContaining("separated by \";\"");
  }

  @Test
  void BAD52_signsThatCannotBeAreRefused() {
    for (String sign : List.of(",,", "é", "\n", "\0", "\r\n")) {
      CsvOptions options = options();
      options.separator = sign;
      refusedAtDefinition(options);
      options.separator = null;
      options.quote = sign;
      refusedAtDefinition(options);
      options.quote = null;
      options.escape = sign;
      refusedAtDefinition(options);
    }
    CsvOptions empty = options();
    empty.separator = "";
    refusedAtDefinition(empty);
    empty.separator = null;
    empty.quote = "";
    refusedAtDefinition(empty);
    CsvOptions equal = options();
    equal.separator = "\"";
    refusedAtDefinition(equal);
    equal.separator = "\\";
    refusedAtDefinition(equal);
    equal.separator = ";";
    equal.escape = "\"";
    refusedAtDefinition(equal);
  }

  private static void refusedAtDefinition(CsvOptions options) {
    ReadStep step =
        new ReadStep.Csv(
            null,
            options.separator,
            null,
            options.quote,
            options.escape,
            true,
            null,
            null,
            null,
            null,
            null);
    assertThatThrownBy(() -> RowReaders.check(step))
        .isInstanceOf(CatchwaterException.class)
        .extracting(e -> ((CatchwaterException) e).code())
        .isEqualTo(ErrorCode.BAD_MANIFEST);
  }

  @Test
  void BAD53_otherEncodingsAreDeclaredOrRefused() {
    byte[] latin = "city,population\nKöln,1\n".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(cities(true).failure(latin))
        .hasMessageStartingWith("data.csv:2:2: Csv error: the text is not UTF-8 at byte 17")
        .hasMessageContaining("iso-8859-1, iso-8859-15, windows-1252, utf-16");
    CsvOptions options = options();
    for (String name : List.of("iso-8859-1", "windows-1252", "latin1")) {
      options.encoding = name;
      assertThat(csv(options, CITY, POPULATION).rows(latin)).containsExactly(row("Köln", 1L));
    }
    byte[] utf16 = "city,population\nKöln🚀,1\n".getBytes(StandardCharsets.UTF_16);
    assertThat(cities(true).failure(utf16))
        .hasMessageContaining("declare `encoding: utf-16`")
        .extracting(CatchwaterException::code)
        .isEqualTo(ErrorCode.BAD_ENCODING);
    options.encoding = "utf-16";
    assertThat(csv(options, CITY, POPULATION).rows(utf16)).containsExactly(row("Köln🚀", 1L));
    options.encoding = "us-ascii";
    assertThat(csv(options, CITY, POPULATION).failure(latin))
        .hasMessageContaining("Not US-ASCII at byte 17");
    options.encoding = "ebcdic";
    assertThat(csv(options, CITY, POPULATION).failure(latin))
        .hasMessageContaining("The encoding \"ebcdic\" is not known")
        .hasMessageContaining("utf-16be");
  }

  @Test
  void BAD54_onlyTheNullValueIsNull() {
    String text = "city,population\n,1\n\"\",2\nNULL,3\n\\N,4\n ,5\n";
    assertThat(cities(true).rows(text))
        .extracting(List::getFirst)
        .containsExactly(null, null, "NULL", "\\N", " ");
    CsvOptions options = options();
    options.nullValue = "\\N";
    assertThat(csv(options, CITY, POPULATION).rows(text))
        .extracting(List::getFirst)
        .containsExactly("", "", "NULL", null, " ");
    assertThat(csv(options, CITY, POPULATION).message("city,population\nA,\n"))
        .contains("field \"population\": Expected Int64", "found \"\"");
    assertThat(
            csv(true, required("city", Scalar.STRING), POPULATION).message("city,population\n,1\n"))
        .isEqualTo("data.csv:2:1, field \"city\": A value is required, but it is empty");
  }

  @Test
  void BAD55_numbersAreAsciiDigitsAndNothingElse() {
    for (String text :
        List.of(" 1", "1 ", "\"1,000\"", "1.0", "٣", "1e3", "$5", "+1", "0x1", "1_0")) {
      assertThat(refused(Scalar.INT64, text)).as(text).contains("field \"a\": Expected Int64");
    }
    assertThat(taken(Scalar.INT64, "007")).isEqualTo("7");
    assertThat(taken(Scalar.INT64, "-9223372036854775808")).isEqualTo("-9223372036854775808");
    assertThat(refused(Scalar.INT64, "9223372036854775808")).contains("out of range");
    for (String text :
        List.of(
            " 1.5",
            "\"1.000,5\"",
            "1.5.",
            "٣",
            "NaN",
            "inf",
            "1e",
            "1.5f",
            "1d",
            "0x1p3",
            ".",
            "-")) {
      assertThat(refused(Scalar.FLOAT64, text)).as(text).contains("Expected Float64");
    }
    assertThat(taken(Scalar.FLOAT64, "1e3")).isEqualTo("1000.0");
    assertThat(taken(Scalar.FLOAT64, "-12.50")).isEqualTo("-12.5");
    assertThat(taken(Scalar.FLOAT64, "0.1234567890123456789")).isEqualTo("0.12345678901234568");
    for (String text : List.of("TRUE", "true", "True")) {
      assertThat(taken(Scalar.BOOL, text)).isEqualTo("true");
    }
    for (String text : List.of("yes", "1", "t", " true")) {
      assertThat(refused(Scalar.BOOL, text)).contains("Expected Bool");
    }
    assertThat(taken(new DataType.Decimal(5, 2), "-123.4")).isEqualTo("-123.40");
    assertThat(refused(new DataType.Decimal(5, 2), "1.234")).contains("never rounded");
  }

  @Test
  void BAD56_formulasAreStoredAsTheyAre() {
    assertThat(cities(true).rows("city,population\n=cmd|'/c calc'!A1,1\n@x,2\n"))
        .extracting(List::getFirst)
        .containsExactly("=cmd|'/c calc'!A1", "@x");
  }

  @Test
  void BAD57_bytesThatAreNoTextAreRefused() {
    assertThat(cities(true).message("city,population\nA\0B,1\n"))
        .isEqualTo("data.csv:2:2: Csv error: the control character 0x00 is no text, at byte 17");
    assertThat(cities(true).message("city,population\n\"A\fB\",1\n"))
        .contains("0x0c", "at byte 18");
    assertThat(cities(true).failure(new byte[] {'c', 'i', 't', 'y', '\n', (byte) 0xFF, '\n'}))
        .hasMessageContaining("not UTF-8 at byte 5");
    assertThat(cities(true).rows("city,population\nA\tB,1\n")).containsExactly(row("A\tB", 1L));
  }

  @Test
  void BAD58_headersWithoutNamesAreRefused() {
    assertThat(cities(true).message("city,city\nA,1\n"))
        .isEqualTo("data.csv:1: The header has the column \"city\" twice");
    assertThat(cities(true).message("city,\nA,1\n"))
        .isEqualTo("data.csv:1: Column 2 of the header has no name");
    String many = IntStream.range(0, 5_000).mapToObj(i -> "c" + i).collect(Collectors.joining(","));
    assertThat(cities(true).message(many + "\n")).contains("more than 1000 columns");
    assertThat(cities(true).message("city,population,op\nA,1,0\n"))
        .contains("The column \"op\" is reserved for the system");
  }

  @Test
  void BAD59_everyLineEndIsTaken() {
    for (String text :
        List.of(
            "city,population\rA,1\rB,2\r",
            "city,population\rA,1\nB,2\r\n",
            "city,population\r\nA,1\r\nB,2",
            "\n\r\ncity,population\n\nA,1\r\r\nB,2\n\n")) {
      assertThat(cities(true).rows(text)).as(text).containsExactly(row("A", 1L), row("B", 2L));
    }
  }

  @Test
  void anySignCanSeparate() {
    for (String sign : List.of(";", "\t", "|", " ", ".", "-", ":", "1", "e", "'", "Z")) {
      CsvOptions options = new CsvOptions();
      options.separator = sign;
      Reading reading =
          csv(options, CITY, POPULATION, optional("x", Scalar.FLOAT64), optional("t", TIMESTAMP));
      String row =
          String.join(sign, "\"A" + sign + "\"", "\"7\"", "\"1.5\"", "\"2020-01-01T00:00:00Z\"");
      assertThat(reading.rows(row + "\n" + row))
          .as(sign)
          .hasSize(2)
          .contains(row("A" + sign, 7L, 1.5, Instant.parse("2020-01-01T00:00:00Z")));
    }
    CsvOptions dash = new CsvOptions();
    dash.separator = "-";
    assertThat(csv(dash, optional("a", Scalar.INT64), optional("b", Scalar.INT64)).rows("1-2\n"))
        .containsExactly(row(1L, 2L));
  }

  @Test
  void listsAreReadFromTheirJson() {
    DataType list = new DataType.ListOf(Scalar.INT32.optional(), null);
    Reading reading = csv(true, optional("l", list), optional("d", new DataType.Decimal(4, 2)));
    assertThat(reading.rows("l,d\n\"[1, null,2]\",1.5\n[],\n[3],-0.25\n"))
        .containsExactly(
            row(row(1, null, 2), new BigDecimal("1.50")),
            row(List.of(), null),
            row(row(3), new BigDecimal("-0.25")));
    assertThat(reading.message("l,d\n\"[1\",1\n")).contains("field \"l\"");
    assertThat(reading.message("l,d\n[1]x,1\n")).contains("field \"l\"");
    assertThat(reading.message("l,d\nx,1\n")).contains("Expected List");
  }
}
