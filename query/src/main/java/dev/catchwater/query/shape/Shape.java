package dev.catchwater.query.shape;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// How statements see a dataset whose rows are JSON in the column `payload`. Immutable.
///
/// @param key of a table: the fields that come first
public record Shape(Kind kind, List<String> key) {
  /// As it is stored.
  public static final Shape STORED = new Shape(Kind.STORED, List.of());

  /// The column that has the JSON.
  static final String PAYLOAD = "payload";

  private static final int ADDED = 0;
  private static final int CORRECTED = 3;

  /// What of a dataset is seen.
  public enum Kind {
    /// The columns that are stored.
    STORED,
    /// The columns that are stored, and behind them the fields.
    EVENTS,
    /// The fields of all rows.
    ROWS,
    /// The fields of the last row of each key that is there, of all that were ever stored.
    NEWEST
  }

  public Shape {
    key = List.copyOf(key);
  }

  /// A query over what is stored.
  ///
  /// @param select the query
  /// @param notes what its user should know: fields that go by another name, or are not there
  public record Seen(String select, List<String> notes) {
    public Seen {
      notes = List.copyOf(notes);
    }
  }

  /// The dataset as statements see it.
  ///
  /// @param stored a query of the stored columns, of the rows that are to be seen
  /// @param columns the names of those
  /// @param fields of these rows, or more
  /// @param name of the dataset, for the notes
  public Seen see(String stored, List<String> columns, PayloadFields fields, String name) {
    if (kind == Kind.STORED) {
      return new Seen(stored, List.of());
    }
    List<String> notes = new ArrayList<>();
    if (fields.isCut()) {
      notes.add(
          "Of the fields in the payloads of "
              + name
              + " the first "
              + PayloadFields.NAMES_MAX
              + " are columns in SQL, the others are read by payload->>'name'");
    }
    StringBuilder select = new StringBuilder(kind == Kind.EVENTS ? "SELECT s.*" : "SELECT ");
    Set<String> taken = new HashSet<>();
    if (kind == Kind.EVENTS) {
      columns.forEach(column -> taken.add(column.toLowerCase(Locale.ROOT)));
    }
    boolean isFirst = kind != Kind.EVENTS;
    String json =
        fields.hasBadJson() ? "CASE WHEN json_valid(s.payload) THEN s.payload END" : "s.payload";
    for (Map.Entry<String, String> field : ordered(fields).entrySet()) {
      String shown = free(field.getKey(), taken, fields);
      if (!shown.equals(field.getKey())) {
        notes.add(
            "Field "
                + field.getKey()
                + " of "
                + name
                + " is called "
                + shown
                + " in SQL, because"
                + " another column has its name");
      }
      select.append(isFirst ? "" : ", ");
      isFirst = false;
      select
          .append(value(json, field.getKey(), field.getValue(), !fields.hasBadJson()))
          .append(" AS ")
          .append(quoted(shown));
    }
    if (isFirst) {
      select.append("s.").append(PAYLOAD);
    }
    return new Seen(
        select.append(" FROM (").append(rows(stored)).append(") AS s").toString(), notes);
  }

  /// The dataset before it has columns.
  public Seen empty(String stored) {
    if (key.isEmpty()) {
      return new Seen(stored, List.of());
    }
    StringBuilder select = new StringBuilder();
    for (String field : key) {
      select
          .append(select.isEmpty() ? "SELECT " : ", ")
          .append("CAST(NULL AS VARCHAR) AS ")
          .append(quoted(field));
    }
    return new Seen(select.append(" WHERE false").toString(), List.of());
  }

  /// Fields and their types, those of the key first.
  private Map<String, String> ordered(PayloadFields fields) {
    Map<String, String> ordered = new LinkedHashMap<>();
    for (String field : key) {
      ordered.put(field, fields.type(field));
    }
    for (String field : fields.names()) {
      if (!field.isEmpty() && field.indexOf('\0') < 0) { // the engine has no such columns
        ordered.putIfAbsent(field, fields.type(field));
      }
    }
    return ordered;
  }

  private static String free(String name, Set<String> taken, PayloadFields fields) {
    String shown = name;
    for (int i = 1; !taken.add(shown.toLowerCase(Locale.ROOT)); i++) {
      shown = name + "_" + i;
      while (fields.hasIgnoringCase(shown)) {
        i++;
        shown = name + "_" + i;
      }
    }
    return shown;
  }

  private String rows(String stored) {
    if (kind != Kind.NEWEST) {
      return stored;
    }
    return "SELECT arg_max(payload, \"offset\") AS payload FROM ("
        + stored
        + ") GROUP BY \"key\" HAVING arg_max(op, \"offset\") IN ("
        + ADDED
        + ", "
        + CORRECTED
        + ")";
  }

  private static String value(String json, String field, String type, boolean isSure) {
    String at = literal("/" + field.replace("~", "~0").replace("/", "~1"));
    if (type.equals(PayloadFields.JSON)) {
      return "CASE WHEN json_type("
          + json
          + ", "
          + at
          + ") <> 'NULL' THEN json_extract("
          + json
          + ", "
          + at
          + ") END";
    }
    String text = "json_extract_string(" + json + ", " + at + ")";
    if (type.equals(PayloadFields.TEXT)) {
      return text;
    }
    // Of what is no JSON to us the engine may find fields of other types.
    return (isSure ? "CAST(" : "TRY_CAST(") + text + " AS " + type + ")";
  }

  private static String quoted(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  private static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
