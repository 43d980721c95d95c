package dev.catchwater.odf.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;

/// Manifests that are refused, each with file, line, column, field and the smallest fix: BAD1 to
/// BAD22 as far as one file without a workspace can meet them.
class ManifestErrorsTest {
  private static final String HEAD =
      """
      kind: DatasetSnapshot
      version: 1
      content:
        name: a
        kind: Root
        metadata:
      """;

  private static CatchwaterException error(byte[] bytes) {
    try {
      List<DatasetSnapshot> read = Manifests.readSnapshots("m.yaml", bytes);
      throw new AssertionError("accepted: " + read);
    } catch (CatchwaterException e) {
      return e;
    }
  }

  private static CatchwaterException error(String yaml) {
    return error(yaml.getBytes(StandardCharsets.UTF_8));
  }

  private static AbstractStringAssert<?> refused(String yaml) {
    return assertThat(error(yaml).getMessage());
  }

  /// A root dataset with one push source.
  private static String source(String read, String merge) {
    return HEAD + named("default", read, merge);
  }

  private static String named(String name, String read, String merge) {
    return "    - {kind: AddPushSource, sourceName: "
        + name
        + ", read: "
        + read
        + ", merge: "
        + merge
        + "}\n";
  }

  private static String ddl(String... columns) {
    StringBuilder list = new StringBuilder("{kind: NdJson, schema: [");
    for (String column : columns) {
      list.append('\'').append(column.replace("'", "''")).append("', ");
    }
    return list + "]}";
  }

  private static void accepted(String yaml) {
    assertThat(Manifests.readSnapshots("m.yaml", yaml.getBytes(StandardCharsets.UTF_8)))
        .isNotEmpty();
  }

  @Test
  void BAD1_aFileWithoutADocument() {
    for (String empty : List.of("", "\n\n", "# only\n# comments\n", "---\n", "---\n---\n...\n")) {
      refused(empty).startsWith("m.yaml: No manifest found in m.yaml");
    }
  }

  @Test
  void BAD2_brokenYamlHasItsLineColumnAndACaret() {
    refused("kind: DatasetSnapshot\n\tversion: 1\n")
        .startsWith("m.yaml:2:1: Not YAML")
        .contains("^");
    refused("kind: \"DatasetSnapshot\nversion: 1\n")
        .startsWith("m.yaml:3:1: Not YAML")
        .contains("^");
    refused("a: [1, 2\nb: 3\n").contains("m.yaml:2:");
  }

  @Test
  void BAD3_anUnknownKind() {
    refused(HEAD.replace("DatasetSnapshot", "DatasetSnapshots") + "    []")
        .isEqualTo(
            "m.yaml:1:7, field \"kind\": Unknown manifest kind 'DatasetSnapshots', expected"
                + " DatasetSnapshot (did you mean DatasetSnapshot?)");
    refused("kind: Repository\nversion: 1\ncontent: {}\n").contains("'Repository'");
    refused("[1]").contains("a list, expected a mapping");
  }

  @Test
  void BAD4_anotherVersion() {
    CatchwaterException e = error(HEAD.replace("version: 1", "version: 2") + "    []");
    assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED);
    assertThat(e)
        .hasMessage(
            "m.yaml:2:10, field \"version\": Manifest has version 2"
                + " (this program knows version 1)");
  }

  @Test
  void BAD5_anUnknownFieldIsNotIgnored() {
    CatchwaterException e =
        error(source("{kind: NdJson}", "{kind: Append}").replace("sourceName", "sorceName"));
    assertThat(e.plainMessage())
        .isEqualTo(
            "unknown field `sorceName`, expected one of `kind`, `sourceName`, `read`,"
                + " `preprocess`, `merge`");
    assertThat(e.hint()).isEqualTo("did you mean 'sourceName'?");
    assertThat(e.place()).isEqualTo(new Place("m.yaml", 7, 29, "content.metadata[0].sorceName"));
    refused("a: 1\n" + HEAD + "    []\n").contains("m.yaml:1:1", "unknown field `a`");
    refused(source("{kind: NdJson, schemas: []}", "{kind: Append}")).contains("'schema'");
  }

  @Test
  void BAD6_aMissingFieldIsNamedWithItsPath() {
    String good = source("{kind: NdJson}", "{kind: Append}");
    refused(good.replace(", merge: {kind: Append}", ""))
        .isEqualTo("m.yaml:7:7, field \"content.metadata[0].merge\": missing field `merge`");
    refused(good.replace(" read: {kind: NdJson},", ""))
        .contains("field \"content.metadata[0].read\": missing field `read`");
    refused(good.replace(" sourceName: default,", ""))
        .contains("field \"content.metadata[0].sourceName\": missing field `sourceName`");
    refused(good.replace("kind: NdJson", "encoding: utf8")).contains("missing field `kind`");
    refused(good.replace("default", "")).contains("missing field `sourceName`");
  }

  @Test
  void BAD7_keysThatCannotBeKeys() {
    String read = ddl("city STRING", "n INT");
    refused(source(read, "{kind: Ledger}")).contains("missing field `primaryKey`");
    refused(source(read, "{kind: Ledger, primaryKey: []}")).contains("The list is empty");
    refused(source(read, "{kind: Ledger, primaryKey: [citty]}"))
        .contains("Column 'citty' of primaryKey is not in the schema, which has city, n")
        .contains("did you mean 'city'?");
    refused(source(read, "{kind: Ledger, primaryKey: [n, n]}")).contains("'n' is named twice");
    accepted(source("{kind: NdJson}", "{kind: Ledger, primaryKey: [anything]}"));
  }

  @Test
  void BAD8_compareColumnsThatAreNoColumns() {
    refused(
            source(
                ddl("city STRING", "n INT"),
                "{kind: Snapshot, primaryKey: [city], compareColumns: [m]}"))
        .contains("Column 'm' of compareColumns is not in the schema, which has city, n");
    refused(source(ddl("city STRING"), "{kind: Snapshot, primaryKey: [city], compareColumns: []}"))
        .contains("The list is empty");
  }

  @Test
  void BAD9_columnsThatCannotBe() {
    refused(source(ddl("t TIMESTMP"), "{kind: Append}"))
        .contains("at character 3 of \"t TIMESTMP\"", "did you mean 'TIMESTAMP'?", "m.yaml:7:")
        .contains("field \"content.metadata[0].read.schema[0]\"");
    refused(source(ddl("a INT", "a INT"), "{kind: Append}")).contains("'a' is there twice");
    refused(source(ddl("a INT", "A INT"), "{kind: Append}"))
        .contains("Columns 'a' and 'A' differ only in case");
    for (String reserved : List.of("offset", "op", "system_time")) {
      refused(source(ddl(reserved + " INT"), "{kind: Append}"))
          .contains("conflicts with the system column name '" + reserved + "', which is reserved");
    }
    accepted(source(ddl("op INT", "k INT"), "{kind: UpsertStream, primaryKey: [k]}"));
    refused(source(ddl("k INT"), "{kind: ChangelogStream, primaryKey: [k]}"))
        .contains("ChangelogStream needs the column 'op'");
    refused(source(ddl("op STRING", "k INT"), "{kind: UpsertStream, primaryKey: [k]}"))
        .contains("holds operation types 0 to 3, but is of type String");
    refused(
            source(
                "{kind: Parquet, schema: {fields: [{name: a, type: Int64}, {name: a, type: Bool}]}}",
                "{kind: Append}"))
        .contains("Column 'a' is there twice");
    refused(source("{kind: Parquet, schema: {fields: []}}", "{kind: Append}"))
        .contains("at least one column");
  }

  @Test
  void columnsThatNoSliceCouldHold() {
    for (String type :
        List.of(
            "{kind: List, itemType: {kind: Struct, fields: [{name: x, type: Int64}]}}",
            "{kind: Option, inner: {kind: Map, keyType: String, valueType: Int64}}",
            "Duration",
            "{kind: Duration, unit: Second}",
            "'Null'",
            "{kind: Struct, fields: [{name: x, type: Duration}]}")) {
      refused(
              source(
                  "{kind: Parquet, schema: {fields: [{name: bad, type: " + type + "}]}}",
                  "{kind: Append}"))
          .contains("Column 'bad")
          .contains("cannot be stored");
    }
    accepted(
        source(
            "{kind: Parquet, schema: {fields: [{name: s, type: {kind: Struct, fields:"
                + " [{name: x, type: Int64}]}}]}}",
            "{kind: Append}"));
  }

  @Test
  void typesAreReadStrictly() {
    String read = "{kind: Parquet, schema: {fields: [{name: a, type: %s}]}}";
    refused(source(read.formatted("Int63"), "{kind: Append}"))
        .contains("unknown variant `Int63`, expected one of `Binary`", "did you mean 'Int64'?");
    refused(source(read.formatted("Decimal"), "{kind: Append}"))
        .contains("missing field `precision`");
    refused(source(read.formatted("{kind: Decimal, precision: 77, scale: 0}"), "{kind: Append}"))
        .contains("Value 77 is out of range (1 to 76)");
    refused(source(read.formatted("{kind: Decimal, precision: 5, scale: 6}"), "{kind: Append}"))
        .contains("Value 6 is out of range (0 to 5)");
    refused(
            source(
                read.formatted("{kind: Option, inner: {kind: Option, inner: Bool}}"),
                "{kind: Append}"))
        .contains("An option inside an option");
    refused(source(read.formatted("{kind: Int64, unit: Second}"), "{kind: Append}"))
        .contains("unknown field `unit`");
    refused(source("{kind: Csv, header: yes}", "{kind: Append}"))
        .contains("'yes', expected true or false");
  }

  @Test
  void BAD10_sqlInsteadOfAColumn() {
    refused(source(ddl("x INT); DROP TABLE y; --"), "{kind: Append}"))
        .contains("Expected the end of the column, found ')'");
  }

  @Test
  void BAD11_bothNotations() {
    refused(source("{kind: NdJson, ddlSchema: [a INT], schema: [a INT]}", "{kind: Append}"))
        .contains("Cannot specify both DDL and ODF schemas at once", "give one");
  }

  @Test
  void BAD12_sourcesThatDoNotGoTogether() {
    String first = source(ddl("a INT", "b STRING"), "{kind: Append}");
    refused(first + named("default", ddl("a INT", "b STRING"), "{kind: Append}"))
        .contains("m.yaml:8:", "Two push sources have the name 'default'");
    refused(first + named("other", ddl("a INT", "b DOUBLE"), "{kind: Append}"))
        .contains(
            "Push source 'other' and push source 'default' differ: column 'b' is Float64, in the"
                + " latter String");
    refused(first + named("other", ddl("a INT"), "{kind: Append}"))
        .contains("column 'b' is only in the latter");
    refused(first + named("other", ddl("a INT", "c STRING"), "{kind: Append}"))
        .contains("column 'c' stands where the latter has 'b'");
    accepted(first + named("other", ddl("a INT NOT NULL", "b TEXT"), "{kind: Append}"));
    refused(
            first
                + "    - {kind: SetDataSchema, schema: {fields: [{name: offset, type: Int64},"
                + " {name: op, type: Int32}, {name: system_time, type: Timestamp},"
                + " {name: event_time, type: Timestamp}, {name: a, type: Int32}]}}\n")
        .contains("Push source 'default' and SetDataSchema differ: column 'b'");
  }

  @Test
  void BAD13_sourcesWhereTheyDoNotBelong() {
    refused(source("{kind: NdJson}", "{kind: Append}").replace("kind: Root", "kind: Derivative"))
        .contains("AddPushSource event is only allowed on root datasets");
    refused(HEAD + "    - {kind: SetPollingSource}\n").contains("AddPushSource");
    refused(
            HEAD
                + "    - {kind: SetTransform, inputs: [{datasetRef: b}], transform: {kind: Sql,"
                + " engine: duckdb, query: select 1}}\n")
        .contains("only allowed on derivative datasets");
  }

  @Test
  void BAD14_eventsThatHaveNoPlaceInASnapshot() {
    for (String event :
        List.of(
            "{kind: DisablePushSource, sourceName: a}",
            "{kind: DisablePollingSource}",
            "{kind: Seed}",
            "{kind: AddData}",
            "{kind: ExecuteTransform}")) {
      refused(HEAD + "    - " + event + "\n")
          .contains("Invalid snapshot: Event is not allowed to appear in a DatasetSnapshot");
    }
    refused(HEAD + "    - {kind: SetVocabs}\n").contains("did you mean 'SetVocab'?");
  }

  @Test
  void BAD15_eventTimesThatAreNoTimes() {
    String vocab = "    - {kind: SetVocab, eventTimeColumn: t}\n";
    refused(source(ddl("a INT"), "{kind: Append}") + vocab)
        .contains("m.yaml:8:41", "Event time column 't' is not in the schema of any push source");
    refused(source(ddl("t STRING"), "{kind: Append}") + vocab)
        .contains(
            "Bad input schema: Event time column 't' should be either Date or Timestamp, but"
                + " found: String");
    accepted(source(ddl("t DATE"), "{kind: Append}") + vocab);
    accepted(source("{kind: NdJson}", "{kind: Append}") + vocab);
    refused(HEAD + "    - {kind: SetVocab, eventTimeColumn: op}\n")
        .contains("Two system columns have the name 'op'");
  }

  @Test
  void BAD17_hostileYamlIsRefusedAtOnce() {
    error("a: 1"); // so that classes are loaded before anything is timed
    StringBuilder laughs = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 10; i++) {
      String before = "*a" + (i - 1);
      laughs.append("a").append(i).append(": &a").append(i).append(" [");
      laughs.append((before + ", ").repeat(9)).append(before).append("]\n");
    }
    quickly(laughs.toString(), ErrorCode.LIMIT_EXCEEDED, "100000 values");
    String wide = "x: &x [" + "y, ".repeat(20_000) + "]\n";
    quickly(wide + "z: [" + "*x, ".repeat(20) + "]\n", ErrorCode.LIMIT_EXCEEDED, "100000 values");
    String one = "a: &a 1\nb: [" + "*a, ".repeat(60) + "]\n";
    quickly(one, ErrorCode.LIMIT_EXCEEDED, "more than 50 aliases");
    quickly("[".repeat(10_000), ErrorCode.LIMIT_EXCEEDED, "deeper than 64");
    quickly("a:\n" + nested(10_000), ErrorCode.LIMIT_EXCEEDED, "deeper than 64");
    quickly("x".repeat(50_000_000), ErrorCode.LIMIT_EXCEEDED, "50000000 bytes");
    quickly("kind: !!java.net.URL [http://x]", ErrorCode.BAD_MANIFEST, "Tag 'tag:yaml.org");
    quickly("kind: !!str DatasetSnapshot", ErrorCode.BAD_MANIFEST, "is refused");
    quickly("kind: a\nkind: b\n", ErrorCode.BAD_MANIFEST, "m.yaml:2:1: Key 'kind' is there twice");
    quickly("a: &a {<<: *a}\n", ErrorCode.BAD_MANIFEST, "Alias '*a' stands for nothing");
    quickly("a: &a {b: 1}\nc: {<<: *a}\n", ErrorCode.BAD_MANIFEST, "unknown field `a`");
    quickly("? [a, b]\n: c\n", ErrorCode.BAD_MANIFEST, "A key has to be a plain text");
  }

  private static String nested(int depth) {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i < 200 && i < depth; i++) {
      text.append(" ".repeat(i)).append("a:\n");
    }
    return text.toString();
  }

  private static void quickly(String yaml, ErrorCode code, String message) {
    byte[] bytes = yaml.getBytes(StandardCharsets.UTF_8);
    // CPU time, and the best of some rounds: other processes of the machine do not count.
    ThreadMXBean clock = ManagementFactory.getThreadMXBean();
    Duration best = Duration.ofDays(1);
    for (int i = 0; i < 8; i++) {
      long start = clock.getCurrentThreadCpuTime();
      CatchwaterException e = error(bytes);
      Duration took = Duration.ofNanos(clock.getCurrentThreadCpuTime() - start);
      best = took.compareTo(best) < 0 ? took : best;
      assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
      assertThat(e).hasMessageContaining(message);
    }
    assertThat(best).as(message).isLessThan(Duration.ofMillis(100));
  }

  @Test
  void BAD18_onlyUtf8() {
    String good = source("{kind: NdJson}", "{kind: Append}");
    accepted("\ufeff" + good);
    for (Charset charset : List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE)) {
      CatchwaterException e = error(good.getBytes(charset));
      assertThat(e.code()).isEqualTo(ErrorCode.BAD_ENCODING);
      assertThat(e).hasMessageContaining("Not UTF-8 at byte ");
    }
    assertThat(error(("# é\n" + good).getBytes(StandardCharsets.ISO_8859_1)))
        .hasMessage("m.yaml: Not UTF-8 at byte 3 (save the manifest as UTF-8)");
    assertThat(error(new byte[] {'a', (byte) 0xe2, (byte) 0x82}))
        .hasMessageContaining("Not UTF-8 at byte 2");
    refused("a: \u0001\n").contains("U+0001 cannot stand in YAML");
  }

  @Test
  void BAD19_aBadSecondDocumentIsCounted() {
    String good = source("{kind: NdJson}", "{kind: Append}");
    refused(good + "---\n" + good.replace("Append", "Apend"))
        .isEqualTo(
            "m.yaml:15:86, field \"content.metadata[0].merge.kind\": Document 2: unknown variant"
                + " `Apend`, expected one of `Append`, `Ledger`, `Snapshot`, `ChangelogStream`,"
                + " `UpsertStream` (did you mean 'Append'?)");
    assertThat(
            Manifests.readSnapshots(
                "m.yaml", (good + "---\n---\n" + good).getBytes(StandardCharsets.UTF_8)))
        .hasSize(2);
  }

  @Test
  void BAD21_jsonIsYaml() {
    accepted(
        """
        {"kind": "DatasetSnapshot", "version": 1, "content": {"name": "a", "kind": "Root",
         "metadata": [{"kind": "SetInfo", "description": "tab\\tand \\u00e9", "keywords": null}]}}
        """);
  }

  @Test
  void BAD22_wordsAreWhatTheyAreWrittenAs() {
    for (String name : List.of("no", "on", "0o17", "2024-01-01", "1e3", "12", "true")) {
      DatasetSnapshot snapshot =
          Manifests.readSnapshots(
                  "m.yaml",
                  (HEAD.replace("name: a", "name: " + name) + "    []\n")
                      .getBytes(StandardCharsets.UTF_8))
              .getFirst();
      assertThat(snapshot.name()).hasToString(name);
    }
    refused(HEAD.replace("name: a", "name: 1_000") + "    []\n")
        .contains("m.yaml:4:9, field \"content.name\": Value '1_000' is not a valid DatasetName");
    refused(HEAD.replace("name: a", "name:") + "    []\n").contains("missing field `name`");
  }

  @Test
  void BAD52_csvCharactersThatCannotSplit() {
    for (String option :
        List.of(
            "separator: ''",
            "separator: ab",
            "separator: é",
            "quote: ab",
            "quote: ''",
            "escape: ab",
            "separator: \"\\n\"")) {
      refused(source("{kind: Csv, " + option + "}", "{kind: Append}"))
          .contains("has to be one ASCII character");
    }
    refused(source("{kind: Csv, separator: '\"'}", "{kind: Append}")).contains("has to differ");
    refused(source("{kind: Csv, separator: ';', quote: ';'}", "{kind: Append}"))
        .contains("has to differ");
    accepted(source("{kind: Csv, separator: \"\\t\", escape: ''}", "{kind: Append}"));
    accepted(source("{kind: Csv, quote: \"'\", escape: \"'\"}", "{kind: Append}"));
    accepted(source("{kind: Csv, quote: \"\\x01\"}", "{kind: Append}"));
  }

  @Test
  void BAD22_aNullWordIsNoTextWithoutQuotes() {
    for (String word : List.of("NULL", "Null", "null")) {
      refused(source("{kind: Csv, nullValue: " + word + "}", "{kind: Append}"))
          .contains(word + " without quotes is YAML's null, not a text")
          .contains("write \"" + word + "\" for the text, or leave the line out")
          .contains("read.nullValue");
      accepted(source("{kind: Csv, nullValue: \"" + word + "\"}", "{kind: Append}"));
    }
    for (String word : List.of("NULL", "Null")) {
      refused(source("{kind: Json, subPath: " + word + "}", "{kind: Append}"))
          .contains("is YAML's null")
          .contains("read.subPath");
    }
    refused(HEAD.replace("name: a", "name: NULL") + "    []\n")
        .contains("m.yaml:4:9", "missing field `name`: NULL without quotes is YAML's null");
    refused(source("{kind: NdJson}", "{kind: Ledger, primaryKey: [id, Null]}"))
        .contains("Null without quotes is YAML's null");
    accepted(source("{kind: Json, subPath: null}", "{kind: Append}"));
    accepted(source("{kind: Csv, nullValue: }", "{kind: Append}"));
    accepted(source("{kind: Csv, nullValue: ~, encoding: ~}", "{kind: Append}"));
  }

  @Test
  void preprocessIsNormalizedOrRefused() {
    String read = "{kind: NdJson}, preprocess: {kind: Sql, engine: duckdb%s}";
    refused(source(read.formatted(", query: a, queries: [{query: a}]"), "{kind: Append}"))
        .contains("Cannot specify both query and queries at once");
    refused(source(read.formatted(""), "{kind: Append}")).contains("missing field `queries`");
    refused(source(read.formatted(", queries: []"), "{kind: Append}")).contains("at least one");
    refused(source(read.formatted(", queries: [{alias: x, query: a}]"), "{kind: Append}"))
        .contains("Last query in a transform must have no alias");
    refused(source(read.formatted(", queries: [{query: a}, {query: b}]"), "{kind: Append}"))
        .contains("all queries except the last one must have aliases");
  }

  /// The parser failed with an exception of its own where the text ends before the digits.
  @Test
  void T25_anEscapeThatIsCutOffIsRefused() {
    for (String escape :
        new String[] {"\\u", "\\x", "\\U", "\\U00110000", "\\UFFFFFFFF", "\\uD800"}) {
      for (String end : new String[] {"", "\"", "\n", "]"}) {
        refused("[\"a" + escape + end).contains("m.yaml");
      }
    }
  }
}
