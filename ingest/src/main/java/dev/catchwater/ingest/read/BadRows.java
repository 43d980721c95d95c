package dev.catchwater.ingest.read;

import dev.catchwater.ingest.read.cell.BadValue;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The rows that could not be taken: the first ten and how many in all. Used by one thread.
final class BadRows {
  static final int SHOWN_MAX = 10;

  private final @Nullable String file;
  private final List<CatchwaterException> first = new ArrayList<>();
  private long count;

  BadRows(@Nullable String file) {
    this.file = file;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /// Notes a row.
  ///
  /// @param rowStart where in the window the row begins, at the beginning of line `line`
  /// @param valueAt where the value at hand begins
  /// @param field the field at hand
  void add(
      BadValue bad,
      ByteWindow window,
      int rowStart,
      long line,
      int valueAt,
      @Nullable String field) {
    add(describe(bad, window, rowStart, line, valueAt, field));
  }

  /// Notes a row that is described already.
  void add(CatchwaterException failure) {
    if (++count <= SHOWN_MAX) {
      first.add(failure);
    }
  }

  /// Notes a row that is described only where it is shown.
  void add(Supplier<CatchwaterException> failure) {
    if (++count <= SHOWN_MAX) {
      first.add(failure.get());
    }
  }

  /// Counts rows that are not shown.
  void addUntold(long rows) {
    count += rows;
  }

  /// The failure of one row.
  CatchwaterException describe(
      BadValue bad,
      ByteWindow window,
      int rowStart,
      long line,
      int valueAt,
      @Nullable String field) {
    return describe(bad, window, rowStart, line, 1, valueAt, field);
  }

  /// The same for a row that begins at a later column of its line.
  CatchwaterException describe(
      BadValue bad,
      ByteWindow window,
      int rowStart,
      long line,
      long startColumn,
      int valueAt,
      @Nullable String field) {
    int position = bad.position >= 0 ? bad.position : valueAt;
    String message =
        bad.namesByte ? bad.text() + " at byte " + window.positionOf(position) : bad.text();
    Place place =
        place(
            window.buffer, rowStart, line, startColumn, position, bad.isStructural ? null : field);
    return CatchwaterException.ofRow(ErrorCode.BAD_DATA, place, message, bad.hint);
  }

  private Place place(
      byte[] b, int rowStart, long line, long startColumn, int position, @Nullable String field) {
    long atLine = line;
    long column = startColumn;
    for (int p = rowStart; p < position; p++) {
      if (b[p] == '\n' || (b[p] == '\r' && b[p + 1] != '\n')) {
        atLine++;
        column = 1;
      } else if ((b[p] & 0xC0) != 0x80) {
        column++;
      }
    }
    return new Place(file, atLine, column, field);
  }

  /// A place that is a line.
  Place line(long line) {
    return new Place(file, line, 0, null);
  }

  /// Fails where there was a bad row.
  ///
  /// @throws CatchwaterException BAD_DATA
  void raise() {
    raise(" rows cannot be taken, nothing is written");
  }

  /// Fails where there was a bad row and what was read is committed piece by piece: nobody waits
  /// for the end of an input that may never end.
  ///
  /// @throws CatchwaterException BAD_DATA
  void raiseAtCut(RowColumns columns) {
    if (columns.isCut()) {
      raiseAtCut();
    }
  }

  /// The same where it is known that there are cuts.
  void raiseAtCut() {
    raise(" rows cannot be taken, their batch is not written");
  }

  private void raise(String what) {
    if (count == 1) {
      throw first.getFirst();
    }
    if (count > 1) {
      String message = count + what;
      if (count > SHOWN_MAX) {
        message += "; the first " + SHOWN_MAX + " and " + (count - SHOWN_MAX) + " more";
      }
      CatchwaterException failure = CatchwaterException.of(ErrorCode.BAD_DATA, message);
      throw (file == null ? failure : failure.withPlace(Place.of(file))).withDetails(first);
    }
  }
}
