/// Rows that a push with `onError=quarantine` sets aside instead of being refused for them: which
/// ones, why, and when there are too many. Begin at [dev.catchwater.ingest.sieve.Sieve].
///
/// Fed by the readers ([dev.catchwater.ingest.read]) and the merge. Feeds the journal record of the
/// push ([dev.catchwater.ingest.live]), and with it the dataset of quarantined rows.
@NullMarked
package dev.catchwater.ingest.sieve;

import org.jspecify.annotations.NullMarked;
