/// What is kept of pushes: their records in the journal, and what recognizes one that comes again.
///
/// *Fed by* `ingest.live`. *Feeds* `journal` with payloads and `ingest.live` with what was found.
@NullMarked
package dev.catchwater.ingest.live.record;

import org.jspecify.annotations.NullMarked;
