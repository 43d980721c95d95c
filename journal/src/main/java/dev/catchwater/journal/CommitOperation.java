package dev.catchwater.journal;

/// One thing that a [CommitCore] wants done to the disk.
sealed interface CommitOperation {

  /// The file that an operation is on.
  enum Target {
    /// The segment that is appended to.
    ACTIVE,
    /// The segment that is being prepared, which has no name of its own yet.
    NEXT
  }

  /// Writes zeros into the next segment and forces them, so that later forces of it only overwrite.
  /// At position 0 the file is made.
  record Fill(long position, int bytes) implements CommitOperation {}

  /// Writes records.
  record Write(Target target, byte[] bytes, int length, long position, int records)
      implements CommitOperation {}

  /// Forces what was written.
  record Force(Target target) implements CommitOperation {}

  /// Gives the next segment its name and syncs the folder; from now on it is the active one.
  record Publish(String name) implements CommitOperation {}

  /// Takes back a write for which there was no room: cuts the active segment there and forces it,
  /// or removes the next one.
  record Discard(Target target, long size) implements CommitOperation {}

  /// Deletes a segment whose records are released, and syncs the folder.
  record Remove(String name) implements CommitOperation {}
}
