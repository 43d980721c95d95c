/// The figures and how they are measured.
///
/// Fed by the product as it is packaged; feeds `benchmarks/RESULTS.md`.
@NullMarked
package dev.catchwater.benchmarks;

import org.jspecify.annotations.NullMarked;
