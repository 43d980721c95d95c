/// Hashes, dataset ids and names.
@NullMarked
package dev.catchwater.odf.identity;

import org.jspecify.annotations.NullMarked;
