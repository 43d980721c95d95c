package dev.catchwater.odf.schema;

/// A type in few words, for messages: `Timestamp(Millisecond, UTC)`, `List<String>`, `Int64?`.
public final class TypeText {
  private TypeText() {}

  /// The type's name with its parameters; `?` behind it where values may be absent.
  public static String of(DataType type) {
    return switch (type) {
      case Scalar scalar -> scalar.odfName();
      case DataType.Binary binary ->
          binary.fixedLength() == null ? "Binary" : "Binary(" + binary.fixedLength() + ")";
      case DataType.Decimal decimal ->
          "Decimal(" + decimal.precision() + "," + decimal.scale() + ")";
      case DataType.Duration duration -> "Duration(" + duration.unit().odfName() + ")";
      case DataType.ListOf list -> "List<" + of(list.itemType()) + ">";
      case DataType.MapOf map -> "Map<" + of(map.keyType()) + "," + of(map.valueType()) + ">";
      case DataType.Option option -> of(option.inner()) + "?";
      case DataType.Struct struct -> {
        StringBuilder text = new StringBuilder("Struct{");
        for (DataField field : struct.fields()) {
          text.append(text.length() == 7 ? "" : ", ").append(field.name()).append(": ");
          text.append(of(field.type()));
        }
        yield text.append('}').toString();
      }
      case DataType.Time time -> "Time(" + time.unit().odfName() + ")";
      case DataType.Timestamp timestamp ->
          "Timestamp(" + timestamp.unit().odfName() + ", " + timestamp.timezone() + ")";
    };
  }
}
