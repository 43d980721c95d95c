/// Tests of the verifier.
///
/// Fed by the test kit; feeds nothing.
@NullMarked
package dev.catchwater.storage.verify;

import org.jspecify.annotations.NullMarked;
