package dev.catchwater.query.sql;

import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.query.shape.Shape;
import dev.catchwater.query.shape.ShapedViews;
import dev.catchwater.query.sql.SqlGate.TableName;
import dev.catchwater.storage.Dataset;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The tables of one statement while it runs: what each is, and the files that they are read from,
/// which may go when this is closed. Used by one thread.
final class SqlTables implements Closeable {
  private final SqlText text;
  private final List<SqlQuery.Input> inputs;
  private final Path folder;
  private final ShapedViews shapes;
  private final Set<String> names = new HashSet<>();
  private final List<SqlPlan.View> views = new ArrayList<>();
  private final List<Path> files = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final List<SqlResult.Seen> seen = new ArrayList<>();
  private final List<KeptView.Use> uses = new ArrayList<>();
  private @Nullable TableName changing;

  /// @param inputs what is said beside the statement
  /// @param folder of the statement
  SqlTables(SqlText text, List<SqlQuery.Input> inputs, Path folder, ShapedViews shapes) {
    this.text = text;
    this.shapes = shapes;
    this.inputs = List.copyOf(inputs);
    this.folder = folder;
  }

  SqlText text() {
    return text;
  }

  boolean has(TableName table) {
    return names.contains(table.name().toLowerCase(Locale.ROOT));
  }

  /// What is said of a table, null for nothing.
  SqlQuery.@Nullable Input said(TableName table) {
    for (SqlQuery.Input input : inputs) {
      if (input.alias().equalsIgnoreCase(table.name())) {
        return input;
      }
    }
    return null;
  }

  /// A dataset that goes by a name of its own: as what is said of it, else as it is now.
  SqlQuery.Input said(Dataset dataset) {
    for (SqlQuery.Input input : inputs) {
      if (input.dataset().id().equals(dataset.id())) {
        return input;
      }
    }
    return new SqlQuery.Input(dataset.name().toString(), dataset, null);
  }

  /// @param kept null for a view of this statement only
  void add(TableName table, Dataset dataset, HotRows rows, @Nullable KeptViews kept)
      throws IOException {
    names.add(table.name().toLowerCase(Locale.ROOT));
    DatasetView view;
    if (kept == null) {
      Path hot = folder.resolve("hot-" + names.size() + ".parquet");
      view = DatasetView.of(dataset, rows, hot);
    } else {
      KeptView.Use use = kept.use(dataset, rows);
      uses.add(use);
      view = use.view();
    }
    views.add(new SqlPlan.View(table.name(), shaped(table, dataset, rows, view.select())));
    files.addAll(view.files());
    notes.addAll(view.notes());
    seen.add(new SqlResult.Seen(table.name(), dataset.id(), rows.state().head(), rows.rowCount()));
  }

  // A DID names what is stored.
  private String shaped(TableName table, Dataset dataset, HotRows rows, String stored)
      throws IOException {
    Shape shape = DatasetId.isDid(table.name()) ? Shape.STORED : shapes.shape(dataset, rows);
    DataSchema schema = rows.schema();
    if (shape.kind() == Shape.Kind.STORED) {
      return stored;
    }
    if (shape.kind() == Shape.Kind.NEWEST) {
      changing = table;
    }
    Shape.Seen seen =
        schema == null
            ? shape.empty(stored)
            : shape.see(
                stored, DuckColumns.names(schema), shapes.fields(dataset, rows), table.name());
    notes.addAll(seen.notes());
    return seen.select();
  }

  /// Refuses joins with a table that changes: what they give would be gone the next moment, and
  /// nothing says which moment it was (streamsql-api §3).
  ///
  /// @throws CatchwaterException `SQL_NOT_ALLOWED`
  void requireNoJoinOfWhatChanges(SqlGate.Request request) {
    TableName table = changing;
    if (table == null || (!request.joins() && names.size() == 1)) {
      return;
    }
    String other = "itself";
    for (SqlPlan.View view : views) {
      other = view.name().equalsIgnoreCase(table.name()) ? other : "'" + view.name() + "'";
    }
    throw SqlFailure.notAllowed(
            text.place(table.position()),
            "Table '" + table.name() + "' changes and cannot be joined with " + other)
        .withHint("freeze it and join the version: POST /tables/" + table.name() + "/freeze");
  }

  List<SqlPlan.View> views() {
    return views;
  }

  List<Path> files() {
    return files;
  }

  List<String> notes() {
    return notes;
  }

  List<SqlResult.Seen> seen() {
    return seen;
  }

  @Override
  public void close() throws IOException {
    for (KeptView.Use use : uses) {
      use.close();
    }
  }
}
