/// The catchwater command, the only place that prints.
///
/// Fed by a person or a script; feeds `storage`, `ingest` and `query` with what was asked, and
/// standard output with what came out.
@NullMarked
package dev.catchwater.cli;

import org.jspecify.annotations.NullMarked;
