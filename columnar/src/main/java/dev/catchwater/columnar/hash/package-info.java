/// The logical hash of rows.
///
/// Fed by [dev.catchwater.columnar.batch]; feeds [dev.catchwater.columnar.slice] and verification.
/// Begin at [LogicalHasher].
@NullMarked
package dev.catchwater.columnar.hash;

import org.jspecify.annotations.NullMarked;
