/// From rows as they arrived to rows as they are stored: which of them stay, and in what order.
///
/// Begin at [dev.catchwater.ingest.merge.RowMerge]. Rows that come in the order of their event
/// times pass straight through; others are sorted, in memory or in spilled runs.
///
/// *Fed by* `ingest.prepare`. *Feeds* `ingest.seal`.
@NullMarked
package dev.catchwater.ingest.merge;

import org.jspecify.annotations.NullMarked;
