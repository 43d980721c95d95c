package dev.catchwater.ingest;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.merge.KeyText;
import dev.catchwater.odf.schema.OperationType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Where a piece of a ChangelogStream may end: not between a correct-from and the next row of its
/// key, which must be its correct-to.
///
/// @param operation the column of the operation type
/// @param key the columns of the key
record PairCut(String operation, List<String> key) {

  /// How many of the first rows of a batch can be a piece's last ones: up to the first correct-from
  /// whose other half is not among them.
  int whole(RecordBatch rows, int count) {
    int at = rows.schema().indexOf(operation);
    for (String column : key) {
      at = rows.schema().indexOf(column) < 0 ? -1 : at;
    }
    if (at < 0) {
      return count; // not what the source needs: its own phase says so
    }
    Column operations = rows.column(at);
    Map<String, Integer> open = new HashMap<>();
    for (int row = 0; row < count; row++) {
      if (isCorrectFrom(operations, row)) {
        open.put(KeyText.of(rows, row, key), row);
      } else if (!open.isEmpty()) {
        open.remove(KeyText.of(rows, row, key));
      }
    }
    int whole = count;
    for (int row : open.values()) {
      whole = Math.min(whole, row);
    }
    return whole;
  }

  private static boolean isCorrectFrom(Column operations, int row) {
    if (operations.isNull(row)) {
      return false;
    }
    int code = OperationType.CORRECT_FROM.code();
    if (operations instanceof Column.Ints ints) {
      return ints.values()[row] == code;
    }
    if (operations instanceof Column.Longs longs) {
      return longs.values()[row] == code;
    }
    return operations instanceof Column.Bytes texts
        && texts.offsets()[row + 1] - texts.offsets()[row] == 1
        && texts.data()[texts.offsets()[row]] == '0' + code;
  }
}
