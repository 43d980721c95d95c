/// Rows in memory: columns of primitive arrays and validity bits.
///
/// Fed by the readers of ingest and of slices; feeds the merge, the logical hash, the slice writer
/// and the output formats.
@NullMarked
package dev.catchwater.columnar.batch;

import org.jspecify.annotations.NullMarked;
