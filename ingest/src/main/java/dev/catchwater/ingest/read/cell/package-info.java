/// Single values on their way into columns: what each type takes, the grammar of JSON, the refusal
/// of a value.
///
/// Begin at [dev.catchwater.ingest.read.cell.Cell].
///
/// *Fed by* the readers of [dev.catchwater.ingest.read], which know files, lines and rows. *Feeds*
/// the column builders of [dev.catchwater.columnar.batch].
@NullMarked
package dev.catchwater.ingest.read.cell;

import org.jspecify.annotations.NullMarked;
