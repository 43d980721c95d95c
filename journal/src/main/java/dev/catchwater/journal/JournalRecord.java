package dev.catchwater.journal;

/// A record of a journal.
///
/// @param sequence its place in the order of appends, from 1
/// @param payload its bytes, as they were appended; not copied
public record JournalRecord(long sequence, byte[] payload) {}
