package dev.catchwater.server.api;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.slice.ParquetSchemaText;
import dev.catchwater.odf.manifest.JsonText;
import dev.catchwater.odf.manifest.SchemaText;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.query.format.RowFormat;
import dev.catchwater.query.format.RowWriter;
import dev.catchwater.query.format.TableStyle;
import dev.catchwater.server.http.Call;
import dev.catchwater.server.http.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Rows and schemas in the forms that kamu's API has (kamu-behaviour §3.3), by kamu's names and
/// their kebab spelling.
final class RowText {
  private static final TableStyle NO_STYLE = new TableStyle(false, false, -1);

  private RowText() {}

  /// How rows are written.
  enum DataFormat {
    JSON_AOS("JsonAoS", RowFormat.JSON),
    JSON_SOA("JsonSoA", RowFormat.JSON_SOA),
    JSON_AOA("JsonAoA", RowFormat.JSON_AOA);

    private final String word;
    private final RowFormat format;

    DataFormat(String word, RowFormat format) {
      this.word = word;
      this.format = format;
    }

    /// Kamu's name.
    String word() {
      return word;
    }

    static DataFormat of(@Nullable String text) {
      if (text == null) {
        return JSON_AOS;
      }
      for (DataFormat format : values()) {
        if (isName(text, format.word)) {
          return format;
        }
      }
      throw unknown("dataFormat", text, "JsonAoS, JsonSoA, JsonAoA");
    }
  }

  /// How a schema is written.
  enum SchemaFormat {
    ARROW_JSON("ArrowJson"),
    ODF_JSON("OdfJson"),
    ODF_YAML("OdfYaml"),
    PARQUET("Parquet"),
    PARQUET_JSON("ParquetJson");

    private final String word;

    SchemaFormat(String word) {
      this.word = word;
    }

    /// Kamu's name.
    String word() {
      return word;
    }

    static SchemaFormat of(@Nullable String text) {
      if (text == null) {
        return ARROW_JSON;
      }
      for (SchemaFormat format : values()) {
        if (isName(text, format.word)) {
          return format;
        }
      }
      throw unknown("schemaFormat", text, "ArrowJson, OdfJson, OdfYaml, Parquet, ParquetJson");
    }

    /// The schema as JSON: a document where the format is one, else a text.
    String json(DataSchema schema) {
      return switch (this) {
        case ARROW_JSON -> ParquetSchemaText.arrowJson(schema);
        case ODF_JSON -> SchemaText.odfJson(schema);
        case PARQUET_JSON -> ParquetSchemaText.parquetJson(schema);
        case ODF_YAML -> quoted(SchemaText.odfYaml(schema));
        case PARQUET -> quoted(ParquetSchemaText.parquet(schema));
      };
    }
  }

  /// Rows that are pulled one batch after the other.
  @FunctionalInterface
  interface Rows {
    @Nullable RecordBatch next() throws IOException;
  }

  // `JsonAoS` is `json-aos` and `jsonaos` too.
  private static boolean isName(String text, String word) {
    String plain = text.toLowerCase(Locale.ROOT).replace("-", "");
    return plain.equals(word.toLowerCase(Locale.ROOT));
  }

  private static Refusal unknown(String what, String given, String known) {
    return Refusal.of(
        400,
        "bad-argument",
        "unknown variant `"
            + given.replaceAll("[^ -~]", "?")
            + "` of "
            + what
            + ", expected one of "
            + known);
  }

  private static String quoted(String text) {
    StringBuilder to = new StringBuilder();
    JsonText.quote(to, text);
    return to.toString();
  }

  /// Whether a schema is asked for, and in what form; null where it is not.
  static @Nullable SchemaFormat schemaFormat(Call call) {
    String text = call.parameter("schemaFormat");
    return text == null ? null : SchemaFormat.of(text);
  }

  /// `"data":[…],"dataFormat":"…"` and the schema where it is asked for.
  static void writeOutput(
      OutputStream out,
      @Nullable DataSchema schema,
      Rows rows,
      DataFormat format,
      @Nullable SchemaFormat schemaFormat)
      throws IOException {
    write(out, "\"data\":");
    if (schema == null) {
      write(out, "[]");
    } else {
      RowWriter writer = format.format.open(out, schema, NO_STYLE);
      for (RecordBatch batch = rows.next(); batch != null; batch = rows.next()) {
        writer.write(batch);
      }
      writer.finish();
    }
    write(out, ",\"dataFormat\":\"" + format.word + "\"");
    if (schemaFormat != null && schema != null) {
      write(out, ",\"schema\":" + schemaFormat.json(schema));
      write(out, ",\"schemaFormat\":\"" + schemaFormat.word + "\"");
    }
  }

  /// Rows as objects, one behind the other on lines of their own.
  static void writeObjects(OutputStream out, DataSchema schema, RecordBatch rows) {
    RowWriter writer = RowFormat.NDJSON.open(out, schema, NO_STYLE);
    writer.write(rows);
    writer.finish();
  }

  static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  /// What a reader accepts must be what is answered: JSON, unless it takes anything.
  ///
  /// @throws Refusal 406
  static void requireJsonAccepted(Call call) {
    String accept = call.header("Accept");
    if (accept == null || accept.isBlank()) {
      return;
    }
    for (String range : List.of(accept.toLowerCase(Locale.ROOT).split(",", -1))) {
      String type = range.split(";", -1)[0].strip();
      if (type.equals("*/*") || type.equals("application/*") || type.equals("application/json")) {
        return;
      }
    }
    throw Refusal.of(406, "not-acceptable", "The answer is application/json");
  }
}
