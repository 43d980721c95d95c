/// Rows as text: the output formats of `tail` and `list`, byte for byte those of kamu.
///
/// Fed by record batches; feeds whatever stream the caller gives. Begin with
/// [dev.catchwater.query.format.RowFormat].
@NullMarked
package dev.catchwater.query.format;

import org.jspecify.annotations.NullMarked;
