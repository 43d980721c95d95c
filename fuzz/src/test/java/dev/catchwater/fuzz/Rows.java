package dev.catchwater.fuzz;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.read.InputFormat;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.ingest.read.ReadOptions;
import dev.catchwater.ingest.read.RowReader;
import dev.catchwater.ingest.read.RowReaders;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.source.ReadStep;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads an input to its end and looks whether the batches are what every later phase relies on.
final class Rows {
  private static final ReadOptions DEFAULT = ReadOptions.DEFAULT;
  private static final ReadOptions STRICT =
      new ReadOptions(DEFAULT.eventTimeColumn(), DEFAULT.reservedColumns(), true);
  private static final ReadOptions CUT =
      new ReadOptions(DEFAULT.eventTimeColumn(), DEFAULT.reservedColumns(), false, 2, null);
  private static final ReadOptions KNOWN =
      new ReadOptions("t", List.of("offset", "system_time"), false, 0, Schemas.MANY);

  private static final ReadOptions[] OPTIONS = {DEFAULT, STRICT, CUT, KNOWN};

  private Rows() {}

  /// Reads all of an input under the limits.
  ///
  /// @param choice picks the options
  static void read(ReadStep step, @Nullable InputFormat asked, PushInput input, int choice) {
    ReadOptions options = OPTIONS[choice & 3];
    Limits.hold(() -> read(step, asked, input, options));
  }

  private static void read(
      ReadStep step, @Nullable InputFormat asked, PushInput input, ReadOptions options) {
    long rows = 0;
    try (RowReader reader = RowReaders.open(step, asked, input, options)) {
      for (RecordBatch batch = reader.next(); batch != null; batch = reader.next()) {
        check(batch, reader);
        rows += batch.rowCount();
      }
      require(reader.counts().rows() == rows, "counted another number of rows");
      require(reader.next() == null, "rows behind the last");
    }
  }

  private static void check(RecordBatch batch, RowReader reader) {
    require(batch.rowCount() > 0, "a batch without rows");
    require(batch.schema().equals(reader.schema()), "another schema");
    require(batch.columns().size() == batch.schema().fields().size(), "columns");
    for (int i = 0; i < batch.columns().size(); i++) {
      DataField field = batch.schema().fields().get(i);
      check(field.type(), batch.column(i), batch.rowCount());
    }
  }

  private static void check(DataType type, Column column, int rows) {
    require(column.rowCount() == rows, "a column of another length");
    long[] validity = column.validity();
    require(validity == null || validity.length * 64L >= rows, "too few bits of validity");
    switch (column) {
      case Column.Bools bools -> require(bools.values().length >= rows, "too few values");
      case Column.Ints ints -> require(ints.values().length >= rows, "too few values");
      case Column.Longs longs -> require(longs.values().length >= rows, "too few values");
      case Column.Floats floats -> require(floats.values().length >= rows, "too few values");
      case Column.Doubles doubles -> require(doubles.values().length >= rows, "too few values");
      case Column.Nulls _ -> {}
      case Column.Bytes bytes -> {
        checkOffsets(bytes.offsets(), rows, bytes.data().length);
        if (type.required() == Scalar.STRING) {
          checkText(bytes);
        }
      }
      case Column.Lists lists -> {
        checkOffsets(lists.offsets(), rows, lists.items().rowCount());
        DataType item = ((DataType.ListOf) type.required()).itemType();
        check(item, lists.items(), lists.items().rowCount());
      }
      case Column.Structs structs -> {
        List<DataField> fields = ((DataType.Struct) type.required()).fields();
        require(structs.children().size() == fields.size(), "children");
        for (int i = 0; i < fields.size(); i++) {
          check(fields.get(i).type(), structs.children().get(i), rows);
        }
      }
    }
  }

  private static void checkOffsets(int[] offsets, int rows, int end) {
    require(offsets.length > rows && offsets[0] >= 0, "offsets");
    for (int row = 0; row < rows; row++) {
      require(offsets[row] <= offsets[row + 1], "offsets that fall");
    }
    require(offsets[rows] <= end, "offsets behind the data");
  }

  private static void checkText(Column.Bytes bytes) {
    int[] offsets = bytes.offsets();
    boolean isPlain = true;
    for (int i = offsets[0]; i < offsets[bytes.rowCount()]; i++) {
      isPlain &= bytes.data()[i] >= 0;
    }
    if (isPlain) {
      return;
    }
    for (int row = 0; row < bytes.rowCount(); row++) {
      ByteBuffer text =
          ByteBuffer.wrap(Arrays.copyOfRange(bytes.data(), offsets[row], offsets[row + 1]));
      try {
        StandardCharsets.UTF_8.newDecoder().decode(text);
      } catch (CharacterCodingException e) {
        throw new AssertionError("a text that is not UTF-8", e);
      }
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
