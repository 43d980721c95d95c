/// Reading rows back: tail and the output formats.
@NullMarked
package dev.catchwater.query;

import org.jspecify.annotations.NullMarked;
