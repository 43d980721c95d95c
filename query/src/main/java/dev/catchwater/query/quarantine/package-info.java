/// The rows that pushes set aside, as people work with them: looked at, grouped by cause, pushed
/// again when what was wrong is mended, or dropped.
///
/// Begin at [dev.catchwater.query.quarantine.QuarantineDesk].
///
/// *Fed by* the dataset that [dev.catchwater.ingest.quarantine] keeps. *Feeds* the server and the
/// command line; replays go back into [dev.catchwater.ingest.live].
@NullMarked
package dev.catchwater.query.quarantine;

import org.jspecify.annotations.NullMarked;
