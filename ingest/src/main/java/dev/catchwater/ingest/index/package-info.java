/// Which keys a dataset holds: a cache on disk that a push asks instead of reading the history.
///
/// Begin at [dev.catchwater.ingest.index.KeyIndex]. `docs/internals/key-index.md` draws the bytes.
///
/// *Fed by* the slices of the dataset and the merges of pushes. *Feeds* `ingest.merge`.
@NullMarked
package dev.catchwater.ingest.index;

import org.jspecify.annotations.NullMarked;
