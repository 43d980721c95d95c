package dev.catchwater.storage.verify;

import dev.catchwater.odf.error.CatchwaterException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One thing to check about one file; checks know nothing of each other and run on any thread.
sealed interface ObjectCheck permits PhysicalCheck, SliceCheck {

  /// What was found.
  ///
  /// @param times the system times of a slice's rows, null where they are not known to be in order
  record Outcome(List<CatchwaterException> problems, List<String> notes, @Nullable Times times) {
    static Outcome of(List<CatchwaterException> problems) {
      return new Outcome(problems, List.of(), null);
    }
  }

  /// The system times of the first and the last row, in milliseconds since 1970.
  record Times(long first, long last) {}

  /// Bytes that will be hashed, for progress.
  long bytes();

  Outcome run(Verifier.Progress progress);
}
