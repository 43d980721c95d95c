/// Tests of `ingest.merge`.
///
/// Fed by the test kit; feeds nothing.
@NullMarked
package dev.catchwater.ingest.merge;

import org.jspecify.annotations.NullMarked;
