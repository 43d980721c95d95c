package dev.catchwater.cli.doctor;

import dev.catchwater.odf.error.CatchwaterException;
import org.jspecify.annotations.Nullable;

/// What one check found.
///
/// @param subject what was looked at: `java`, `disk`, the name of a dataset
/// @param text one sentence
/// @param mend the command that mends it, or what a person does; null where nothing is to be done
public record Finding(Level level, String subject, String text, @Nullable String mend) {

  /// How bad it is.
  public enum Level {
    /// As it should be.
    OK("ok"),
    /// Worth knowing; everything works.
    NOTICE("notice"),
    /// Something does not work, or may be lost.
    PROBLEM("problem");

    private final String text;

    Level(String text) {
      this.text = text;
    }

    /// The word in reports.
    public String text() {
      return text;
    }
  }

  static Finding ok(String subject, String text) {
    return new Finding(Level.OK, subject, text, null);
  }

  static Finding notice(String subject, String text, @Nullable String mend) {
    return new Finding(Level.NOTICE, subject, text, mend);
  }

  static Finding problem(String subject, CatchwaterException failure, @Nullable String mend) {
    return problem(subject, String.valueOf(failure.getMessage()), mend);
  }

  static Finding problem(String subject, String text, @Nullable String mend) {
    return new Finding(Level.PROBLEM, subject, text, mend);
  }
}
