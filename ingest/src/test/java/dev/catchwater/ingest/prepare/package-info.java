/// Tests of `ingest.prepare`.
///
/// Fed by the test kit; feeds nothing.
@NullMarked
package dev.catchwater.ingest.prepare;

import org.jspecify.annotations.NullMarked;
