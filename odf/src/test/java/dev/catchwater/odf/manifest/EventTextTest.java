package dev.catchwater.odf.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.Golden;
import dev.catchwater.odf.codec.MetadataBlockCodec;
import dev.catchwater.odf.event.MetadataBlock;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.SetAttachments;
import dev.catchwater.odf.event.MetadataEvent.SetDataSchema;
import dev.catchwater.odf.event.MetadataEvent.SetInfo;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.ExtraAttributes;
import dev.catchwater.odf.schema.Scalar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Logs and schemas as text: the same bytes as kamu's for every golden dataset.
class EventTextTest {
  private static final Multihash HASH = Multihash.sha3(new byte[0]);

  private static String log(Path dataset, BiFunction<Multihash, MetadataBlock, String> text)
      throws IOException {
    StringBuilder log = new StringBuilder();
    @Nullable Multihash hash = Multihash.parse(Files.readString(dataset.resolve("refs/head")));
    while (hash != null) {
      MetadataBlock block =
          MetadataBlockCodec.decode(
              Files.readAllBytes(dataset.resolve("blocks").resolve(hash.toString())));
      log.append(text.apply(hash, block));
      hash = block.prevBlockHash();
    }
    return log.toString();
  }

  private static String yaml(MetadataEvent event) {
    return EventText.yaml(
        HASH, new MetadataBlock(Instant.parse("2020-01-01T00:00:00Z"), HASH, 7, event));
  }

  private static String description(String text) {
    String yaml = yaml(new SetInfo(text, null));
    return yaml.substring(yaml.indexOf("description:"), yaml.length() - 2);
  }

  @Test
  void logsAreTheSameAsKamus() throws IOException {
    List<Path> logs = Golden.files("*/log.txt");
    assertThat(logs).hasSizeGreaterThan(7);
    for (Path log : logs) {
      Path dataset = log.resolveSibling("dataset");
      assertThat(log(dataset, EventText::shell)).isEqualTo(Files.readString(log));
      assertThat(log(dataset, EventText::yaml))
          .isEqualTo(Files.readString(log.resolveSibling("log.yaml")));
    }
  }

  @Test
  void schemasAreTheSameAsKamus() throws IOException {
    for (Path expected : Golden.files("*/schema.odf.yaml")) {
      StringBuilder found = new StringBuilder();
      log(
          expected.resolveSibling("dataset"),
          (_, block) -> {
            if (block.event() instanceof SetDataSchema(_, DataSchema schema) && schema != null) {
              found.append(SchemaText.odfYaml(schema));
            }
            return "";
          });
      assertThat(found).hasToString(Files.readString(expected));
    }
  }

  @Test
  void aSchemaIsOneLineOfJson() {
    DataSchema schema =
        new DataSchema(
            List.of(
                DataField.of("offset", Scalar.INT64),
                new DataField(
                    "a\"b",
                    new DataType.Option(new DataType.Decimal(18, 4)),
                    new ExtraAttributes("{\"x.y/z\":{\"n\":1.5,\"t\":[true,null,\"s\"]}}"))),
            null);
    assertThat(SchemaText.odfJson(schema))
        .isEqualTo(
            "{\"fields\":[{\"name\":\"offset\",\"type\":{\"kind\":\"Int64\"}},"
                + "{\"name\":\"a\\\"b\",\"type\":{\"kind\":\"Option\",\"inner\":"
                + "{\"kind\":\"Decimal\",\"precision\":18,\"scale\":4}},"
                + "\"extra\":{\"x.y/z\":{\"n\":1.5,\"t\":[true,null,\"s\"]}}}]}");
    assertThat(SchemaText.odfYaml(schema))
        .isEqualTo(
            """
            fields:
            - name: offset
              type:
                kind: Int64
            - name: a"b
              type:
                kind: Option
                inner:
                  kind: Decimal
                  precision: 18
                  scale: 4
              extra:
                x.y/z:
                  n: 1.5
                  t:
                  - true
                  - null
                  - s
            """);
  }

  @Test
  void aBlockIsOneLineOfJson() {
    MetadataBlock block =
        new MetadataBlock(
            Instant.parse("2020-01-01T00:00:00.5Z"), null, 0, new SetInfo("d", List.of("k")));
    assertThat(EventText.json(HASH, block))
        .isEqualTo(
            "{\"blockHash\":\""
                + HASH
                + "\",\"block\":{\"systemTime\":\"2020-01-01T00:00:00.500Z\",\"sequenceNumber\":0,"
                + "\"event\":{\"kind\":\"SetInfo\",\"description\":\"d\",\"keywords\":[\"k\"]}}}");
  }

  @Test
  void textsAreQuotedWhereYamlWouldTakeThemForSomethingElse() {
    for (String plain :
        List.of(
            "a",
            "a b",
            "-a",
            "2020-01-01",
            "1.2.3",
            "x: y".replace(": ", ":"),
            "a#b",
            "it's",
            "1a",
            "é",
            "0x",
            "1_000",
            "n",
            "No")) {
      assertThat(description(plain)).isEqualTo("description: " + plain + "\n");
    }
    for (String quoted :
        List.of(
            "", "true", "null", "~", "12", "-1", "+1", "007", "1.5", "1e3", ".5", "0x1F", "0o17",
            "- a", "a: b", "a #b", "#a", "*a", "&a", "[a", "@a", "%a", " a", "a ", "a:", "---",
            ".inf")) {
      assertThat(description(quoted)).isEqualTo("description: '" + quoted + "'\n");
    }
    assertThat(description("'a")).isEqualTo("description: '''a'\n");
    assertThat(description("a\tb\u001b")).isEqualTo("description: \"a\\tb\\e\"\n");
    assertThat(description("a \nb")).isEqualTo("description: \"a \\nb\"\n");
  }

  @Test
  void severalLinesAreALiteralBlock() {
    assertThat(description("a\nb\n")).isEqualTo("description: |\n      a\n      b\n");
    assertThat(description("a\nb")).isEqualTo("description: |-\n      a\n      b\n");
    assertThat(description("a\n\nb\n\n")).isEqualTo("description: |+\n      a\n\n      b\n\n");
    assertThat(description("  a\nb")).isEqualTo("description: |2-\n        a\n      b\n");
  }

  @Test
  void whatIsWrittenIsReadBackAsTheSameText() {
    for (String text :
        List.of(
            "a\nb\n",
            "a\nb",
            "a\n\nb\n\n",
            "  a\nb",
            "x: y",
            "true",
            "a \nb",
            "a\tb\u0000",
            "\n",
            "\n\na",
            "it's \"q\"",
            "\ud83d\ude00",
            "\u0085",
            "#",
            "")) {
      String document = yaml(new SetAttachments(List.of(new MetadataEvent.Attachment("p", text))));
      String yaml = document.substring(0, document.length() - 2); // the lines between two blocks
      YamlField root =
          new YamlField(
              "f", "", YamlText.documents("f", yaml.getBytes(StandardCharsets.UTF_8)).getFirst());
      YamlField item =
          root.require("content")
              .require("event")
              .require("attachments")
              .require("items")
              .items()
              .getFirst();
      assertThat(item.text("content")).isEqualTo(text);
    }
  }

  @Test
  void theShellFormNeverWritesControlCharacters() {
    MetadataBlock block =
        new MetadataBlock(Instant.EPOCH, HASH, 1, new SetInfo("a\u001b[31mb", null));
    assertThat(EventText.shell(HASH, block)).contains("Description: a\ufffd[31mb\n");
  }
}
