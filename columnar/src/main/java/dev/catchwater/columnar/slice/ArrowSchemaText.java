package dev.catchwater.columnar.slice;

import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.TimeUnit;
import java.util.List;

/// A schema in the JSON that arrow-rs's `Schema` serializes to (arrow 58), with the default
/// encodings of odf-format §5.2.
final class ArrowSchemaText {
  private static final int DECIMAL128_DIGITS_MAX = 38;

  private final StringBuilder text = new StringBuilder();

  private ArrowSchemaText() {}

  static String json(DataSchema schema) {
    ArrowSchemaText printer = new ArrowSchemaText();
    printer.text.append("{\"fields\":");
    printer.fields(schema.fields());
    return printer.text.append(",\"metadata\":{}}").toString();
  }

  private void fields(List<DataField> fields) {
    text.append('[');
    for (int i = 0; i < fields.size(); i++) {
      text.append(i == 0 ? "" : ",");
      field(fields.get(i).name(), fields.get(i).type());
    }
    text.append(']');
  }

  private void field(String name, DataType type) {
    text.append("{\"name\":");
    quote(text, name);
    text.append(",\"data_type\":");
    type(type.required());
    text.append(",\"nullable\":").append(type.isOptional() || type == Scalar.NULL);
    text.append(",\"dict_id\":0,\"dict_is_ordered\":false,\"metadata\":{}}");
  }

  private void type(DataType type) {
    switch (type) {
      case Scalar scalar -> text.append('"').append(scalarName(scalar)).append('"');
      case DataType.Binary(Long length) ->
          text.append(length == null ? "\"Binary\"" : "{\"FixedSizeBinary\":" + length + "}");
      case DataType.Decimal(int precision, int scale) -> {
        int bits = precision <= DECIMAL128_DIGITS_MAX ? 128 : 256;
        text.append("{\"Decimal" + bits + "\":[" + precision + "," + scale + "]}");
      }
      case DataType.Duration duration ->
          text.append("{\"Duration\":\"").append(duration.unit().odfName()).append("\"}");
      case DataType.Time time -> {
        TimeUnit unit = time.unit();
        boolean wide = unit == TimeUnit.MICROSECOND || unit == TimeUnit.NANOSECOND;
        text.append(wide ? "{\"Time64\":\"" : "{\"Time32\":\"");
        text.append(unit.odfName()).append("\"}");
      }
      case DataType.Timestamp timestamp -> {
        String timezone = timestamp.timezone();
        text.append("{\"Timestamp\":[\"").append(timestamp.unit().odfName()).append("\",");
        if (timezone.isEmpty()) {
          text.append("null");
        } else {
          quote(text, timezone);
        }
        text.append("]}");
      }
      case DataType.ListOf list -> list(list);
      case DataType.Struct(List<DataField> fields) -> {
        text.append("{\"Struct\":");
        fields(fields);
        text.append('}');
      }
      case DataType.MapOf map -> {
        text.append("{\"Map\":[");
        field(
            "entries",
            new DataType.Struct(
                List.of(
                    DataField.of("keys", map.keyType()), DataField.of("values", map.valueType()))));
        text.append(',').append(map.keysSorted()).append("]}");
      }
      case DataType.Option _ -> throw new IllegalStateException("an option inside an option");
    }
  }

  private void list(DataType.ListOf list) {
    Long length = list.fixedLength();
    text.append(length == null ? "{\"List\":" : "{\"FixedSizeList\":[");
    field("item", list.itemType());
    text.append(length == null ? "}" : "," + length + "]}");
  }

  private static String scalarName(Scalar scalar) {
    return switch (scalar) {
      case BOOL -> "Boolean";
      case DATE -> "Date32";
      case STRING -> "Utf8";
      default -> scalar.odfName();
    };
  }

  /// A JSON string as serde_json writes it.
  static void quote(StringBuilder text, String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        case '\b' -> text.append("\\b");
        case '\f' -> text.append("\\f");
        default -> {
          if (c < 0x20) {
            text.append("\\u00").append(c < 0x10 ? "0" : "1");
            text.append(Character.forDigit(c & 15, 16));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }
}
