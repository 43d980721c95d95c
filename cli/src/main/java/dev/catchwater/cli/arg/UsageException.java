package dev.catchwater.cli.arg;

import org.jspecify.annotations.Nullable;

/// A command line that cannot be understood: exit code 2.
public final class UsageException extends RuntimeException {
  private final @Nullable String tip;
  private final @Nullable String usage;

  /// @param tip the smallest fix, or null
  /// @param usage the command's usage line, or null
  public UsageException(String message, @Nullable String tip, @Nullable String usage) {
    super(message);
    this.tip = tip;
    this.usage = usage;
  }

  /// A command line that cannot be understood, with nothing to suggest.
  public UsageException(String message) {
    this(message, null, null);
  }

  /// The smallest fix.
  public @Nullable String tip() {
    return tip;
  }

  /// How the command is used.
  public @Nullable String usage() {
    return usage;
  }
}
