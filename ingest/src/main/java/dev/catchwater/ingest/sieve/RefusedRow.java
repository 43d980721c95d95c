package dev.catchwater.ingest.sieve;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.Place;
import org.jspecify.annotations.Nullable;

/// A row that a push set aside. Immutable, as long as nobody writes to its bytes.
///
/// @param file the input's name, null for standard input and bodies
/// @param line from 1; 0 where it is not known
/// @param column of the line, in characters from 1; 0 where it is not known
/// @param field the path of the field, null where the fault is not in one
/// @param code slug of the [dev.catchwater.odf.error.ErrorCode]
/// @param message the sentence without its place
/// @param header the line that names the fields of a CSV input, null where there is none
/// @param bytes the row as it came, unpacked and in UTF-8, without its line end; what is not valid
///   UTF-8 is kept as it is
public record RefusedRow(
    @Nullable String file,
    long line,
    long column,
    @Nullable String field,
    String code,
    String message,
    @Nullable String hint,
    @Nullable String header,
    byte[] bytes) {

  /// The row that a failure is about.
  static RefusedRow of(CatchwaterException failure, @Nullable String header, byte[] bytes) {
    Place place = failure.place();
    return new RefusedRow(
        place == null ? null : place.file(),
        place == null ? 0 : place.line(),
        place == null ? 0 : place.column(),
        place == null ? null : place.field(),
        failure.code().slug(),
        failure.plainMessage(),
        failure.hint(),
        header,
        bytes);
  }

  /// Place and message as one line: `rows.csv:7:3, field "t": …`.
  public String text() {
    String place = new Place(file, line, column, field).toString();
    return place.isEmpty() ? message : place + ": " + message;
  }
}
