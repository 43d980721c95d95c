/// Tests of this package.
@NullMarked
package dev.catchwater.columnar.hash;

import org.jspecify.annotations.NullMarked;
