/// Rows as a source reads them become rows as the dataset stores them: columns by name, times in
/// milliseconds, system columns kept free.
///
/// *Fed by* `ingest.read`. *Feeds* `ingest.merge`.
@NullMarked
package dev.catchwater.ingest.prepare;

import org.jspecify.annotations.NullMarked;
