package dev.catchwater.columnar.slice;

import dev.catchwater.columnar.parquet.Annotation;
import dev.catchwater.columnar.parquet.ParquetSchema;
import dev.catchwater.columnar.parquet.PhysicalType;
import dev.catchwater.columnar.parquet.SchemaElement;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.TimeUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A schema as text, as kamu's `inspect schema` prints it for each output format. All but Arrow's
/// form show what Parquet makes of the types. Stateless.
public final class ParquetSchemaText {
  private final List<SchemaElement> elements;
  private final StringBuilder text = new StringBuilder();
  private int next;

  private ParquetSchemaText(DataSchema schema) {
    this.elements = ParquetSchema.of(schema).elements();
  }

  /// `message arrow_schema { … }` as parquet-rs prints it; ends with a line feed.
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException `UNSUPPORTED` for a type that has no
  ///   place in a slice, here and below
  public static String parquet(DataSchema schema) {
    ParquetSchemaText printer = new ParquetSchemaText(schema);
    SchemaElement root = printer.elements.get(printer.next++);
    printer.text.append("message ").append(root.name()).append(" {\n");
    for (int i = 0; i < root.childCount(); i++) {
      printer.message(1);
    }
    return printer.text.append("}\n").toString();
  }

  /// The Parquet schema as one line of JSON, ends with a line feed.
  public static String parquetJson(DataSchema schema) {
    ParquetSchemaText printer = new ParquetSchemaText(schema);
    printer.json(true);
    return printer.text.append('\n').toString();
  }

  /// Spark-like DDL with the older names of types, one column a line, each behind a comma.
  public static String ddl(DataSchema schema) {
    ParquetSchemaText printer = new ParquetSchemaText(schema);
    SchemaElement root = printer.elements.get(printer.next++);
    for (int i = 0; i < root.childCount(); i++) {
      printer.ddl(0);
    }
    return printer.text.toString();
  }

  /// The Arrow schema as arrow-rs puts it into JSON, one line, ends with a line feed.
  public static String arrowJson(DataSchema schema) {
    return ArrowSchemaText.json(schema) + "\n";
  }

  private void message(int depth) {
    SchemaElement element = elements.get(next++);
    text.repeat("  ", depth).append(repetition(element)).append(' ');
    PhysicalType physical = element.physical();
    String meaning = meaning(element.annotation());
    if (physical == null) {
      text.append("group ").append(element.name()).append(' ');
      if (!meaning.isEmpty()) {
        text.append('(').append(meaning).append(") ");
      }
      text.append("{\n");
      for (int i = 0; i < element.childCount(); i++) {
        message(depth + 1);
      }
      text.repeat("  ", depth).append("}\n");
      return;
    }
    text.append(physical.name());
    if (physical == PhysicalType.FIXED_LEN_BYTE_ARRAY) {
      text.append(" (").append(element.typeLength()).append(')');
    }
    text.append(' ').append(element.name());
    if (!meaning.isEmpty()) {
      text.append(" (").append(meaning).append(')');
    }
    text.append(";\n");
  }

  private void json(boolean root) {
    SchemaElement element = elements.get(next++);
    text.append("{\"name\": ");
    ArrowSchemaText.quote(text, element.name());
    PhysicalType physical = element.physical();
    if (physical == null) {
      text.append(", \"type\": \"struct\"");
      if (!root) {
        text.append(", \"repetition\": \"").append(repetition(element)).append('"');
      }
      text.append(", \"fields\": [");
      for (int i = 0; i < element.childCount(); i++) {
        text.append(i == 0 ? "" : ", ");
        json(false);
      }
      text.append("]}");
      return;
    }
    text.append(", \"repetition\": \"").append(repetition(element));
    text.append("\", \"type\": \"").append(physical.name());
    if (physical == PhysicalType.FIXED_LEN_BYTE_ARRAY) {
      text.append('(').append(element.typeLength()).append(')');
    }
    text.append('"');
    String meaning = meaning(element.annotation());
    if (!meaning.isEmpty()) {
      text.append(", \"logicalType\": \"").append(meaning).append('"');
    }
    text.append('}');
  }

  private void ddl(int depth) {
    SchemaElement element = elements.get(next++);
    text.repeat("  ", depth).append(element.name()).append(' ');
    PhysicalType physical = element.physical();
    if (physical == null) {
      text.append("STRUCT<\n");
      for (int i = 0; i < element.childCount(); i++) {
        ddl(depth + 1);
      }
      text.repeat("  ", depth).append(">,\n");
    } else {
      text.append(olderName(physical, element.annotation())).append(",\n");
    }
  }

  private static String repetition(SchemaElement element) {
    return switch (element.repetition()) {
      case SchemaElement.REQUIRED -> "REQUIRED";
      case SchemaElement.OPTIONAL -> "OPTIONAL";
      default -> "REPEATED";
    };
  }

  private static String meaning(@Nullable Annotation annotation) {
    return switch (annotation) {
      case null -> "";
      case Annotation.Plain plain -> plain.name();
      case Annotation.OfDecimal(int precision, int scale) ->
          "DECIMAL(" + precision + "," + scale + ")";
      case Annotation.OfInteger(int bits, boolean signed) -> "INTEGER(" + bits + "," + signed + ")";
      case Annotation.OfTime(boolean utc, TimeUnit unit) -> "TIME(" + unit(unit) + "," + utc + ")";
      case Annotation.OfTimestamp(boolean utc, TimeUnit unit) ->
          "TIMESTAMP(" + unit(unit) + "," + utc + ")";
    };
  }

  private static String unit(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> "SECONDS";
      case MILLISECOND -> "MILLIS";
      case MICROSECOND -> "MICROS";
      case NANOSECOND -> "NANOS";
    };
  }

  /// The name of the converted type, or of the stored type where there is none.
  private static String olderName(PhysicalType physical, @Nullable Annotation annotation) {
    return switch (annotation) {
      case null -> physical.name();
      case Annotation.Plain plain ->
          switch (plain) {
            case STRING, DATE, ENUM, JSON, BSON -> plain.name();
            default -> physical.name();
          };
      case Annotation.OfDecimal(int precision, int scale) ->
          "DECIMAL(" + precision + ", " + scale + ")";
      case Annotation.OfInteger(int bits, boolean signed) -> (signed ? "INT_" : "UINT_") + bits;
      case Annotation.OfTime(boolean _, TimeUnit unit) -> olderTime(physical, "TIME_", unit);
      case Annotation.OfTimestamp(boolean _, TimeUnit unit) ->
          olderTime(physical, "TIMESTAMP_", unit);
    };
  }

  private static String olderTime(PhysicalType physical, String prefix, TimeUnit unit) {
    return unit == TimeUnit.NANOSECOND ? physical.name() : prefix + unit(unit);
  }
}
