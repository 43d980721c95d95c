package dev.catchwater.server.http;

import dev.catchwater.server.access.Right;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One line of the table of what the server answers.
///
/// @param method `GET`, `POST`, `PATCH` or `DELETE`; `HEAD` follows from `GET`
/// @param path with `{variables}` as whole segments, `/{dataset}/tail`
/// @param summary what it does, one sentence
/// @param parameters the query parameters it takes
/// @param right what a caller needs; asked before the action is
/// @param action what it does
public record Route(
    String method,
    String path,
    String summary,
    List<String> parameters,
    Right right,
    Action action) {

  public Route {
    parameters = List.copyOf(parameters);
    if (right.scope() != null && dataset(path) == null) {
      throw new IllegalStateException(path + " names no dataset that the right could be on");
    }
  }

  /// The variable of the path that names the dataset, null where none does.
  @Nullable String dataset() {
    return dataset(path);
  }

  private static @Nullable String dataset(String path) {
    if (path.startsWith("/{dataset}/")) {
      return "dataset";
    }
    return path.startsWith("/datasets/{id}") ? "id" : isOfStreamSql(path) ? "name" : null;
  }

  private static boolean isOfStreamSql(String path) {
    return path.startsWith("/streams/{name}")
        || path.startsWith("/tables/{name}")
        || path.startsWith("/views/{name}");
  }

  /// Whether the path names a stream or a table, whose dataset has its name without `_`.
  boolean isOfStreamSql() {
    return isOfStreamSql(path);
  }

  /// Answers a request. Runs on a virtual thread of its own and may block.
  @FunctionalInterface
  public interface Action {
    Answer answer(Call call) throws IOException;
  }

  /// Whether it adds rows, or takes some away.
  boolean isPush() {
    boolean isOfRows = path.startsWith("/tables/{name}/rows") && !method.equals("GET");
    return path.endsWith("/ingest") || path.endsWith("/webhook/{name}") || isOfRows;
  }

  /// Whether the path names a dataset first, so that an account may stand in front of it.
  public boolean isOfDataset() {
    return path.startsWith("/{dataset}/");
  }
}
