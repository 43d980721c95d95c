/// Tests of this package.
@NullMarked
package dev.catchwater.columnar.codec;

import org.jspecify.annotations.NullMarked;
