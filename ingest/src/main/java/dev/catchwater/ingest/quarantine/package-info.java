/// The dataset `<name>.quarantine` that keeps the rows which pushes into `<name>` set aside: what
/// it looks like, how rows and changes of their state get into it, each once.
///
/// Begin at [dev.catchwater.ingest.quarantine.QuarantineSink].
///
/// *Fed by* the journal of the dataset ([dev.catchwater.ingest.live]). *Feeds* an ordinary dataset,
/// by pushes.
@NullMarked
package dev.catchwater.ingest.quarantine;

import org.jspecify.annotations.NullMarked;
