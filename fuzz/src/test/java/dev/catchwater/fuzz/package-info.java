/// Fuzz targets, one a reader, and the replay of what their corpora hold. How long campaigns are
/// run, and what they found: `docs/internals/fuzzing.md`.
@NullMarked
package dev.catchwater.fuzz;

import org.jspecify.annotations.NullMarked;
