package dev.catchwater.ingest.read.cast;

import dev.catchwater.ingest.read.cell.BadValue;

/// Hears of the values that do not fit.
@FunctionalInterface
public interface Faults {

  /// Notes a value.
  ///
  /// @param row in the column at hand
  void add(int row, BadValue bad);
}
