package dev.catchwater.ingest.prepare;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
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
  private long rowsBefore;

  private OperationColumn(String name, int at, boolean takesNulls) {
    this.name = name;
    this.at = at;
    this.takesNulls = takesNulls;
  }

  /// @throws CatchwaterException `SCHEMA_MISMATCH` if the column is of another type, or missing
  ///   where it must be there
  static OperationColumn of(DataSchema read, String name, MergeStrategy merge) {
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
    return new OperationColumn(name, at, isUpsert);
  }

  DataField field() {
    return DataField.of(name, takesNulls ? Scalar.INT32.optional() : Scalar.INT32);
  }

  /// The codes of the next rows.
  ///
  /// @throws CatchwaterException `BAD_DATA` for what is no code, or a null where there must be one
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
          throw bad("Row " + (rowsBefore + row + 1) + " has no operation type in " + name);
        }
      } else {
        codes[row] = code(column, row);
      }
    }
    rowsBefore += count;
    return new Column.Ints(count, codes, column.validity());
  }

  private int code(Column column, int row) {
    long code;
    if (column instanceof Column.Ints ints) {
      code = ints.values()[row];
    } else if (column instanceof Column.Longs longs) {
      code = longs.values()[row];
    } else {
      Column.Bytes texts = (Column.Bytes) column;
      int start = texts.offsets()[row];
      int length = texts.offsets()[row + 1] - start;
      String text = new String(texts.data(), start, length, StandardCharsets.UTF_8);
      if (length != 1 || text.charAt(0) < '0' || text.charAt(0) > '3') {
        throw bad("'" + text + "' in row " + (rowsBefore + row + 1) + " is no operation type");
      }
      code = Character.digit(text.charAt(0), 10);
    }
    if (!OperationType.isCode(code)) {
      throw bad(code + " in row " + (rowsBefore + row + 1) + " is no operation type");
    }
    return (int) code;
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

  private static CatchwaterException bad(String message) {
    return CatchwaterException.of(ErrorCode.BAD_DATA, message).withHint(CODES);
  }
}
