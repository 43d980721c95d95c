/// From columns to pages: levels, dictionaries, encodings, statistics.
///
/// Fed by [dev.catchwater.columnar.batch]; feeds [dev.catchwater.columnar.slice]. Begin at
/// [ColumnEncoder]; one [ChunkEncoder] collects the pages of one leaf until its row group is full.
@NullMarked
package dev.catchwater.columnar.encode;

import org.jspecify.annotations.NullMarked;
