package dev.catchwater.ingest.prepare;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.read.RowFaults;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.OperationType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.source.MergeStrategy;
import java.nio.charset.StandardCharsets;

/// The operation types that come with the rows of a ChangelogStream or UpsertStream, whatever
/// integer the reader made of them, as the Int32 that is stored. Used by one thread.
final class OperationColumn {
  private static final String CODES =
      "operation types are 0 append, 1 retract, 2 correct from, 3 correct to";

  private final String name;
  private final int at;
  private final boolean takesNulls;
  private final RowFaults faults;
  private long rowsBefore;

  private OperationColumn(String name, int at, boolean takesNulls, RowFaults faults) {
    this.name = name;
    this.at = at;
    this.takesNulls = takesNulls;
    this.faults = faults;
  }

  /// @throws CatchwaterException `SCHEMA_MISMATCH` if the column is of another type, or missing
  ///   where it must be there
  static OperationColumn of(DataSchema read, String name, MergeStrategy merge, RowFaults faults) {
    int at = read.indexOf(name);
    boolean isUpsert = merge instanceof MergeStrategy.UpsertStream;
    if (at < 0 && !isUpsert) {
      throw CatchwaterException.of(
              ErrorCode.SCHEMA_MISMATCH,
              "ChangelogStream needs the column '" + name + "' with the operation types")
          .withHint(CODES);
    }
    if (at >= 0 && !isPossible(read.fields().get(at).type().required())) {
      throw CatchwaterException.of(
              ErrorCode.SCHEMA_MISMATCH,
              "Column '"
                  + name
                  + "' holds operation types 0 to 3, but is of type "
                  + read.fields().get(at).type().required().odfName())
          .withHint(CODES);
    }
    return new OperationColumn(name, at, isUpsert, faults);
  }

  DataField field() {
    return DataField.of(name, takesNulls ? Scalar.INT32.optional() : Scalar.INT32);
  }

  /// The codes of the next rows. What is no code, or a null where there must be one, is noted and
  /// is an append here.
  Column of(RecordBatch batch) {
    int count = batch.rowCount();
    int[] codes = new int[count];
    if (at < 0) {
      rowsBefore += count;
      return new Column.Ints(count, codes, null);
    }
    Column column = batch.column(at);
    for (int row = 0; row < count; row++) {
      if (column.isNull(row)) {
        if (!takesNulls) {
          faults.add(
              rowsBefore + row, name, "An operation type is required, but it is null", CODES);
        }
      } else {
        codes[row] = code(column, row);
      }
    }
    rowsBefore += count;
    return new Column.Ints(count, codes, column.validity());
  }

  private int code(Column column, int row) {
    if (column instanceof Column.Bytes texts) {
      int start = texts.offsets()[row];
      int length = texts.offsets()[row + 1] - start;
      String text = new String(texts.data(), start, length, StandardCharsets.UTF_8);
      if (length == 1 && text.charAt(0) >= '0' && text.charAt(0) <= '3') {
        return text.charAt(0) - '0';
      }
      return bad(row, "'" + text + "'");
    }
    long code =
        column instanceof Column.Ints ints
            ? ints.values()[row]
            : ((Column.Longs) column).values()[row];
    return OperationType.isCode(code) ? (int) code : bad(row, Long.toString(code));
  }

  private int bad(int row, String value) {
    faults.add(rowsBefore + row, name, value + " is no operation type", CODES);
    return OperationType.APPEND.code();
  }

  /// Texts are what a reader gives that infers no types.
  private static boolean isPossible(DataType type) {
    if (!(type instanceof Scalar scalar)) {
      return false;
    }
    return switch (scalar) {
      case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, STRING -> true;
      case BOOL, DATE, FLOAT16, FLOAT32, FLOAT64, NULL -> false;
    };
  }
}
