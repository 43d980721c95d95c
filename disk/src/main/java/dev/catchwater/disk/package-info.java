/// The one port to files. Everything that must survive a crash is written through [Disk], so that a
/// simulated disk can stand in its place; nothing else touches `FileChannel` or `Files.move`.
///
/// Fed by storage and slices; feeds the operating system.
@NullMarked
package dev.catchwater.disk;

import org.jspecify.annotations.NullMarked;
