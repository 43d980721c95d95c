/// Checks a dataset against everything its chain says. Begin with [Verifier].
///
/// Fed by storage (blocks, slices) and columnar (rows, logical hashes); feeds the cli and the tests
/// of everything that writes.
@NullMarked
package dev.catchwater.storage.verify;

import org.jspecify.annotations.NullMarked;
