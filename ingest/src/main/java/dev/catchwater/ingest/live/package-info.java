/// Pushes into datasets that stay open: acknowledged from a journal, readable at once, sealed in
/// the background.
///
/// *Fed by* the server and the resident engine. *Feeds* `storage` with sealed slices and `query`
/// with the rows that are in none yet ([HotRows]).
@NullMarked
package dev.catchwater.ingest.live;

import org.jspecify.annotations.NullMarked;
