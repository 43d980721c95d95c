package dev.catchwater.columnar.batch;

import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.TimeUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Collects the values of one column, row by row. Each subclass adds its `append`. [#build()] hands
/// the arrays over and starts anew. Used by one thread.
public abstract sealed class ColumnBuilder {
  private static final int ROWS_AT_FIRST = 16;

  private long @Nullable [] validity;
  int rowCount;

  /// The builder for values of a type, optional or not.
  public static ColumnBuilder of(DataType type) {
    DataType plain = type.required();
    if (plain instanceof Scalar scalar) {
      return of(scalar);
    }
    return switch (plain.code()) {
      case 1 -> new Bytes();
      case 4 -> ((DataType.Decimal) plain).precision() <= 18 ? new Longs() : new Bytes();
      case 5, 23 -> new Longs();
      case 17 -> new Lists(of(((DataType.ListOf) plain).itemType()));
      case 21 -> {
        List<ColumnBuilder> children = new ArrayList<>();
        for (DataField field : ((DataType.Struct) plain).fields()) {
          children.add(of(field.type()));
        }
        yield new Structs(children);
      }
      case 22 -> {
        TimeUnit unit = ((DataType.Time) plain).unit();
        yield unit == TimeUnit.SECOND || unit == TimeUnit.MILLISECOND ? new Ints() : new Longs();
      }
      default -> throw new IllegalArgumentException("no column for " + type.odfName());
    };
  }

  private static ColumnBuilder of(Scalar scalar) {
    return switch (scalar) {
      case BOOL -> new Bools();
      case INT8, INT16, INT32, UINT8, UINT16, UINT32, DATE, FLOAT16 -> new Ints();
      case INT64, UINT64 -> new Longs();
      case FLOAT32 -> new Floats();
      case FLOAT64 -> new Doubles();
      case STRING -> new Bytes();
      case NULL -> new Nulls();
    };
  }

  /// Rows so far.
  public final int rowCount() {
    return rowCount;
  }

  /// A row without a value.
  public final void appendNull() {
    reserveRow();
    long[] bits = validity;
    if (bits == null) {
      bits = new long[(Math.max(rowCount + 1, ROWS_AT_FIRST) + 63) >> 6];
      Arrays.fill(bits, 0, rowCount >> 6, -1L);
      bits[rowCount >> 6] = (1L << rowCount) - 1;
    }
    bits = atLeast(bits, rowCount);
    bits[rowCount >> 6] &= ~(1L << rowCount);
    validity = bits;
    appendSlot();
    rowCount++;
  }

  /// The rows so far as a column; the builder is empty afterwards.
  public final Column build() {
    Column column = build(validity);
    validity = null;
    rowCount = 0;
    return column;
  }

  /// Takes the last row back (a row that turned out bad).
  public final void removeLast() {
    rowCount--;
    dropSlot();
  }

  abstract void reserveRow();

  /// Fills the slot of a null row.
  abstract void appendSlot();

  void dropSlot() {}

  abstract Column build(long @Nullable [] validity);

  final void markValid() {
    long[] bits = validity;
    if (bits != null) {
      bits = atLeast(bits, rowCount);
      bits[rowCount >> 6] |= 1L << rowCount;
      validity = bits;
    }
    rowCount++;
  }

  private static long[] atLeast(long[] bits, int row) {
    return row >> 6 < bits.length ? bits : Arrays.copyOf(bits, bits.length * 2);
  }

  private static int grown(int length) {
    return Math.max(ROWS_AT_FIRST, length * 2);
  }

  /// Builds [Column.Bools].
  public static final class Bools extends ColumnBuilder {
    private byte[] values = {};

    public void append(boolean value) {
      reserveRow();
      values[rowCount] = (byte) (value ? 1 : 0);
      markValid();
    }

    @Override
    void reserveRow() {
      if (rowCount == values.length) {
        values = Arrays.copyOf(values, grown(values.length));
      }
    }

    @Override
    void appendSlot() {
      values[rowCount] = 0;
    }

    @Override
    Column build(long @Nullable [] validity) {
      Column column = new Column.Bools(rowCount, values, validity);
      values = new byte[rowCount];
      return column;
    }
  }

  /// Builds [Column.Ints].
  public static final class Ints extends ColumnBuilder {
    private int[] values = {};

    public void append(int value) {
      reserveRow();
      values[rowCount] = value;
      markValid();
    }

    @Override
    void reserveRow() {
      if (rowCount == values.length) {
        values = Arrays.copyOf(values, grown(values.length));
      }
    }

    @Override
    void appendSlot() {
      values[rowCount] = 0;
    }

    @Override
    Column build(long @Nullable [] validity) {
      Column column = new Column.Ints(rowCount, values, validity);
      values = new int[rowCount];
      return column;
    }
  }

  /// Builds [Column.Longs].
  public static final class Longs extends ColumnBuilder {
    private long[] values = {};

    public void append(long value) {
      reserveRow();
      values[rowCount] = value;
      markValid();
    }

    @Override
    void reserveRow() {
      if (rowCount == values.length) {
        values = Arrays.copyOf(values, grown(values.length));
      }
    }

    @Override
    void appendSlot() {
      values[rowCount] = 0;
    }

    @Override
    Column build(long @Nullable [] validity) {
      Column column = new Column.Longs(rowCount, values, validity);
      values = new long[rowCount];
      return column;
    }
  }

  /// Builds [Column.Floats].
  public static final class Floats extends ColumnBuilder {
    private float[] values = {};

    public void append(float value) {
      reserveRow();
      values[rowCount] = value;
      markValid();
    }

    @Override
    void reserveRow() {
      if (rowCount == values.length) {
        values = Arrays.copyOf(values, grown(values.length));
      }
    }

    @Override
    void appendSlot() {
      values[rowCount] = 0;
    }

    @Override
    Column build(long @Nullable [] validity) {
      Column column = new Column.Floats(rowCount, values, validity);
      values = new float[rowCount];
      return column;
    }
  }

  /// Builds [Column.Doubles].
  public static final class Doubles extends ColumnBuilder {
    private double[] values = {};

    public void append(double value) {
      reserveRow();
      values[rowCount] = value;
      markValid();
    }

    @Override
    void reserveRow() {
      if (rowCount == values.length) {
        values = Arrays.copyOf(values, grown(values.length));
      }
    }

    @Override
    void appendSlot() {
      values[rowCount] = 0;
    }

    @Override
    Column build(long @Nullable [] validity) {
      Column column = new Column.Doubles(rowCount, values, validity);
      values = new double[rowCount];
      return column;
    }
  }

  /// Builds [Column.Bytes].
  public static final class Bytes extends ColumnBuilder {
    private int[] offsets = {0};
    private byte[] data = {};

    public void append(byte[] from, int offset, int length) {
      reserveRow();
      int start = offsets[rowCount];
      if (data.length - start < length) {
        data = Arrays.copyOf(data, Math.max(start + length, grown(data.length)));
      }
      System.arraycopy(from, offset, data, start, length);
      offsets[rowCount + 1] = start + length;
      markValid();
    }

    public void append(byte[] value) {
      append(value, 0, value.length);
    }

    /// Bytes of all values so far.
    public int byteCount() {
      return offsets[rowCount];
    }

    @Override
    void reserveRow() {
      if (rowCount + 1 == offsets.length) {
        offsets = Arrays.copyOf(offsets, grown(offsets.length));
      }
    }

    @Override
    void appendSlot() {
      offsets[rowCount + 1] = offsets[rowCount];
    }

    @Override
    Column build(long @Nullable [] validity) {
      Column column = new Column.Bytes(rowCount, offsets, data, validity);
      data = new byte[offsets[rowCount]];
      offsets = new int[rowCount + 1];
      return column;
    }
  }

  /// Builds [Column.Lists]: append the items to [#items()], then [#endList()].
  public static final class Lists extends ColumnBuilder {
    private final ColumnBuilder items;
    private int[] offsets = {0};

    Lists(ColumnBuilder items) {
      this.items = items;
    }

    /// Where the items of the open list go.
    public ColumnBuilder items() {
      return items;
    }

    /// Closes the list that began after the last row.
    public void endList() {
      reserveRow();
      offsets[rowCount + 1] = items.rowCount();
      markValid();
    }

    @Override
    void reserveRow() {
      if (rowCount + 1 == offsets.length) {
        offsets = Arrays.copyOf(offsets, grown(offsets.length));
      }
    }

    @Override
    void appendSlot() {
      offsets[rowCount + 1] = offsets[rowCount];
    }

    @Override
    void dropSlot() {
      while (items.rowCount() > offsets[rowCount]) {
        items.removeLast();
      }
    }

    @Override
    Column build(long @Nullable [] validity) {
      Column column = new Column.Lists(rowCount, offsets, items.build(), validity);
      offsets = new int[rowCount + 1];
      return column;
    }
  }

  /// Builds [Column.Structs]: append to every child, then [#endStruct()].
  public static final class Structs extends ColumnBuilder {
    private final List<ColumnBuilder> children;

    Structs(List<ColumnBuilder> children) {
      this.children = children;
    }

    /// Where the values of the open row go.
    public List<ColumnBuilder> children() {
      return children;
    }

    /// Closes the row.
    public void endStruct() {
      markValid();
    }

    @Override
    void reserveRow() {}

    @Override
    void appendSlot() {
      children.forEach(ColumnBuilder::appendNull);
    }

    @Override
    void dropSlot() {
      children.forEach(ColumnBuilder::removeLast);
    }

    @Override
    Column build(long @Nullable [] validity) {
      List<Column> built = new ArrayList<>(children.size());
      for (ColumnBuilder child : children) {
        built.add(child.build());
      }
      return new Column.Structs(rowCount, built, validity);
    }
  }

  /// Builds [Column.Nulls].
  public static final class Nulls extends ColumnBuilder {
    @Override
    void reserveRow() {}

    @Override
    void appendSlot() {}

    @Override
    Column build(long @Nullable [] validity) {
      return new Column.Nulls(rowCount);
    }
  }
}
