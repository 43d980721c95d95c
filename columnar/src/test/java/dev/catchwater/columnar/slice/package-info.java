/// Tests of this package.
@NullMarked
package dev.catchwater.columnar.slice;

import org.jspecify.annotations.NullMarked;
