package dev.catchwater.ingest.read;

import dev.catchwater.ingest.sieve.Sieve;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Rows that were read and that a merge cannot take: what is no operation type, a key without a
/// value, a key that comes twice. The first ten and how many in all, as of rows that cannot be
/// read; where each began is found out when they are told. Used by one thread.
public final class RowFaults {
  /// How many are told.
  public static final int SHOWN_MAX = BadRows.SHOWN_MAX;

  /// How many are handed to a sieve; more refuse the push.
  private static final int SIEVED_MAX = 100_000;

  private final @Nullable RowReader reader;
  private final @Nullable String file;
  private final @Nullable Sieve sieve;
  private final List<Fault> first = new ArrayList<>(0);
  private long count;

  private record Fault(
      long row, @Nullable String field, String message, String hint, long earlierRow) {}

  /// @param reader whose rows these are
  /// @param file the input's name, or null
  public RowFaults(RowReader reader, @Nullable String file) {
    this(reader, file, null);
  }

  /// @param sieve what the rows are handed to, all of them, so that the push begins again without
  ///   them; null where they refuse the push
  public RowFaults(RowReader reader, @Nullable String file, @Nullable Sieve sieve) {
    this.sieve = sieve;
    this.reader = reader;
    this.file = file;
  }

  private RowFaults() {
    sieve = null;
    reader = null;
    file = null;
  }

  /// Raises the first row where it is noted, for callers that cannot go on to the end.
  public static RowFaults raising() {
    return new RowFaults();
  }

  public boolean isEmpty() {
    return count == 0;
  }

  /// Notes a row.
  ///
  /// @param row numbered from 0 by arrival
  /// @throws CatchwaterException BAD_DATA where nothing is collected
  public void add(long row, @Nullable String field, String message, String hint) {
    add(new Fault(row, field, message, hint, -1));
  }

  /// Notes a row that goes against an earlier one; the message is told with the place of that.
  public void add(long row, long earlierRow, @Nullable String field, String message, String hint) {
    add(new Fault(row, field, message, hint, earlierRow));
  }

  /// Notes rows that are only counted.
  public void addUntold(long rows) {
    count += rows;
  }

  /// Fails where there was a bad row. To be called when the reading has ended.
  ///
  /// @throws CatchwaterException BAD_DATA: the one row, or a summary whose details are the first 10
  /// @throws dev.catchwater.ingest.sieve.ReadAgainException where there is a sieve
  public void raise() {
    if (count == 0) {
      return;
    }
    if (sieve != null && first.size() == count) {
      TreeMap<Long, CatchwaterException> rows = new TreeMap<>();
      for (Fault fault : first) {
        rows.putIfAbsent(fault.row(), failure(fault));
      }
      throw sieve.exclude(rows);
    }
    BadRows rows = new BadRows(file);
    for (Fault fault : first) {
      rows.add(failure(fault));
    }
    rows.addUntold(count - first.size());
    if (reader != null && reader.rowsBefore() > 0) {
      rows.raiseAtCut();
    }
    rows.raise();
  }

  private void add(Fault fault) {
    count++;
    if (first.size() < (sieve == null ? SHOWN_MAX : SIEVED_MAX)) {
      first.add(fault);
    }
    if (reader == null) {
      throw failure(fault);
    }
  }

  private CatchwaterException failure(Fault fault) {
    long line = line(fault.row());
    String text = fault.message();
    if (fault.earlierRow() >= 0) {
      text += where(fault.earlierRow());
    }
    if (line == 0) {
      text = where(fault.row()) + ": " + text;
    }
    Place place = new Place(file, line, 0, fault.field());
    return CatchwaterException.ofRow(ErrorCode.BAD_DATA, place, text, fault.hint());
  }

  private String where(long row) {
    long line = line(row);
    return line > 0
        ? "line " + line
        : "row " + ((reader == null ? 0 : reader.rowsBefore()) + row + 1);
  }

  private long line(long row) {
    return reader == null ? 0 : reader.lineOf(row);
  }
}
