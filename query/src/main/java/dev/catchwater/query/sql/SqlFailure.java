package dev.catchwater.query.sql;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import java.sql.SQLException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What goes wrong with SQL, in our words where we know better than the engine.
public final class SqlFailure {
  private SqlFailure() {}

  /// A statement that is over a limit.
  static CatchwaterException tooLarge(String message) {
    return CatchwaterException.of(ErrorCode.QUERY_TOO_LARGE, message);
  }

  /// A statement that is valid SQL and may not be run.
  static CatchwaterException notAllowed(Place place, String message) {
    return CatchwaterException.at(ErrorCode.SQL_NOT_ALLOWED, place, message);
  }

  /// What the engine said of a statement.
  ///
  /// @param wrapped bytes that stand before the statement in what the engine got
  static CatchwaterException of(SQLException e, SqlText text, int wrapped) {
    return of(String.valueOf(e.getMessage()), text, wrapped).withCause(e);
  }

  /// What the engine said, in its own text: `Binder Error: {"exception_type": …}`.
  static CatchwaterException of(String engineMessage, SqlText text, int wrapped) {
    int brace = engineMessage.indexOf('{');
    if (brace < 0 || !engineMessage.endsWith("}")) {
      return of("", engineMessage, text.place(-1), null);
    }
    SyntaxNode said = SyntaxNode.parse(engineMessage.substring(brace));
    return of(
        said.text("exception_type"),
        said.text("exception_message"),
        text.place(position(said.text("position")) - wrapped),
        said);
  }

  /// A position as the engine writes it, which has no sign: its largest number means not known.
  static long position(String text) {
    return text.isEmpty() ? -1 : Long.parseUnsignedLong(text);
  }

  private static CatchwaterException of(
      String type, String message, Place place, @Nullable SyntaxNode said) {
    String kind = type.toLowerCase(Locale.ROOT);
    if (kind.contains("memory") || message.contains("Cannot allocate memory")) {
      return CatchwaterException.at(
              ErrorCode.QUERY_TOO_LARGE, place, "The statement needs more memory than it may have")
          .withHint("ask for fewer rows at once, or filter before sorting and grouping");
    }
    if (kind.equals("permission")) {
      return notAllowed(place, "A statement reads datasets and nothing else");
    }
    if (kind.equals("interrupt")) {
      return CatchwaterException.at(
          ErrorCode.QUERY_TIMEOUT, place, "The statement ran longer than it may");
    }
    String line = message.lines().findFirst().orElse("failed").strip();
    CatchwaterException failure =
        CatchwaterException.at(ErrorCode.BAD_SQL, place, line.replaceFirst("!$", ""));
    String candidates = said == null ? "" : said.text("candidates");
    return candidates.isEmpty()
        ? failure
        : failure.withHint("did you mean " + candidates.replace(",", ", ") + "?");
  }
}
