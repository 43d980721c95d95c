package dev.catchwater.cli;

/// The version of the program.
public final class Version {
  private Version() {}

  /// As in the manifest of the jar, `development` where classes are run from a folder.
  public static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
