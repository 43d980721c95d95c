/// Slices: one Parquet file in and out, with both of its hashes.
///
/// Fed by [dev.catchwater.columnar.batch] (rows) and [dev.catchwater.disk] (files); feeds sealing,
/// verifying and every reader of a dataset. Begin at [SliceWriter] and [SliceReader].
@NullMarked
package dev.catchwater.columnar.slice;

import org.jspecify.annotations.NullMarked;
