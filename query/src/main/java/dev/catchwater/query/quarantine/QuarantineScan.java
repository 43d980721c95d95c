package dev.catchwater.query.quarantine;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.ingest.quarantine.RowState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.query.Tail;
import dev.catchwater.query.quarantine.QuarantinedRow.End;
import dev.catchwater.query.quarantine.QuarantinedRow.Origin;
import dev.catchwater.query.quarantine.QuarantinedRow.Place;
import dev.catchwater.query.quarantine.QuarantinedRow.Reason;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Goes through a quarantine as it is at one moment: its changes first, of which the last of each
/// row is kept in memory, then the rows in the order they arrived.
final class QuarantineScan {
  private final Dataset quarantine;
  private final HotRows hot;
  private final Map<String, Change> changes = new HashMap<>();

  /// The last that happened to a row.
  private record Change(int number, RowState state, @Nullable Reason why, @Nullable End end) {}

  QuarantineScan(Dataset quarantine, HotRows hot) {
    this.quarantine = quarantine;
    this.hot = hot;
  }

  /// Hands on the rows until `taker` has enough.
  ///
  /// @param taker takes a row; false where it wants no more
  void each(Predicate<QuarantinedRow> taker) {
    read(cells -> {
      if (cells.number("change", 0) > 0) {
        noteChange(cells);
      }
      return true;
    });
    read(cells -> cells.number("change", 0) > 0 || taker.test(row(cells)));
  }

  private void read(Predicate<Cells> taker) {
    try (Tail rows = Tail.open(quarantine, hot, 0, Long.MAX_VALUE)) {
      for (RecordBatch batch = rows.next(); batch != null; batch = rows.next()) {
        for (int row = 0; row < batch.rowCount(); row++) {
          if (!taker.test(new Cells(batch, row))) {
            return;
          }
        }
      }
    } catch (IOException e) {
      throw CatchwaterException.of(
              ErrorCode.STORAGE_FAILED, "The quarantine cannot be read: " + e.getMessage())
          .withCause(e);
    }
  }

  private void noteChange(Cells cells) {
    String id = cells.require("id");
    int number = (int) cells.number("change", 0);
    Change known = changes.get(id);
    if (known != null && known.number > number) {
      return;
    }
    String outcome = cells.text("outcome");
    End end =
        outcome == null
            ? null
            : new End(
                outcome, cells.find("first_offset"), cells.find("last_offset"), cells.text("row"));
    RowState state = RowState.ofWord(cells.require("state"));
    Reason why = cells.text("code") == null ? null : reason(cells);
    changes.put(id, new Change(number, state, why, end));
  }

  private QuarantinedRow row(Cells cells) {
    Origin origin =
        new Origin(
            cells.require("source"),
            cells.require("receipt"),
            cells.text("idempotency_key"),
            cells.text("producer"),
            cells.find("producer_seq"),
            cells.text("format"),
            cells.text("given_event_time"));
    QuarantinedRow row =
        new QuarantinedRow(
            cells.require("id"),
            RowState.ofWord(cells.require("state")),
            0,
            Instant.ofEpochMilli(cells.number("event_time", 0)),
            reason(cells),
            new Place(cells.text("file"), cells.number("line", 0), cells.number("column", 0)),
            cells.text("row"),
            cells.text("bytes"),
            cells.text("header"),
            origin,
            null);
    Change change = changes.get(row.id());
    return change == null
        ? row
        : row.with(
            change.state, change.number, change.why == null ? row.why() : change.why, change.end);
  }

  private static Reason reason(Cells cells) {
    return new Reason(
        cells.require("code"),
        cells.text("field"),
        cells.require("message"),
        cells.text("hint"),
        cells.require("cause"));
  }

  /// The values of a row by name.
  private record Cells(RecordBatch batch, int row) {
    @Nullable String text(String name) {
      Column column = column(name);
      if (column == null || column.isNull(row)) {
        return null;
      }
      Column.Bytes texts = (Column.Bytes) column;
      int start = texts.offsets()[row];
      int length = texts.offsets()[row + 1] - start;
      return new String(texts.data(), start, length, StandardCharsets.UTF_8);
    }

    String require(String name) {
      String text = text(name);
      return text == null ? "" : text;
    }

    @Nullable Long find(String name) {
      Column column = column(name);
      return column == null || column.isNull(row) ? null : number(name, 0);
    }

    long number(String name, long absent) {
      Column column = column(name);
      if (column == null || column.isNull(row)) {
        return absent;
      }
      return column instanceof Column.Ints ints
          ? ints.values()[row]
          : ((Column.Longs) column).values()[row];
    }

    private @Nullable Column column(String name) {
      int at = batch.schema().indexOf(name);
      return at < 0 ? null : batch.column(at);
    }
  }
}
