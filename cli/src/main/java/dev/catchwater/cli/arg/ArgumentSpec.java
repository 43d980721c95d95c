package dev.catchwater.cli.arg;

/// An argument that is told by its position.
///
/// @param name what help calls it, upper case
/// @param help one sentence
/// @param isRequired whether at least one must be given
/// @param isRepeated whether it takes all that follow; only the last argument can
/// @param kind what completion offers
public record ArgumentSpec(
    String name, String help, boolean isRequired, boolean isRepeated, Kind kind) {

  /// What an argument names.
  public enum Kind {
    DATASET,
    /// A push source of the dataset that the first argument names.
    SOURCE,
    REPOSITORY,
    SETTING,
    FILE,
    TEXT
  }

  /// An argument that must be given once.
  public static ArgumentSpec one(String name, Kind kind, String help) {
    return new ArgumentSpec(name, help, true, false, kind);
  }

  /// An argument that may be given once.
  public static ArgumentSpec optional(String name, Kind kind, String help) {
    return new ArgumentSpec(name, help, false, false, kind);
  }

  /// An argument that may be given any number of times.
  public static ArgumentSpec many(String name, Kind kind, String help) {
    return new ArgumentSpec(name, help, false, true, kind);
  }

  /// The same argument, which must be given at least once.
  public ArgumentSpec required() {
    return new ArgumentSpec(name, help, true, isRepeated, kind);
  }

  /// `<FILE>`, `[FILE]...`
  public String usage() {
    return (isRequired ? "<" + name + ">" : "[" + name + "]") + (isRepeated ? "..." : "");
  }
}
