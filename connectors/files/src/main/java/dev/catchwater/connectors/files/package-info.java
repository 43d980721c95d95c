/// Files that lie elsewhere, on the web, in S3, in HDFS: found, copied with a hash while they come,
/// gone on with where they were cut, and not taken twice while they are the same. Begin at
/// [dev.catchwater.connectors.files.FilePlaces].
///
/// *Fed by* `cli` and `server`, with addresses. *Feeds* `ingest`: with files of this machine, and
/// with what is to be committed about where they came from.
@NullMarked
package dev.catchwater.connectors.files;

import org.jspecify.annotations.NullMarked;
