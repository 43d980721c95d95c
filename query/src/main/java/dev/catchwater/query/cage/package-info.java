/// A process that may do nothing but answer SQL: started with little memory, no network and one
/// folder, killed when it takes too long, gone with its parent (reliability.md §8.1). The
/// preprocess of push sources runs in it.
///
/// *Fed by* `ingest.prepare`, whose port it implements. *Feeds* it with the rows of the last step.
@NullMarked
package dev.catchwater.query.cage;

import org.jspecify.annotations.NullMarked;
