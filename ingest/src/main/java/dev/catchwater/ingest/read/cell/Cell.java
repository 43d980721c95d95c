package dev.catchwater.ingest.read.cell;

import dev.catchwater.columnar.batch.ColumnBuilder;
import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import org.jspecify.annotations.Nullable;

/// Turns the texts of one column into its values: one subclass a kind of column. The coercion table
/// of `docs/reference/reading.md` is what the subclasses together do. Used by one thread.
public abstract class Cell {
  /// The kind of a CSV's byte that stands for itself.
  public static final byte PLAIN = 0;

  /// The least kind of a CSV's bytes that end a field.
  public static final byte FIELD_END = 5;

  public final ColumnBuilder builder;
  public final String typeName;
  private final boolean isRequired;

  public Cell(DataType type, ColumnBuilder builder) {
    this.builder = builder;
    this.typeName = type.required().odfName();
    this.isRequired = !type.isOptional();
  }

  /// The cell for the values of a type.
  ///
  /// @param path the field's name, with those of the objects around it
  public static Cell of(DataType type, String path, Tally tally) {
    ColumnBuilder builder = ColumnBuilder.of(type);
    return of(type, builder, path, tally);
  }

  /// The same, adding to a builder that is there.
  public static Cell of(DataType type, ColumnBuilder builder, String path, Tally tally) {
    DataType plain = type.required();
    if (plain instanceof Scalar scalar) {
      return of(type, scalar, builder, tally);
    }
    return switch (plain.code()) {
      case 1 ->
          new TextCell.Hex(
              type, ((DataType.Binary) plain).fixedLength(), (ColumnBuilder.Bytes) builder);
      case 4 -> new NumberCell.Exact(type, (DataType.Decimal) plain, builder);
      case 17 ->
          new NestedCell.Items(
              type, (DataType.ListOf) plain, (ColumnBuilder.Lists) builder, path, tally);
      case 21 ->
          new NestedCell.Fields(
              type, (DataType.Struct) plain, (ColumnBuilder.Structs) builder, path, tally);
      case 22 -> new TimeCell.OfDay(type, ((DataType.Time) plain).unit(), builder, tally);
      case 23 ->
          new TimeCell.Point(
              type, (DataType.Timestamp) plain, (ColumnBuilder.Longs) builder, tally, 1);
      default -> throw new IllegalStateException("no column of type " + type.odfName());
    };
  }

  private static Cell of(DataType type, Scalar scalar, ColumnBuilder builder, Tally tally) {
    return switch (scalar) {
      case BOOL -> new TextCell.Bool(type, (ColumnBuilder.Bools) builder);
      case INT8, INT16, INT32, UINT8, UINT16, UINT32 ->
          new NumberCell.Small(type, scalar, (ColumnBuilder.Ints) builder);
      case INT64 -> new NumberCell.Large(type, (ColumnBuilder.Longs) builder);
      case UINT64 -> new NumberCell.Unsigned(type, (ColumnBuilder.Longs) builder);
      case FLOAT16 -> new NumberCell.Half(type, (ColumnBuilder.Ints) builder, tally);
      case FLOAT32 -> new NumberCell.Single(type, (ColumnBuilder.Floats) builder, tally);
      case FLOAT64 -> new NumberCell.Real(type, (ColumnBuilder.Doubles) builder, tally);
      case DATE -> new TimeCell.Day(type, (ColumnBuilder.Ints) builder, tally);
      case STRING -> new TextCell.Text(type, (ColumnBuilder.Bytes) builder);
      case NULL -> new TextCell.Nothing(type, builder);
    };
  }

  /// Reads the JSON value at `start`, gives where it ends.
  public int json(JsonScanner scanner, byte[] b, int start) {
    return switch (b[start]) {
      case '"' -> {
        int end = scanner.string(b, start);
        text(scanner.text, scanner.from, scanner.to);
        yield end;
      }
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
        int end = scanner.number(b, start);
        number(b, start, end);
        yield end;
      }
      case 't', 'f' -> {
        int end = scanner.literal(b, start, b[start] == 't' ? "true" : "false");
        bool(b[start] == 't');
        yield end;
      }
      case 'n' -> {
        int end = scanner.literal(b, start, "null");
        absent("null");
        yield end;
      }
      case '{', '[' -> {
        int end = scanner.skip(b, start);
        throw expected(b, start, end);
      }
      default -> throw JsonScanner.notAValue(b, start);
    };
  }

  /// Reads the unquoted CSV field at `start` where its form is the usual one.
  ///
  /// @param kinds the dialect's kinds of bytes; a field ends where one is not plain
  /// @return where it ends, or -1 with nothing done: [#text] must take it
  public int csv(byte[] b, int start, byte[] kinds) {
    return -1;
  }

  /// Takes a JSON text or a CSV field.
  public abstract void text(byte[] b, int start, int end);

  /// Takes a JSON number.
  public void number(byte[] b, int start, int end) {
    throw expected(b, start, end);
  }

  /// Takes a JSON boolean.
  public void bool(boolean value) {
    throw BadValue.of("Expected " + expectation() + ", found " + value, null);
  }

  /// Takes that there is no value.
  ///
  /// @param how `null`, `missing` or `empty`
  public final void absent(String how) {
    if (isRequired) {
      throw BadValue.of("A value is required, but it is " + how, absenceHint());
    }
    builder.appendNull();
  }

  @Nullable String absenceHint() {
    return null;
  }

  /// Brings the column back to a number of rows.
  public final void undoTo(int rowCount) {
    while (builder.rowCount() > rowCount) {
      builder.removeLast();
    }
  }

  /// What a value must look like, for a message.
  public abstract String expectation();

  /// The value does not look like it.
  public final BadValue expected(byte[] b, int start, int end) {
    return expected(b, start, end, null);
  }

  public final BadValue expected(byte[] b, int start, int end, @Nullable String hint) {
    return BadValue.of(
        "Expected " + expectation() + ", found \"" + BadValue.shown(b, start, end) + "\"", hint);
  }

  /// Whether a text has the form of a decimal number: digits, maybe a minus, a point, an exponent.
  public static boolean isNumber(byte[] b, int start, int end) {
    int p = start < end && b[start] == '-' ? start + 1 : start;
    int whole = p;
    while (p < end && b[p] >= '0' && b[p] <= '9') {
      p++;
    }
    boolean ok = p > whole;
    if (p < end && b[p] == '.') {
      int decimals = ++p;
      while (p < end && b[p] >= '0' && b[p] <= '9') {
        p++;
      }
      ok &= p > decimals;
    }
    ok &= p - whole <= JsonScanner.DIGITS_MAX;
    if (p < end && (b[p] | 0x20) == 'e') {
      p++;
      if (p < end && (b[p] == '-' || b[p] == '+')) {
        p++;
      }
      int first = p;
      while (p < end && b[p] >= '0' && b[p] <= '9') {
        p++;
      }
      ok &= p > first && p - first <= 4;
    }
    return ok && p == end;
  }
}
