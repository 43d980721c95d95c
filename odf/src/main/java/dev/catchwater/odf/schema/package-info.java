/// Types, fields and schemas, and the DDL notation.
///
/// Fed by manifests and blocks; feeds readers, writers and the merge with what a column holds.
@NullMarked
package dev.catchwater.odf.schema;

import org.jspecify.annotations.NullMarked;
