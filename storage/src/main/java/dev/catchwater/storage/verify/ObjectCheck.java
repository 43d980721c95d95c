package dev.catchwater.storage.verify;

import dev.catchwater.odf.error.CatchwaterException;
import java.util.List;

/// One thing to check about one file; checks know nothing of each other and run on any thread.
sealed interface ObjectCheck permits PhysicalCheck, SliceCheck {

  /// What was found.
  record Outcome(List<CatchwaterException> problems, List<String> notes) {
    static Outcome of(List<CatchwaterException> problems) {
      return new Outcome(problems, List.of());
    }
  }

  /// Bytes that will be hashed, for progress.
  long bytes();

  Outcome run(Verifier.Progress progress);
}
