/// From bytes to typed rows: NDJSON, CSV, JSON documents, GeoJSON, shapefiles and Parquet, all by
/// our own parsers.
///
/// Begin at [dev.catchwater.ingest.read.RowReaders]: it looks at the source's read step and at what
/// the caller says the bytes are, unpacks and decodes them, finds or infers the columns, and hands
/// out a [dev.catchwater.ingest.read.RowReader].
///
/// *Fed by* the push (files, standard input, bodies). *Feeds* the merge, batch by batch.
@NullMarked
package dev.catchwater.ingest.read;

import org.jspecify.annotations.NullMarked;
