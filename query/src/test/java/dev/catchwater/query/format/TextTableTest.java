package dev.catchwater.query.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
  private static String drawn(TextTable table) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    table.write(out, false);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void A36_columnsAreAlignedShortenedAndHumanised() {
    TextTable table =
        new TextTable(List.of("num", "str", "bin", "time")).align(1, TextTable.Align.LEFT);
    table.add(
        Humanized.quantity(0),
        Shortened.middle("abcd", 5),
        Shortened.middle("aabb", 5),
        "2023-01-01T00:00:00Z");
    table.add(
        Humanized.quantity(1000),
        Shortened.middle("abcdefg", 5),
        Shortened.middle("aabbccddeeff", 5),
        "2023-01-02T00:00:00Z");
    assertThat(drawn(table))
        .isEqualTo(
            """
            ┌───────┬───────┬───────┬──────────────────────┐
            │  num  │  str  │  bin  │         time         │
            ├───────┼───────┼───────┼──────────────────────┤
            │     - │ abcd  │  aabb │ 2023-01-01T00:00:00Z │
            │ 1,000 │ ab…fg │ aa…ff │ 2023-01-02T00:00:00Z │
            └───────┴───────┴───────┴──────────────────────┘
            """);
  }

  @Test
  void aTableWithoutRowsHasAnEmptyOne() {
    assertThat(drawn(new TextTable(List.of("a", "long name"))))
        .isEqualTo(
            """
            ┌───┬───────────┐
            │ a │ long name │
            ├───┼───────────┤
            │   │           │
            └───┴───────────┘
            """);
  }

  @Test
  void wideAndCombiningCharactersKeepTheBoxStraight() {
    Rows rows = Rows.ofTexts("a", "日本", "🚀", "e\u0301", "ab");
    assertThat(rows.as(RowFormat.TABLE))
        .isEqualTo(
            """
            ┌──────┐
            │  a   │
            ├──────┤
            │ 日本 │
            │   🚀 │
            │    e\u0301 │
            │   ab │
            └──────┘
            """);
  }

  @Test
  void aCellMayHaveSeveralLines() {
    assertThat(Rows.ofTexts("a", "one\ntwelve", "x").as(RowFormat.TABLE))
        .isEqualTo(
            """
            ┌────────┐
            │   a    │
            ├────────┤
            │    one │
            │ twelve │
            │      x │
            └────────┘
            """);
  }

  @Test
  void B33_longTextIsCutByCodePoints() {
    String hundred = "🚀".repeat(100);
    String table = Rows.ofTexts("a", hundred).as(RowFormat.TABLE);
    assertThat(table).contains("│ " + "🚀".repeat(90) + "… │");
    String ninety = "ü".repeat(90);
    assertThat(Rows.ofTexts("a", ninety).as(RowFormat.TABLE)).contains("│ " + ninety + " │");
  }

  @Test
  void longBytesAreCutInTheMiddle() {
    Rows rows = new Rows().column("b", new DataType.Binary(null), "abcdefgh", "abcdef");
    assertThat(rows.as(RowFormat.TABLE)).contains("│ 616263…666768 │", "│  616263646566 │");
  }

  @Test
  void operationsAreNamedInTheirColumn() {
    Rows rows =
        new Rows()
            .column("offset", Scalar.INT64, 0L, 1L, 2L, 3L, 4L)
            .column("op", Scalar.INT32, 0, 1, 2, 3, 7);
    assertThat(rows.as(RowFormat.TABLE, TableStyle.PLAIN))
        .contains("│ +A │", "│ -R │", "│ -C │", "│ +C │", "│ ?? │");
    assertThat(rows.as(RowFormat.CSV, TableStyle.PLAIN))
        .isEqualTo("offset,op\n0,0\n1,1\n2,2\n3,3\n4,7");
  }

  @Test
  void listsStructsAndNullsInCells() {
    Rows rows =
        new Rows()
            .column(
                "l",
                new DataType.ListOf(Scalar.STRING.optional(), null),
                List.of("a", "", "ü"),
                List.of(),
                null)
            .column("n", Scalar.FLOAT64, 1.0, -2.5e300, 1e20);
    assertThat(rows.as(RowFormat.TABLE))
        .contains("│ [a, , ü] │      1.0 │", "│       [] │ -2.5e300 │", "│          │     1e20 │");
  }

  @Test
  void TH43_controlCharactersAreShownOnATerminal() {
    TableStyle terminal = new TableStyle(false, true, -1);
    String table =
        Rows.ofTexts("a\u001b", "x\u001b[31m\u202e\u009b\u007f").as(RowFormat.TABLE, terminal);
    assertThat(table).contains("a\\u001b", "x\\u001b[31m\\u202e\\u009b\\u007f");
    assertThat(table.codePoints().filter(TerminalText::isHarmful)).isEmpty();
    assertThat(TerminalText.visible("ü🚀\nx")).isEqualTo("ü🚀\nx");
  }

  @Test
  void theHeaderIsBoldWhereAskedFor() {
    TableStyle bold = new TableStyle(true, true, -1);
    assertThat(Rows.ofTexts("abc", "x").as(RowFormat.TABLE, bold))
        .contains("│ \033[1mabc\033[0m │\n")
        .contains("│   x │\n");
  }
}
