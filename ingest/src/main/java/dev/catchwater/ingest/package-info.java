/// The way of a push: read, merge, seal. Begin at [dev.catchwater.ingest.PushIngest], which is the
/// story; each phase has its package.
///
/// *Fed by* the command line. *Feeds* `storage`, which makes the slices and blocks durable.
@NullMarked
package dev.catchwater.ingest;

import org.jspecify.annotations.NullMarked;
