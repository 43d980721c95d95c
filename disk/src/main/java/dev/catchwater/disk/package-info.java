/// The one port to files. Everything that must survive a crash is written through [Disk], so that a
/// simulated disk can stand in its place; nothing else touches `FileChannel` or `Files.move`.
@NullMarked
package dev.catchwater.disk;

import org.jspecify.annotations.NullMarked;
