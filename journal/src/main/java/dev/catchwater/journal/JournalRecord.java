package dev.catchwater.journal;

/// A record of a journal.
///
/// @param sequence its place in the order of appends, from 1
/// @param payload its bytes, as they were appended; not copied
/// @param durableBefore the last record that was durable when this one was written: all records of
///   a group have the same, and no two groups do, also after a recovery
public record JournalRecord(long sequence, byte[] payload, long durableBefore) {}
