/// Tests of compaction.
@NullMarked
package dev.catchwater.storage.compact;

import org.jspecify.annotations.NullMarked;
