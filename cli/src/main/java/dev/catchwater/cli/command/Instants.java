package dev.catchwater.cli.command;

import dev.catchwater.cli.arg.UsageException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/// Points in time on the command line.
public final class Instants {
  private Instants() {}

  /// RFC 3339, with an offset or `Z`; relative words such as `yesterday` are not taken, as in kamu.
  ///
  /// @param option whose value it is, for the message
  public static Instant parse(String option, String text) {
    try {
      return OffsetDateTime.parse(text.replace(' ', 'T')).toInstant();
    } catch (DateTimeException _) {
      throw new UsageException(
          "Invalid value '"
              + text
              + "' for '--"
              + option
              + "': RFC 3339 is wanted, such as 2020-01-31T12:00:00Z");
    }
  }
}
