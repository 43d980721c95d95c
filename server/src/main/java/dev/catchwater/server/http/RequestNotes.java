package dev.catchwater.server.http;

import org.jspecify.annotations.Nullable;

/// Hears of every request, for logs and figures. Called from many threads.
public interface RequestNotes {

  /// What became of a request.
  ///
  /// @param path as it came, null where it has none
  /// @param route the path of its route, `none` where it has none
  /// @param failure why it was not answered as asked, null where it was
  record Note(
      String id,
      String method,
      @Nullable String path,
      String route,
      int status,
      long nanos,
      @Nullable Throwable failure) {}

  /// A request came in.
  void begun();

  /// A request was answered, as far as the client takes it.
  void answered(Note note);
}
