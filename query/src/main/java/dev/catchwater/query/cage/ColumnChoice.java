package dev.catchwater.query.cage;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.query.sql.Steps.Choice;
import dev.catchwater.query.sql.Steps.Passing;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which columns go to the cage and come back. A column that the steps only hand on is kept, if it
/// is of a type that would come back as it went. At least one goes and one comes back, so that rows
/// can be counted.
///
/// @param sent the columns that go
/// @param travels of each column of the input, whether it goes
/// @param kept of each column of the result the column of the input that it is, or -1 where it
///   comes back; empty where all do
record ColumnChoice(DataSchema sent, List<Boolean> travels, List<Integer> kept) {
  private static final Set<Scalar> UNCHANGED =
      EnumSet.of(
          Scalar.BOOL,
          Scalar.DATE,
          Scalar.FLOAT32,
          Scalar.FLOAT64,
          Scalar.INT8,
          Scalar.INT16,
          Scalar.INT32,
          Scalar.INT64,
          Scalar.UINT8,
          Scalar.UINT16,
          Scalar.UINT32,
          Scalar.UINT64,
          Scalar.STRING);

  /// Chooses.
  ///
  /// @param passing what the steps hand on; null where that is not known
  static ColumnChoice of(DataSchema read, @Nullable Passing passing) {
    List<Boolean> travels = new ArrayList<>();
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < read.fields().size(); i++) {
      travels.add(passing == null || passing.used().get(i));
    }
    if (passing != null) {
      for (int source : passing.sources()) {
        boolean isKept = source >= 0 && isUnchanged(read.fields().get(source).type());
        kept.add(isKept ? source : -1);
        if (!isKept && source >= 0) {
          travels.set(source, true);
        }
      }
      if (!kept.contains(-1)) {
        travels.set(kept.getFirst(), true);
        kept.set(0, -1);
      }
      if (!travels.contains(true)) {
        travels.set(0, true);
      }
    }
    List<DataField> fields = new ArrayList<>();
    for (int i = 0; i < travels.size(); i++) {
      if (travels.get(i)) {
        fields.add(read.fields().get(i));
      }
    }
    return new ColumnChoice(DataSchema.of(fields), List.copyOf(travels), List.copyOf(kept));
  }

  private static boolean isUnchanged(DataType type) {
    DataType required = type.required();
    return required.equals(DataType.Timestamp.MILLIS_UTC)
        || (required instanceof Scalar scalar && UNCHANGED.contains(scalar));
  }

  /// Whether every column comes back.
  boolean keepsNone() {
    return kept.isEmpty();
  }

  /// What the cage is told.
  @Nullable Choice asked() {
    if (keepsNone()) {
      return null;
    }
    List<Boolean> returns = new ArrayList<>();
    for (int source : kept) {
      returns.add(source < 0);
    }
    return new Choice(travels, returns);
  }

  /// The columns of a batch that go.
  RecordBatch sent(RecordBatch batch) {
    if (keepsNone()) {
      return batch;
    }
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < travels.size(); i++) {
      if (travels.get(i)) {
        columns.add(batch.column(i));
      }
    }
    return new RecordBatch(sent, batch.rowCount(), columns);
  }
}
