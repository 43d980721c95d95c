package dev.catchwater.ingest.read.cast;

import dev.catchwater.columnar.batch.Column;

/// Turns the columns of one field into those of a declared one. Used by one thread.
@FunctionalInterface
public interface ColumnCast {

  /// The column as the declared type has it, of as many rows. The row of a value that does not fit
  /// holds anything; nulls stay nulls, whether or not they are allowed.
  Column apply(Column from, Faults faults);
}
