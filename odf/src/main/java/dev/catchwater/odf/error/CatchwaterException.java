package dev.catchwater.odf.error;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The one exception for what the world does to us: a code, the place, one sentence, and a hint
/// with the smallest fix. Our own defects are [IllegalStateException]s and never wrapped in this.
///
/// [#getMessage()] is the whole line a person reads: place, message, hint. Immutable.
public final class CatchwaterException extends RuntimeException {
  private final ErrorCode code;
  private final transient @Nullable Place place;
  private final String plainMessage;
  private final @Nullable String hint;
  private final transient List<CatchwaterException> details;
  private final boolean isTraced;

  private CatchwaterException(
      ErrorCode code,
      @Nullable Place place,
      String plainMessage,
      @Nullable String hint,
      List<CatchwaterException> details,
      @Nullable Throwable cause,
      boolean isTraced) {
    super(line(place, plainMessage, hint), cause, true, isTraced);
    this.code = code;
    this.place = place;
    this.plainMessage = plainMessage;
    this.hint = hint;
    this.details = List.copyOf(details);
    this.isTraced = isTraced;
  }

  /// A failure with a message only.
  public static CatchwaterException of(ErrorCode code, String message) {
    return new CatchwaterException(code, null, message, null, List.of(), null, true);
  }

  /// A failure with its place.
  public static CatchwaterException at(ErrorCode code, Place place, String message) {
    return new CatchwaterException(code, place, message, null, List.of(), null, true);
  }

  /// A failure of one row of many. It has no stack trace: where in the program a row was refused
  /// says nothing of the row, and to find that out costs more than to read it.
  public static CatchwaterException ofRow(
      ErrorCode code, Place place, String message, @Nullable String hint) {
    return new CatchwaterException(code, place, message, hint, List.of(), null, false);
  }

  /// The same failure with the smallest fix behind it.
  public CatchwaterException withHint(String hint) {
    return new CatchwaterException(code, place, plainMessage, hint, details, getCause(), isTraced);
  }

  /// The same failure at a place.
  public CatchwaterException withPlace(Place place) {
    return new CatchwaterException(code, place, plainMessage, hint, details, getCause(), isTraced);
  }

  /// The same failure with what it was caused by.
  public CatchwaterException withCause(Throwable cause) {
    return new CatchwaterException(code, place, plainMessage, hint, details, cause, isTraced);
  }

  /// The same failure with the single failures it sums up (each bad row, each bad manifest).
  public CatchwaterException withDetails(List<CatchwaterException> details) {
    return new CatchwaterException(code, place, plainMessage, hint, details, getCause(), isTraced);
  }

  /// The stable code.
  public ErrorCode code() {
    return code;
  }

  /// Where, if known.
  public @Nullable Place place() {
    return place;
  }

  /// The sentence without place and hint.
  public String plainMessage() {
    return plainMessage;
  }

  /// The smallest fix, if there is one.
  public @Nullable String hint() {
    return hint;
  }

  /// The single failures this one sums up; empty for a single failure.
  public List<CatchwaterException> details() {
    return details;
  }

  private static String line(@Nullable Place place, String message, @Nullable String hint) {
    String at = place == null ? "" : place.toString();
    return (at.isEmpty() ? "" : at + ": ") + message + (hint == null ? "" : " (" + hint + ")");
  }
}
