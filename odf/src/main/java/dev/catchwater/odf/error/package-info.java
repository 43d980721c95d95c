/// The error model: kinds, codes, places.
@NullMarked
package dev.catchwater.odf.error;

import org.jspecify.annotations.NullMarked;
