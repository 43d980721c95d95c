/// Tests of this package.
@NullMarked
package dev.catchwater.columnar.batch;

import org.jspecify.annotations.NullMarked;
