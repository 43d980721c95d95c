/// Hashes, dataset ids and names.
///
/// Fed by text and bytes of others; feeds every package with checked values.
@NullMarked
package dev.catchwater.odf.identity;

import org.jspecify.annotations.NullMarked;
