package dev.catchwater.query.transform;

import dev.catchwater.columnar.slice.SliceReader;
import dev.catchwater.disk.Disk;
import dev.catchwater.query.sql.DatasetView;
import dev.catchwater.query.sql.SqlEngine;
import dev.catchwater.query.sql.SqlGate;
import dev.catchwater.query.sql.SqlPlan;
import dev.catchwater.query.sql.SqlQuery;
import dev.catchwater.query.sql.SqlText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The statements of one run, each in an engine of its own. Used by one thread.
final class EngineUse {
  private final Disk disk;
  private final SqlQuery.Engines engines;
  private final Path folder;
  private final Map<String, DatasetView> views = new LinkedHashMap<>();
  private int results;

  /// @param folder for results and what the engine puts aside; its owner removes it
  EngineUse(Disk disk, SqlQuery.Engines engines, Path folder) {
    this.disk = disk;
    this.engines = engines;
    this.folder = folder;
  }

  /// Gives rows a name for the statements to come.
  void name(String name, DatasetView view) {
    views.put(name, view);
  }

  /// The columns and rows of a file of ours, as a statement may see them.
  static DatasetView file(Path file) {
    String select = "SELECT * FROM read_parquet(" + SqlText.literal(DatasetView.name(file)) + ")";
    return new DatasetView(select, List.of(file), List.of());
  }

  /// Looks at statements without running them.
  ///
  /// @return what each asks for
  List<SqlGate.Request> look(List<SqlText> texts) {
    List<SqlGate.Request> requests = new ArrayList<>();
    try (SqlEngine engine = engines.open(folder)) {
      for (SqlText text : texts) {
        SqlGate.Request request = engine.look(text);
        SqlGate.requireReproducible(request, text);
        requests.add(request);
      }
    }
    return requests;
  }

  /// Runs a statement, which passes the gate as anybody's does, and returns the file of its rows.
  Path run(String sql, SqlPlan.Window window) {
    SqlText text = SqlText.split(null, sql).getFirst();
    Path file = folder.resolve("rows-" + results++ + ".parquet");
    try (SqlEngine engine = engines.open(folder)) {
      SqlGate.Request request = engine.look(text);
      List<SqlPlan.View> tables = new ArrayList<>();
      List<Path> files = new ArrayList<>();
      for (Map.Entry<String, DatasetView> view : views.entrySet()) {
        boolean isNamed =
            request.tables().stream().anyMatch(t -> t.name().equalsIgnoreCase(view.getKey()));
        if (isNamed) {
          tables.add(new SqlPlan.View(view.getKey(), view.getValue().select()));
          files.addAll(view.getValue().files());
        }
      }
      engine.run(new SqlPlan(text, request.functions(), tables, files, file, window));
    }
    return file;
  }

  /// Opens the rows of a run.
  SliceReader open(Path file) throws IOException {
    return SliceReader.open(disk.openForRead(file));
  }
}
