package dev.catchwater.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// CSV that must be refused with its place, or taken as it is meant: BAD47 to BAD59.
class BadCsvTest {
  @TempDir Path folder;
  private Sandbox sandbox;

  @BeforeEach
  void open() {
    sandbox = Sandbox.in(folder);
    dataset("x", Samples.csv("a STRING", "n INT64", "b STRING"));
  }

  private void dataset(String name, String read) {
    sandbox.pipe(Samples.dataset(name, read, "{kind: Append}", null), "add", "--stdin").succeeded();
  }

  private Outcome refused(String dataset, String rows) {
    return refused(dataset, rows.getBytes(StandardCharsets.UTF_8));
  }

  private Outcome refused(String dataset, byte[] rows) {
    Path data = sandbox.dataset(dataset);
    Map<String, Long> before = sandbox.files(data);
    Outcome outcome = sandbox.pipe(rows, "ingest", dataset, "--stdin").refused();
    assertThat(sandbox.files(data)).isEqualTo(before);
    return outcome;
  }

  private Outcome refused(String rows) {
    return refused("x", rows);
  }

  private List<String> taken(String rows) {
    int before = sandbox.rows("x").size();
    sandbox.push("x", rows).succeeded();
    return values("x", before);
  }

  private List<String> values(String dataset, int from) {
    return sandbox.rowsFrom(dataset, from).stream().map(row -> row.split(",", 5)[4]).toList();
  }

  private Outcome definition(String options) {
    String read = "{kind: Csv, " + options + Samples.fields("a STRING") + "}";
    return sandbox.pipe(Samples.dataset("y", read, "{kind: Append}", null), "add", "--stdin");
  }

  @Test
  void BAD47_headers() {
    sandbox.push("x", "a,n,b\n").succeeded();
    assertThat(sandbox.rows("x")).isEmpty();
    refused("one,1,two\nthree,3,four\n").says("header");
    refused("a,n,b\none,1,x\na,n,b\n").says("line 3");
    assertThat(taken("n,b,a\n1,x,one\n")).containsExactly("one,1,x");
    assertThat(taken("a,n,b,more\none,1,x,y\n")).containsExactly("one,1,x");
    assertThat(taken("a,n\none,1\n")).containsExactly("one,1,");
  }

  @Test
  void BAD48_raggedRows() {
    refused("a,n,b\none,1\n").says("line 2", "3", "2");
    refused("a,n,b\none,1,x,y\n").says("line 2", "3", "4");
  }

  @Test
  void BAD49_quotes() {
    refused("a,n,b\none,1,\"never closed\nand on\n").says("line 2, column 7");
    refused("a,n,b\none,1,\"x\"y\n").says("line 2");
    assertThat(taken("a,n,b\n\"say \"\"hi\"\"\",1,x\n")).containsExactly("\"say \"\"hi\"\"\",1,x");
  }

  @Test
  void BAD50_newlinesInsideQuotes() {
    sandbox.push("x", "a,n,b\n\"two\nlines\",1,\"three\r\nmore\"\n").succeeded();
    assertThat(sandbox.run("tail", "x", "-o", "ndjson").succeeded().out())
        .contains("\"a\":\"two\\nlines\"")
        .contains("\"b\":\"three\\r\\nmore\"");
  }

  @Test
  void BAD51_anotherSeparator() {
    refused("a;n;b\none;1;x\n").says(";");
    refused("a\tn\tb\none\t1\tx\n").says("separator");
  }

  @Test
  void BAD52_optionsThatCannotWork() {
    for (String options :
        new String[] {
          "separator: \"\"",
          "separator: \";;\"",
          "separator: é",
          "quote: \"''\"",
          "quote: \"\"",
          "separator: \";\", quote: \";\"",
          "escape: \"ab\""
        }) {
      assertThat(definition(options).exit()).as(options).isEqualTo(1);
    }
    assertThat(sandbox.datasets()).containsExactly("x");
  }

  @Test
  void BAD53_encodings() {
    refused("x", "a,n,b\né,1,x\n".getBytes(StandardCharsets.ISO_8859_1)).says("UTF-8");
    refused("x", "a,n,b\none,1,x\n".getBytes(StandardCharsets.UTF_16LE));
    assertThat(taken("\uFEFFa,n,b\none,1,x\n")).containsExactly("one,1,x");
    definition("encoding: klingon").refused().says("klingon", "utf8");
  }

  @Test
  void BAD54_whatIsNull() {
    sandbox.push("x", "a,n,b\n,1,\"\"\nNULL,2,\\N\n").succeeded();
    assertThat(sandbox.run("tail", "x", "-o", "ndjson").succeeded().out())
        .contains("\"a\":null,\"n\":1,\"b\":null")
        .contains("\"a\":\"NULL\",\"n\":2,\"b\":\"\\\\N\"");
    String read = "{kind: Csv, header: true, nullValue: \"NULL\"";
    dataset("y", read + Samples.fields("a STRING") + "}");
    sandbox.push("y", "a\nNULL\nnull\n").succeeded();
    assertThat(sandbox.run("tail", "y", "-o", "ndjson").succeeded().out())
        .contains("\"a\":null", "\"a\":\"null\"");
  }

  @Test
  void BAD55_numbersThatAreNone() {
    for (String bad :
        new String[] {" 1 ", "\"1,000\"", "\"1.000,5\"", "٣", "$5", "1.5", "0x1", "--1"}) {
      refused("a,n,b\none," + bad + ",x\n").says("line 2", "\"n\"");
    }
    dataset("y", Samples.csv("t BOOL"));
    refused("y", "t\nyes\n").says("line 2", "\"t\"");
    refused("y", "t\n1\n").says("line 2", "\"t\"");
    sandbox.push("y", "t\nTRUE\nfalse\n").succeeded();
    assertThat(values("y", 0)).containsExactly("true", "false");
  }

  @Test
  void BAD56_formulasAreText() {
    assertThat(taken("a,n,b\n=cmd|' /C calc'!A0,1,@x\n"))
        .containsExactly("=cmd|' /C calc'!A0,1,@x");
  }

  @Test
  void BAD57_bytesThatAreNoText() {
    refused("x", new byte[] {'a', ',', 'n', ',', 'b', '\n', (byte) 0xff, ',', '1', ',', 'x', '\n'})
        .says("UTF-8");
    refused("a,n,b\no\0ne,1,x\n").says("line 2");
  }

  @Test
  void BAD58_headersThatCannotBe() {
    refused("a,n,a\none,1,x\n").says("a");
    dataset("y", "{kind: Csv, header: true}");
    refused("y", "a,,b\none,1,x\n").says("Column 2");
    refused("y", "c,".repeat(5_000) + "c\n");
  }

  @Test
  void BAD59_carriageReturns() {
    assertThat(taken("a,n,b\rone,1,x\rtwo,2,y\r")).containsExactly("one,1,x", "two,2,y");
    assertThat(taken("a,n,b\r\none,1,x\ntwo,2,y\r")).containsExactly("one,1,x", "two,2,y");
  }
}
