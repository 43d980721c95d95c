package dev.catchwater.ingest.read.cell;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One JSON object that is a row, appended to the columns. Used by one thread.
public interface JsonRow {

  /// Reads the object whose brace is at `start`; gives where it ends. On [BadValue] some columns
  /// may have a value more than others.
  int parse(JsonScanner scanner, byte[] b, int start);

  /// Refuses data of which nothing is declared.
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException BAD_DATA
  void requireMatch(@Nullable String file);

  /// Adds what was ignored, by name.
  void addIgnored(Map<String, Long> into);
}
