package dev.catchwater.query.transform;

/// How a derivative follows its inputs. Immutable.
///
/// @param way what a run looks at
/// @param why in words for people: what the query is, or what in it stands in the way
public record Maintenance(Way way, String why) {
  /// What a run looks at.
  public enum Way {
    /// New rows alone; each gives rows that are appended.
    APPENDED,
    /// New rows, and the state of the groups that they are in.
    AGGREGATED,
    /// All rows of the inputs; the difference to the former result is appended.
    RECOMPUTED
  }

  /// Whether a run costs what is new, not what there is.
  public boolean isIncremental() {
    return way != Way.RECOMPUTED;
  }

  /// `incremental` or `recomputed`, as answers have it.
  public String word() {
    return isIncremental() ? "incremental" : "recomputed";
  }

  static Maintenance recomputed(String why) {
    return new Maintenance(Way.RECOMPUTED, why);
  }
}
