package dev.catchwater.ingest.prepare;

import dev.catchwater.ingest.read.RowFaults;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import java.util.List;

/// What is said of a push whose columns do not fit. The first words are kamu's (kamu-behaviour §6);
/// behind them stand the column and both schemas.
final class SchemaErrors {
  private SchemaErrors() {}

  static CatchwaterException incompatible(DataSchema dataset, DataSchema push, String why) {
    return CatchwaterException.of(
        ErrorCode.SCHEMA_MISMATCH,
        "Incompatible schema: Schema of the new slice is not compatible with the schema defined by"
            + " SetDataSchema event: "
            + why
            + "\nDataset: "
            + text(dataset.fields())
            + "\nPush:    "
            + text(push.fields()));
  }

  static CatchwaterException systemColumn(String name) {
    return CatchwaterException.of(
        ErrorCode.SCHEMA_MISMATCH,
        "Bad input schema: Data contains a column that conflicts with the system column name, you"
            + " should either rename the data column or configure the dataset vocabulary to use a"
            + " different name: "
            + name);
  }

  static CatchwaterException eventTimeType(String name, DataType found) {
    return CatchwaterException.of(
        ErrorCode.SCHEMA_MISMATCH,
        "Bad input schema: Event time column '"
            + name
            + "' should be either Date or Timestamp, but found: "
            + found.required().odfName());
  }

  static CatchwaterException unsupported(String name, DataType type) {
    return CatchwaterException.of(
            ErrorCode.SCHEMA_MISMATCH,
            "Bad input schema: Column '"
                + name
                + "' has the type "
                + typeText(type)
                + ", whose content has no reproducible hash")
        .withHint("declare it as String and push JSON text");
  }

  static CatchwaterException noKeyColumn(String name, List<DataField> fields) {
    StringBuilder known = new StringBuilder();
    for (DataField field : fields) {
      known.append(known.isEmpty() ? "" : ", ").append(field.name());
    }
    return CatchwaterException.of(
        ErrorCode.SCHEMA_MISMATCH, "No field named " + name + ". Valid fields are " + known + ".");
  }

  static CatchwaterException nulls(String name, int count) {
    return CatchwaterException.of(
        ErrorCode.BAD_DATA,
        "Column `" + name + "` contains " + count + " null values while none were expected");
  }

  /// Notes a row with such a null.
  static void addNull(RowFaults faults, long row, String name) {
    faults.add(
        row,
        name,
        "Column `" + name + "` contains a null value while none was expected",
        "the dataset requires a value");
  }

  /// `city: String, population: Int64?`.
  static String text(List<DataField> fields) {
    StringBuilder text = new StringBuilder();
    for (DataField field : fields) {
      text.append(text.isEmpty() ? "" : ", ")
          .append(field.name())
          .append(": ")
          .append(typeText(field.type()));
    }
    return text.toString();
  }

  private static String typeText(DataType type) {
    String text =
        switch (type.required()) {
          case DataType.Decimal(int precision, int scale) ->
              "Decimal(" + precision + "," + scale + ")";
          case DataType.ListOf list -> "List<" + typeText(list.itemType()) + ">";
          case DataType.Timestamp time ->
              "Timestamp(" + time.unit().odfName() + "," + time.timezone() + ")";
          case DataType other -> other.odfName();
        };
    return type.isOptional() ? text + "?" : text;
  }
}
