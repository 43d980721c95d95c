/// Tests of the journal.
@NullMarked
package dev.catchwater.journal;

import org.jspecify.annotations.NullMarked;
