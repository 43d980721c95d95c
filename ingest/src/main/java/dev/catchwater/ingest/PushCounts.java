package dev.catchwater.ingest;

/// What became of the rows of a push, by the names every report and receipt uses. Each row read is
/// counted in exactly one of them, except that a correction is one row read and two rows written.
///
/// @param added new rows
/// @param corrected rows that replaced a stored row
/// @param retracted stored rows that were taken back
/// @param duplicate rows whose key was known, with the same content
/// @param conflicting rows whose key was known, with other content; kept out
/// @param ignored rows that by the rules of the merge strategy say nothing
/// @param quarantined bad rows that were put aside
public record PushCounts(
    long added,
    long corrected,
    long retracted,
    long duplicate,
    long conflicting,
    long ignored,
    long quarantined) {

  /// Nothing yet.
  public static final PushCounts NONE = new PushCounts(0, 0, 0, 0, 0, 0, 0);

  /// Rows added, of a push that does nothing else.
  public static PushCounts ofAdded(long rows) {
    return new PushCounts(rows, 0, 0, 0, 0, 0, 0);
  }

  /// Both together.
  public PushCounts plus(PushCounts other) {
    return new PushCounts(
        added + other.added,
        corrected + other.corrected,
        retracted + other.retracted,
        duplicate + other.duplicate,
        conflicting + other.conflicting,
        ignored + other.ignored,
        quarantined + other.quarantined);
  }
}
