package dev.catchwater.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.ingest.read.cell.JsonScanner;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PayloadsTest {
  @TempDir Path folder;

  private static List<String> read(String body, EventFormat format, boolean keepsBad)
      throws IOException {
    List<String> values = new ArrayList<>();
    Payloads.Taker taker =
        new Payloads.Taker() {
          @Override
          public void take(JsonScanner scanner, byte[] b, int start, int end) {
            values.add(new String(b, start, end - start, StandardCharsets.UTF_8));
          }

          @Override
          public void takeBad(byte[] b, int start, int end) {
            values.add("bad " + new String(b, start, end - start, StandardCharsets.UTF_8));
          }
        };
    PushInput input = PushInput.bytes(null, body.getBytes(StandardCharsets.UTF_8));
    new Payloads(input, taker, keepsBad).read(format);
    return values;
  }

  @Test
  void linesOfAnyLengthAreRead() throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    StringBuilder body = new StringBuilder();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      int length = random.nextInt(i % 50 == 0 ? 200_000 : 2_000);
      String line = "{\"n\":" + i + ",\"x\":\"" + "ü".repeat(length) + "\"}";
      expected.add(line);
      body.append(line).append(random.nextBoolean() ? "\r\n" : "\n");
      body.append(random.nextInt(4) == 0 ? " \n" : "");
    }
    assertThat(read(body.toString(), EventFormat.NDJSON, false)).isEqualTo(expected);
    String last = "[1, 2]";
    assertThat(read(body + last, EventFormat.NDJSON, false)).hasSize(301).endsWith(last);
  }

  @Test
  void aLineThatIsNoValueIsRefusedOrKept() throws IOException {
    String body = "1\n{\"a\":1} x\n\"b\n2\n";
    assertThatThrownBy(() -> read(body, EventFormat.NDJSON, false))
        .isInstanceOfSatisfying(
            CatchwaterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.BAD_DATA);
              assertThat(String.valueOf(e.place())).isEqualTo("line 2");
            });
    assertThat(read(body, EventFormat.NDJSON, true))
        .containsExactly("1", "bad {\"a\":1} x", "bad \"b", "2");
  }

  @Test
  void aDocumentIsOneValueOrAnArray() throws IOException {
    assertThat(read(" {\"a\":\n[1]} \n", EventFormat.JSON, false)).containsExactly("{\"a\":\n[1]}");
    assertThat(read("[ 1 ,\n\"]\", [2,[]] ]", EventFormat.JSON, false))
        .containsExactly("1", "\"]\"", "[2,[]]");
    assertThat(read("[]", EventFormat.JSON, false)).isEmpty();
    assertThat(read(" \n", EventFormat.JSON, false)).isEmpty();
    for (String bad : List.of("[1", "[1,]", "[1] 2", "{\"a\":01}", "{\"a\":\"\\ud800\"}", "nul")) {
      assertThatThrownBy(() -> read(bad, EventFormat.JSON, false))
          .as(bad)
          .isInstanceOf(CatchwaterException.class);
    }
  }

  @Test
  void columnsOfNumbersKeepThemAsTheyWereWritten() throws IOException {
    String csv = "op,n,f,t\n1,9007199254740993,1.50,x\n2,,1e5,\"\"\n-3,7,0.1,\"q\"\"\"\n";
    assertThat(read(csv, EventFormat.CSV, false))
        .containsExactly(
            "{\"op\":1,\"n\":9007199254740993,\"f\":1.50,\"t\":\"x\"}",
            "{\"op\":2,\"n\":null,\"f\":1e5,\"t\":null}",
            "{\"op\":-3,\"n\":7,\"f\":0.1,\"t\":\"q\\\"\"}");
  }

  @Test
  void whatIsBelowTheRowsThatWereLookedAtMayBeAnything() throws IOException {
    StringBuilder csv = new StringBuilder("n,ok\n");
    for (int i = 0; i < 1_500; i++) {
      csv.append(i).append(",true\n");
    }
    csv.append("n/a,perhaps\n007,FALSE\n");
    List<String> rows = read(csv.toString(), EventFormat.CSV, false);
    assertThat(rows)
        .hasSize(1_502)
        .contains("{\"n\":\"n/a\",\"ok\":\"perhaps\"}", "{\"n\":\"007\",\"ok\":false}");
  }

  @Test
  void manyLinesGoToAFileThatGoesWithThem() throws IOException {
    byte[] row = ("{\"x\": \"" + "y".repeat(90_000) + "\"}").getBytes(StandardCharsets.UTF_8);
    try (RowLines lines = new RowLines(folder, true, true)) {
      for (int i = 0; i < 200; i++) {
        lines.add(new byte[] {'k'}, row, 0, row.length);
      }
      PushInput input = lines.input(null);
      byte[] all;
      try (InputStream in = input.open()) {
        all = in.readAllBytes();
      }
      assertThat(input.size()).isEqualTo(all.length).isGreaterThan(16 << 20);
      String text = new String(all, StandardCharsets.UTF_8);
      assertThat(text.lines()).hasSize(200);
      assertThat(text).startsWith("{\"op\":0,\"key\":\"k\",\"payload\":\"{\\\"x\\\":\\\"yy");
      assertThat(folder.toFile().list()).hasSize(1);
    }
    assertThat(folder.toFile().list()).isEmpty();
  }

  @Test
  void theHashOfRowsIsThatOfTheirContentNotOfTheirOrder() throws IOException {
    assertThat(hash("[{\"a\": 1},{\"b\":2}]")).isEqualTo(hash("[{\"b\":2},{\"a\":1}]"));
    assertThat(hash("[{\"a\":1}]")).isNotEqualTo(hash("[{\"a\":1},{\"a\":1}]"));
    assertThat(hash("[{\"a\":1}]")).isNotEqualTo(hash("[{\"a\":2}]"));
  }

  private String hash(String body) throws IOException {
    PushInput input = PushInput.bytes(null, body.getBytes(StandardCharsets.UTF_8));
    try (RowLines lines = new RowLines(folder, false, true)) {
      new Payloads(input, Rows.objects(lines, List.of()), false).read(EventFormat.JSON);
      return lines.contentHash().toString();
    }
  }
}
