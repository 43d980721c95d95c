/// Streams, tables and their versions, in StreamSQL's words, as datasets: what they are called,
/// what says which one a dataset is, how their events and rows become rows with a payload, and how
/// a row is found by its key. Begin with [Tables].
///
/// Fed by the server; feeds `ingest.live` with pushes, and the server with rows.
@NullMarked
package dev.catchwater.tables;

import org.jspecify.annotations.NullMarked;
