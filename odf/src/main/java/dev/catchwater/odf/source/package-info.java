/// Read steps, merge strategies, transforms: what a manifest says of a source.
@NullMarked
package dev.catchwater.odf.source;

import org.jspecify.annotations.NullMarked;
