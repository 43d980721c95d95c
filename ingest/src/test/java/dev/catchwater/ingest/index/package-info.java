/// Tests of `ingest.index`.
///
/// Fed by the test kit; feeds nothing.
@NullMarked
package dev.catchwater.ingest.index;

import org.jspecify.annotations.NullMarked;
