/// Tests of the test kit, and of the real disk by the same contract.
///
/// Fed by the disk module; feeds nothing.
@NullMarked
package dev.catchwater.testkit;

import org.jspecify.annotations.NullMarked;
