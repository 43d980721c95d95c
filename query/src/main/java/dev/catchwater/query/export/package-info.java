/// Rows into files of others: CSV, NDJSON, Parquet, one file or several.
///
/// *Fed by* the rows of a dataset or of a statement. *Feeds* whoever takes the files.
@NullMarked
package dev.catchwater.query.export;

import org.jspecify.annotations.NullMarked;
