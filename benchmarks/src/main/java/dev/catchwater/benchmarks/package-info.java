/// The figures and how they are measured.
@NullMarked
package dev.catchwater.benchmarks;

import org.jspecify.annotations.NullMarked;
