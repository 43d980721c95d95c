/// Whether the clock of the machine can be believed. Fed by the wall clock, one that never jumps
/// and the kernel's uptime; asked by `ingest.live` before each push.
@NullMarked
package dev.catchwater.ingest.live.clock;

import org.jspecify.annotations.NullMarked;
