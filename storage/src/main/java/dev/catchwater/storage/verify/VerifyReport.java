package dev.catchwater.storage.verify;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.DatasetName;
import java.util.List;

/// What a verification found. Immutable.
///
/// @param blocks how many blocks were checked
/// @param slices how many slices were checked
/// @param rows rows in them
/// @param bytes bytes of blocks and slices that were hashed
/// @param problems everything that is wrong, each with its file; empty means valid
/// @param notes what could not be checked and why
public record VerifyReport(
    DatasetName name,
    long blocks,
    long slices,
    long rows,
    long bytes,
    List<CatchwaterException> problems,
    List<String> notes) {
  public VerifyReport {
    problems = List.copyOf(problems);
    notes = List.copyOf(notes);
  }

  /// Whether nothing is wrong.
  public boolean isValid() {
    return problems.isEmpty();
  }
}
