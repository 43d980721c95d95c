package dev.catchwater.ingest.read.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.odf.schema.TimeUnit;
import dev.catchwater.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Times by position against java.time.
class TimeTextTest {
  private static byte[] padded(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(bytes, bytes.length + 64);
    Arrays.fill(padded, bytes.length, padded.length, (byte) '\n');
    return padded;
  }

  private static @Nullable Instant parsed(String text) {
    TimeText time = new TimeText();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return time.parse(bytes, 0, bytes.length)
        ? Instant.ofEpochSecond(time.seconds(), time.nanos())
        : null;
  }

  private static @Nullable Instant scanned(String text) {
    TimeText time = new TimeText();
    int end = time.scan(padded(text), 0);
    return end == text.getBytes(StandardCharsets.UTF_8).length
        ? Instant.ofEpochSecond(time.seconds(), time.nanos())
        : null;
  }

  @Test
  void everyDayOfTenThousandYearsIsTheOneOfJavaTime() {
    LocalDate day = LocalDate.of(1, 1, 1);
    for (int i = 0; i < 3_652_059; i++) {
      LocalDate at = day.plusDays(i);
      if (TimeText.day(at.getYear(), at.getMonthValue(), at.getDayOfMonth()) != at.toEpochDay()) {
        assertThat(at).isNull();
      }
    }
    assertThat(TimeText.day(2023, 2, 29)).isEqualTo(TimeText.NO_DAY);
    assertThat(TimeText.day(1900, 2, 29)).isEqualTo(TimeText.NO_DAY);
    assertThat(TimeText.day(2000, 2, 29)).isNotEqualTo(TimeText.NO_DAY);
    assertThat(TimeText.day(2023, 4, 31)).isEqualTo(TimeText.NO_DAY);
    assertThat(TimeText.day(10_000, 1, 1)).isEqualTo(TimeText.NO_DAY);
    assertThat(TimeText.day(0, 1, 1)).isEqualTo(TimeText.NO_DAY);
  }

  @Seeded(iterations = 2)
  void agreesWithJavaTimeOnTimesWithEveryFault(RandomGenerator random) {
    for (int i = 0; i < 200_000; i++) {
      String text = broken(random, usual(random));
      Instant expected = plainly(text);
      assertThat(parsed(text)).as(text).isEqualTo(expected);
      Instant scanned = scanned(text);
      boolean isUsual = text.matches(".{10}[T ].{8}(\\.\\d{1,9})?Z");
      assertThat(scanned).as(text).isEqualTo(isUsual ? expected : null);
    }
  }

  private static String usual(RandomGenerator random) {
    Instant at =
        Instant.ofEpochSecond(
            random.nextLong(-62_135_596_800L, 253_402_300_799L), random.nextInt(1_000_000_000));
    String text = at.toString();
    return switch (random.nextInt(4)) {
      case 0 -> text;
      case 1 -> text.replace("Z", "+0" + random.nextInt(10) + ":" + random.nextInt(10, 70));
      case 2 -> text.replace("Z", "-" + random.nextInt(10, 30) + ":00");
      default -> text.substring(0, 19) + "Z";
    };
  }

  private static String broken(RandomGenerator random, String text) {
    if (random.nextInt(3) > 0) {
      return text;
    }
    char[] chars = text.toCharArray();
    chars[random.nextInt(chars.length)] = "0123456789-:TZ. +x".charAt(random.nextInt(18));
    return new String(chars);
  }

  private static final Pattern FORM =
      Pattern.compile(
          "(\\d{4}-\\d\\d-\\d\\d)[Tt ](\\d\\d:\\d\\d:\\d\\d)(?:\\.(\\d+))?"
              + "(?:[Zz]| ?([+-])(\\d\\d)(?::?(\\d\\d))?)?");

  /// The same by a regular expression and java.time.
  private static @Nullable Instant plainly(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches() || text.startsWith("0000") || matcher.group(2).startsWith("24")) {
      return null;
    }
    try {
      LocalDateTime local =
          LocalDateTime.of(LocalDate.parse(matcher.group(1)), LocalTime.parse(matcher.group(2)));
      String fraction = matcher.group(3) == null ? "" : matcher.group(3);
      long nanos = Long.parseLong((fraction + "000000000").substring(0, 9));
      int offset = 0;
      if (matcher.group(4) != null) {
        int minutes = matcher.group(6) == null ? 0 : Integer.parseInt(matcher.group(6));
        int hours = Integer.parseInt(matcher.group(5));
        if (hours > 23 || minutes > 59) {
          return null;
        }
        offset = (hours * 60 + minutes) * (matcher.group(4).equals("-") ? -60 : 60);
      }
      return local.toInstant(ZoneOffset.UTC).plusNanos(nanos).minusSeconds(offset);
    } catch (DateTimeException _) {
      return null;
    }
  }

  @Test
  void takesEveryFormThatKamuTakes() {
    Instant at = Instant.parse("2022-09-25T01:02:03Z");
    for (String text :
        new String[] {
          "2022-09-25 01:02:03",
          "2022-09-25T01:02:03",
          "2022-09-25T01:02:03Z",
          "2022-09-25t01:02:03z",
          "2022-09-25T02:02:03+01:00",
          "2022-09-25T00:02:03-01:00",
          "2022-09-24T17:02:03-0800",
          "2022-09-24 17:02:03-08",
          "2022-09-24 17:02:03 -08",
          "2022-09-25 01:02:03.000000000000"
        }) {
      assertThat(parsed(text)).as(text).isEqualTo(at);
    }
    assertThat(parsed("2022-09-25")).isEqualTo(Instant.parse("2022-09-25T00:00:00Z"));
  }

  @Test
  void refusesOtherFormsAndTimesThatDoNotExist() {
    for (String text :
        new String[] {
          "",
          "2022",
          "2022-09",
          "2022-9-25T01:02:03",
          "25/09/2022",
          "09-25-2022 01:02:03",
          "2020-13-01",
          "2020-02-30",
          "2020-00-10",
          "2020-01-00",
          "2020-01-01T24:00:00Z",
          "2020-01-01T23:59:60Z",
          "2020-01-01T23:60:00Z",
          "2020-01-01T01:02:03+25:00",
          "2020-01-01T01:02:03+24:00",
          "2020-01-01T01:02:03+01:60",
          "0000-01-01",
          "10000-01-01",
          "-001-01-01",
          "2020-01-01T01:02",
          "2020-01-01T01:02:03.Z",
          "2020-01-01T01:02:03ZZ",
          "2020-01-01T01:02:03 Z",
          "2020-01-01T1:02:03Z",
          "2020-01-01T01:02:03 PM",
          "２０２０-01-01"
        }) {
      assertThat(parsed(text)).as(text).isNull();
    }
  }

  @Test
  void datesHaveFourForms() {
    int day = (int) LocalDate.of(2020, 2, 3).toEpochDay();
    for (String text : new String[] {"2020-02-03", "2020-2-3", "2020-02-3", "20200203"}) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      assertThat(TimeText.parseDay(bytes, 0, bytes.length)).as(text).isEqualTo(day);
    }
    for (String text :
        new String[] {
          "",
          "2020",
          "2020-02",
          "2020-0203",
          "202002-3",
          "2020--1-1",
          "2020023",
          "2020-02-003",
          "20200230"
        }) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      assertThat(TimeText.parseDay(bytes, 0, bytes.length)).as(text).isEqualTo(TimeText.NO_DAY);
    }
  }

  @Test
  void cutsToTheUnitAndSaysSo() {
    byte[] bytes = "1969-12-31T23:59:59.1239999999Z".getBytes(StandardCharsets.UTF_8);
    TimeText time = new TimeText();
    assertThat(time.parse(bytes, 0, bytes.length)).isTrue();
    assertThat(time.in(TimeUnit.MILLISECOND)).isEqualTo(-877);
    assertThat(time.in(TimeUnit.NANOSECOND)).isEqualTo(-876_000_001);
    assertThat(time.isCutIn(TimeUnit.NANOSECOND)).isTrue();
    assertThat(time.in(TimeUnit.SECOND)).isEqualTo(-1);
  }

  @Test
  void patternsReadWhatTheyDeclare() {
    assertThat(by("dd.MM.yyyy HH:mm:ss", "03.02.2020 04:05:06")).isEqualTo("2020-02-03T04:05:06Z");
    assertThat(by("M/d/yy h:mm a", "2/3/69 12:05 AM")).isEqualTo("2069-02-03T00:05:00Z");
    assertThat(by("M/d/yy h:mm a", "12/31/70 11:05 pm")).isEqualTo("1970-12-31T23:05:00Z");
    assertThat(by("yyyy-MM-dd'T'HH:mm:ss[.S]XXX", "2020-02-03T04:05:06.5+01:00"))
        .isEqualTo("2020-02-03T03:05:06.500Z");
    assertThat(by("yyyy-MM-dd'T'HH:mm:ss[.S]XXX", "2020-02-03T04:05:06Z"))
        .isEqualTo("2020-02-03T04:05:06Z");
    assertThat(by("yyyyMMddHHmmssSSS", "20200203040506789")).isEqualTo("2020-02-03T04:05:06.789Z");
    assertThat(by("dd-MMM-yyyy", "03-fEb-2020")).isEqualTo("2020-02-03T00:00:00Z");
    assertThat(by("dd.MM.yyyy", "30.02.2020")).isEqualTo("null");
    assertThat(by("dd.MM.yyyy", "03.02.20201")).isEqualTo("null");
    assertThat(by("dd.MM.yyyy HH:mm", "03.02.2020 24:00")).isEqualTo("null");
  }

  private static String by(String pattern, String text) {
    TimeText time = new TimeText();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    TimePattern made = Objects.requireNonNull(TimePattern.of(pattern));
    return made.parse(bytes, 0, bytes.length, time)
        ? Instant.ofEpochSecond(time.seconds(), time.nanos()).toString()
        : "null";
  }

  @Test
  void patternsThatAreNotUnderstoodAreRefused() {
    for (String pattern : new String[] {"yyyy-MM-dd Q", "HH:mm", "yyyy 'T", "yyy", "yyyy[SSS]"}) {
      assertThatThrownBy(() -> TimePattern.of(pattern))
          .as(pattern)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(TimePattern.of(null)).isNull();
    assertThat(TimePattern.of("rfc3339")).isNull();
    assertThat(TimePattern.of("RFC3339")).isNull();
  }
}
