package dev.catchwater.ingest.prepare;

import dev.catchwater.ingest.read.RowReader;
import java.util.List;

/// The rows of a push after the SQL steps of its source. Used by one thread.
public interface PreparedRows extends RowReader {

  /// What the user should know of how it went, once [#schema()] was asked for.
  List<String> notes();
}
