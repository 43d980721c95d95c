/// From pages to columns: levels, dictionaries, encodings.
///
/// Fed by [dev.catchwater.disk]; feeds [dev.catchwater.columnar.slice]. Begin at [ColumnReader].
/// What a page says is never believed before it is checked.
@NullMarked
package dev.catchwater.columnar.decode;

import org.jspecify.annotations.NullMarked;
