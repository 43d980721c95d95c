/// Compression of pages.
///
/// Fed by nothing; feeds [dev.catchwater.columnar.encode] and [dev.catchwater.columnar.decode].
/// Native code is loaded by the first page that needs it, never before.
@NullMarked
package dev.catchwater.columnar.codec;

import org.jspecify.annotations.NullMarked;
