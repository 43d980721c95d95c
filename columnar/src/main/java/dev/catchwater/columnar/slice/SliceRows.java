package dev.catchwater.columnar.slice;

import dev.catchwater.columnar.batch.RecordBatch;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A run of rows being read, in stored order. Used by one thread; holds nothing that must be
/// closed, but is of no use after its [SliceReader] was closed.
public interface SliceRows {

  /// The next rows, some tens of thousands at most, never none; null at the end.
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException `CORRUPT` if the bytes do not hold
  ///   together
  @Nullable RecordBatch next() throws IOException;
}
