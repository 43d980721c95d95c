package dev.catchwater.query.sql;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// What an engine is to do with a statement that it has looked at. Immutable.
///
/// @param text the statement
/// @param functions of other dialects that it calls, among others
/// @param views what its tables are
/// @param files the only ones that it may read
/// @param result where its rows go, a Parquet file
/// @param window which of its rows
public record SqlPlan(
    SqlText text,
    Set<String> functions,
    List<View> views,
    List<Path> files,
    Path result,
    Window window) {

  public SqlPlan {
    functions = Set.copyOf(functions);
    views = List.copyOf(views);
    files = List.copyOf(files);
  }

  /// A table.
  ///
  /// @param select the query of ours that reads it
  public record View(String name, String select) {}

  /// Some rows of a result.
  ///
  /// @param skip how many not to take, from the first on
  /// @param limit how many to take after them, -1 for all
  public record Window(long skip, long limit) {
    /// Every row.
    public static final Window ALL = new Window(0, -1);

    String clause() {
      return (limit < 0 ? "" : " LIMIT " + limit) + (skip == 0 ? "" : " OFFSET " + skip);
    }
  }
}
