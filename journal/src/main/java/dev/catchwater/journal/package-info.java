/// The write-ahead log of a dataset: opaque records that are on the disk before anybody is told so.
///
/// A journal is a folder of segments. Begin with [Journal] (the one writer) and [JournalReader]
/// (anybody else); `SegmentFormat` draws the bytes, `CommitCore` decides what is done to the disk
/// and when, `Recovery` what is believed when the journal is opened.
///
/// Fed by the live datasets of ingest, whose records it does not look into; feeds them what
/// survived a crash.
@NullMarked
package dev.catchwater.journal;

import org.jspecify.annotations.NullMarked;
