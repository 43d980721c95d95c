/// Rows in their final order get offsets and times and become a slice.
///
/// *Fed by* `ingest.merge`. *Feeds* `storage`, which commits the slice.
@NullMarked
package dev.catchwater.ingest.seal;

import org.jspecify.annotations.NullMarked;
