/// Read steps, merge strategies, transforms: what a manifest says of a source.
///
/// Fed by `manifest` and `codec`; feeds ingest, which turns it into readers and merges.
@NullMarked
package dev.catchwater.odf.source;

import org.jspecify.annotations.NullMarked;
