package dev.catchwater.odf.schema;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which schema may follow which (odf-format §5.3): annotations may change, optional columns may be
/// added and columns may be reordered; nothing may be removed, retyped, made optional or required.
/// Columns are compared by name, whatever their position.
public final class SchemaEvolution {
  private SchemaEvolution() {}

  /// Why `next` may not follow `previous`, naming the column, or null where it may.
  ///
  /// @param looseOptionality whether columns may become optional or required: so where the previous
  ///   schema was stored as Arrow, in which that was not reliable
  public static @Nullable String refusal(
      DataSchema previous, DataSchema next, boolean looseOptionality) {
    for (DataField field : previous.fields()) {
      int at = next.indexOf(field.name());
      if (at < 0) {
        return "Column '" + field.name() + "' was removed";
      }
      String reason = refusal(field, next.fields().get(at), looseOptionality);
      if (reason != null) {
        return reason;
      }
    }
    for (int i = 0; i < next.fields().size(); i++) {
      DataField field = next.fields().get(i);
      if (next.indexOf(field.name()) != i) {
        return "Column '" + field.name() + "' is there twice";
      }
      if (previous.indexOf(field.name()) < 0 && !field.type().isOptional()) {
        return "Added column '" + field.name() + "' is required, only optional ones can be added";
      }
    }
    return null;
  }

  private static @Nullable String refusal(DataField previous, DataField next, boolean loose) {
    DataType before = plain(previous.type());
    DataType after = plain(next.type());
    if (!before.required().equals(after.required())) {
      return "Column '"
          + next.name()
          + "' changes its type from "
          + TypeText.of(before.required())
          + " to "
          + TypeText.of(after.required());
    }
    if (!loose && before.isOptional() != after.isOptional()) {
      return "Column '"
          + next.name()
          + (after.isOptional() ? "' becomes optional" : "' becomes required");
    }
    return null;
  }

  /// The type without the annotations of fields inside it.
  private static DataType plain(DataType type) {
    return switch (type) {
      case DataType.Option option -> plain(option.inner()).optional();
      case DataType.ListOf list -> new DataType.ListOf(plain(list.itemType()), list.fixedLength());
      case DataType.MapOf map ->
          new DataType.MapOf(plain(map.keyType()), plain(map.valueType()), map.statedKeysSorted());
      case DataType.Struct struct -> {
        List<DataField> fields = new ArrayList<>(struct.fields().size());
        for (DataField field : struct.fields()) {
          fields.add(DataField.of(field.name(), plain(field.type())));
        }
        yield new DataType.Struct(fields);
      }
      case Scalar _,
          DataType.Binary _,
          DataType.Decimal _,
          DataType.Duration _,
          DataType.Time _,
          DataType.Timestamp _ ->
          type;
    };
  }
}
