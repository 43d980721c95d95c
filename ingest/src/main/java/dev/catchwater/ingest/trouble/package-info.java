/// What goes wrong in the background, where no caller is told of it.
///
/// *Fed by* sealing ([dev.catchwater.ingest.live]) and by moves into quarantines
/// ([dev.catchwater.ingest.quarantine]). *Feeds* the log and the figures of a server, and the
/// warnings of a command.
@NullMarked
package dev.catchwater.ingest.trouble;

import org.jspecify.annotations.NullMarked;
