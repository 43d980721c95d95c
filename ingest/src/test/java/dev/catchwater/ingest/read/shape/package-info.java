/// Tests of `ingest.read.shape`.
///
/// Fed by the test kit; feeds nothing.
@NullMarked
package dev.catchwater.ingest.read.shape;

import org.jspecify.annotations.NullMarked;
