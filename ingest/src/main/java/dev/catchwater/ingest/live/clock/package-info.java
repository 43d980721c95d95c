/// Whether the clock of the machine can be believed.
///
/// *Fed by* the wall clock, one that never jumps and the uptime of the kernel. *Feeds*
/// `ingest.live`, which asks before each push.
@NullMarked
package dev.catchwater.ingest.live.clock;

import org.jspecify.annotations.NullMarked;
