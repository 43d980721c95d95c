/// Rows in memory: columns of primitive arrays and validity bits.
@NullMarked
package dev.catchwater.columnar.batch;

import org.jspecify.annotations.NullMarked;
