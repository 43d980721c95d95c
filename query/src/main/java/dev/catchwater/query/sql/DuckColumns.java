package dev.catchwater.query.sql;

import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.query.sql.Steps.StepColumn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The columns of a schema as the engine knows them.
public final class DuckColumns {
  private DuckColumns() {}

  /// Names and types, in the same order.
  public static List<StepColumn> of(DataSchema schema) {
    List<String> names = names(schema);
    List<StepColumn> columns = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      DataField field = schema.fields().get(i);
      columns.add(
          new StepColumn(names.get(i), DuckType.of(field.type()), !field.type().isOptional()));
    }
    return columns;
  }

  /// Names in SQL. In the engine `a` and `A` are one name: the later one gets a number behind it
  /// (design §7.24).
  static List<String> names(DataSchema schema) {
    Set<String> written = new HashSet<>();
    for (DataField field : schema.fields()) {
      written.add(field.name().toLowerCase(Locale.ROOT));
    }
    Set<String> taken = new HashSet<>();
    List<String> names = new ArrayList<>();
    for (DataField field : schema.fields()) {
      String name = field.name();
      for (int i = 1; !taken.add(name.toLowerCase(Locale.ROOT)); i++) {
        name = field.name() + "_" + i;
        while (written.contains(name.toLowerCase(Locale.ROOT))) {
          i++;
          name = field.name() + "_" + i;
        }
      }
      names.add(name);
    }
    return names;
  }

  /// What the user should know: columns that go by another name in SQL.
  public static List<String> notes(DataSchema schema, String where) {
    List<String> names = names(schema);
    List<String> notes = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String name = schema.fields().get(i).name();
      if (!name.equals(names.get(i))) {
        notes.add(
            "Column "
                + name
                + " of "
                + where
                + " is called "
                + names.get(i)
                + " in SQL, because another column differs from it only in case");
      }
    }
    return notes;
  }
}
