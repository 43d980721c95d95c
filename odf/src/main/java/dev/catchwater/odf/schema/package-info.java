/// Types, fields and schemas, and the DDL notation.
@NullMarked
package dev.catchwater.odf.schema;

import org.jspecify.annotations.NullMarked;
