package dev.catchwater.server.api;

import dev.catchwater.odf.error.Suggestion;
import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.query.sql.SqlPlan;
import dev.catchwater.query.sql.SqlQuery;
import dev.catchwater.query.sql.SqlResult;
import dev.catchwater.server.access.Access;
import dev.catchwater.server.http.Refusal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is asked of `/query`, in kamu's words. Immutable.
///
/// @param parts what the answer has beside the rows
/// @param datasets what the tables are, null where it is not said
record Question(
    String sql,
    RowText.DataFormat format,
    RowText.SchemaFormat schemaFormat,
    SqlPlan.Window window,
    Set<Part> parts,
    @Nullable List<SqlQuery.Input> datasets) {
  /// The members that are query parameters too.
  static final List<String> KEYS =
      List.of("query", "queryDialect", "dataFormat", "schemaFormat", "include", "skip", "limit");

  private static final String DATASETS = "datasets";
  private static final List<String> BODY_KEYS = bodyKeys();
  private static final String DIALECT = "SqlDuckDb";
  private static final List<String> DIALECTS = List.of("sqlduckdb", "sqldatafusion");
  private static final long ROWS = 100;
  private static final long ROWS_MAX = 1_000_000;

  /// What an answer may have beside its rows.
  enum Part {
    INPUT("Input"),
    PROOF("Proof"),
    SCHEMA("Schema");

    private final String word;

    Part(String word) {
      this.word = word;
    }
  }

  private static List<String> bodyKeys() {
    List<String> keys = new ArrayList<>(KEYS);
    keys.add(DATASETS);
    return List.copyOf(keys);
  }

  /// Reads the members.
  ///
  /// @throws Refusal 400
  /// @throws dev.catchwater.odf.error.CatchwaterException as [SaidDatasets#read]
  static Question of(Map<String, Tree> values, SaidDatasets datasets, Access access) {
    for (String key : values.keySet()) {
      if (!BODY_KEYS.contains(key)) {
        throw bad("unknown field `" + key + "` (" + Suggestion.hint(key, BODY_KEYS) + ")");
      }
    }
    String sql = text(values, "query");
    if (sql == null) {
      throw bad("missing field `query`");
    }
    String dialect = text(values, "queryDialect");
    if (dialect != null && !DIALECTS.contains(dialect.toLowerCase(Locale.ROOT).replace("-", ""))) {
      throw bad("queryDialect is " + DIALECT);
    }
    EnumSet<Part> parts = parts(values.get("include"));
    String schema = text(values, "schemaFormat");
    // What says what it was made of names every format, also of a schema that it does not have.
    if (schema != null && !parts.contains(Part.INPUT) && !parts.contains(Part.PROOF)) {
      parts.add(Part.SCHEMA);
    }
    return new Question(
        sql,
        RowText.DataFormat.of(text(values, "dataFormat")),
        RowText.SchemaFormat.of(schema),
        new SqlPlan.Window(
            number(values, "skip", 0, Long.MAX_VALUE), number(values, "limit", ROWS, ROWS_MAX)),
        parts,
        datasets.read(values.get(DATASETS), access));
  }

  /// The form in which the schema is wanted, null where it is not.
  RowText.@Nullable SchemaFormat schema() {
    return parts.contains(Part.SCHEMA) ? schemaFormat : null;
  }

  /// Whether the answer says what it was made of, so that it can be made again: then it is of
  /// blocks, and of no rows that are in none.
  boolean isOnBlocks() {
    return parts.contains(Part.INPUT) || parts.contains(Part.PROOF);
  }

  /// The question as it has to be asked to get this answer again.
  Tree.Fields toInput(SqlResult result) {
    List<String> words = new ArrayList<>();
    for (Part part : Part.values()) {
      if (parts.contains(part)) {
        words.add(part.word);
      }
    }
    List<Tree> tables = new ArrayList<>();
    for (SqlResult.Seen table : result.seen()) {
      tables.add(
          new Tree.Fields()
              .put("id", table.id().toString())
              .put("alias", table.name())
              .put("blockHash", table.head().toString()));
    }
    return new Tree.Fields()
        .put("query", sql)
        .put("queryDialect", DIALECT)
        .put("dataFormat", format.word())
        .put("include", words)
        .put("schemaFormat", schemaFormat.word())
        .put(DATASETS, new Tree.Items(tables))
        .put("skip", window.skip())
        .put("limit", window.limit());
  }

  private static EnumSet<Part> parts(@Nullable Tree include) {
    List<String> words = new ArrayList<>();
    if (include instanceof Tree.Items items) {
      for (Tree item : items.items()) {
        words.add(item instanceof Tree.Text text ? text.value() : "");
      }
    } else if (include instanceof Tree.Text text) {
      words.addAll(List.of(text.value().split(",", -1)));
    } else if (include != null) {
      throw bad("include is a list of Input, Proof, Schema");
    }
    EnumSet<Part> parts = EnumSet.noneOf(Part.class);
    for (String word : words) {
      Part found = null;
      for (Part part : Part.values()) {
        found = part.word.equalsIgnoreCase(word.strip()) ? part : found;
      }
      if (found == null) {
        throw bad("include is a list of Input, Proof, Schema");
      }
      parts.add(found);
    }
    return parts;
  }

  private static @Nullable String text(Map<String, Tree> values, String key) {
    Tree value = values.get(key);
    if (value == null || (value instanceof Tree.Literal word && word.spelling().equals("null"))) {
      return null;
    }
    if (value instanceof Tree.Text text) {
      return text.value();
    }
    throw bad("The field `" + key + "` is a text");
  }

  private static long number(Map<String, Tree> values, String key, long standard, long max) {
    if (!values.containsKey(key)) {
      return standard;
    }
    try {
      if (values.get(key) instanceof Tree.Literal literal) {
        long number = Long.parseLong(literal.spelling());
        if (number >= 0 && number <= max) {
          return number;
        }
      }
    } catch (NumberFormatException e) {
      // Said below, in the same words as a number out of range.
    }
    throw bad("The field `" + key + "` is a whole number from 0 to " + max);
  }

  private static Refusal bad(String why) {
    return Refusal.of(400, "bad-argument", why);
  }
}
