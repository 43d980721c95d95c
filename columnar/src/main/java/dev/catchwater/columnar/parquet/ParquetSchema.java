package dev.catchwater.columnar.parquet;

import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import java.util.ArrayList;
import java.util.List;

/// The schema of a file: as it is listed in the footer, as ODF types, and as trees with levels.
/// Immutable.
///
/// @param elements the nodes depth first, the root included
/// @param schema the columns with the types a reader infers; a type that Parquet does not have
///   (seconds, durations) appears here as what it is stored as
/// @param columns the top-level columns
/// @param leaves all leaves in stored order
public record ParquetSchema(
    List<SchemaElement> elements,
    DataSchema schema,
    List<SchemaNode> columns,
    List<SchemaNode.Leaf> leaves) {
  /// The root's name as kamu writes it.
  static final String ROOT = "arrow_schema";

  public ParquetSchema {
    elements = List.copyOf(elements);
    columns = List.copyOf(columns);
    leaves = List.copyOf(leaves);
  }

  /// The fewest bytes that hold every number of so many decimal digits, with its sign.
  public static int decimalLength(int precision) {
    return StoredType.decimalLength(precision);
  }

  /// How a slice of these columns is stored (odf-format §5.2).
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException `UNSUPPORTED` for a map
  public static ParquetSchema of(DataSchema schema) {
    List<SchemaElement> elements = new ArrayList<>();
    elements.add(
        new SchemaElement(ROOT, null, 0, SchemaElement.REQUIRED, schema.fields().size(), null));
    for (DataField field : schema.fields()) {
      StoredType.append(elements, field.name(), field.type());
    }
    return ofElements(elements);
  }

  /// What a file's own list means.
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException `CORRUPT` if it is no tree, `BAD_PARQUET`
  ///   if it has a type we do not read
  public static ParquetSchema ofElements(List<SchemaElement> elements) {
    SchemaTree tree = new SchemaTree(elements);
    List<SchemaNode> columns = tree.columns();
    List<DataField> fields = new ArrayList<>(columns.size());
    for (SchemaNode column : columns) {
      fields.add(DataField.of(column.name(), column.type()));
    }
    return new ParquetSchema(elements, DataSchema.of(fields), columns, tree.leaves());
  }
}
