/// What pushes may hold in memory.
///
/// *Fed by* what `ingest.live` reads and queues. *Feeds* its decisions to wait, to seal, and to
/// take no more.
@NullMarked
package dev.catchwater.ingest.live.memory;

import org.jspecify.annotations.NullMarked;
