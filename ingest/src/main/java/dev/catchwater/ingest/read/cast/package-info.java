/// From the columns of a file that has types of its own to the columns a source declares.
///
/// Begin at [dev.catchwater.ingest.read.cast.ColumnCasts]. What fits is passed on or converted a
/// column at a time; all else goes value by value through the
/// [cell][dev.catchwater.ingest.read.cell] of the declared column, so that the rules are those of
/// every format.
///
/// *Fed by* the Parquet reader. *Feeds* its batches.
@NullMarked
package dev.catchwater.ingest.read.cast;

import org.jspecify.annotations.NullMarked;
