/// Reading rows back: tail and the output formats.
///
/// Fed by the slices of a dataset; feeds the command line with rows as text.
@NullMarked
package dev.catchwater.query;

import org.jspecify.annotations.NullMarked;
