/// Tests of pull and push.
///
/// Fed by the test kit; feeds nothing.
@NullMarked
package dev.catchwater.storage.transfer;

import org.jspecify.annotations.NullMarked;
