package dev.catchwater.ingest.read.shape;

import dev.catchwater.odf.schema.DataType;
import dev.catchwater.odf.schema.Scalar;
import org.jspecify.annotations.Nullable;

/// A field of a table.
///
/// @param type the letter of its kind
/// @param offset where it begins in a record
/// @param isFoxPro whether the table is one of Visual FoxPro, where some letters mean something
///   else
public record TableField(
    String name, char type, int offset, int length, int decimals, boolean isFoxPro) {
  private static final int DIGITS_OF_LONG = 18;

  /// The type of its values, null for kinds that are not read (memos, pictures), and for lengths
  /// that a kind does not have.
  public @Nullable DataType dataType() {
    return switch (type) {
      case 'C' -> Scalar.STRING;
      case 'N', 'F' -> decimals == 0 && length <= DIGITS_OF_LONG ? Scalar.INT64 : Scalar.FLOAT64;
      case 'L' -> length > 0 ? Scalar.BOOL : null;
      case 'D' -> length == 8 ? Scalar.DATE : null;
      case 'I', '+' -> length == 4 ? Scalar.INT64 : null;
      case 'O' -> length == 8 ? Scalar.FLOAT64 : null;
      case 'B' -> isFoxPro && length == 8 ? Scalar.FLOAT64 : null;
      case 'Y' -> length == 8 ? new DataType.Decimal(19, 4) : null;
      case 'T', '@' -> length == 8 ? DataType.Timestamp.MILLIS_UTC : null;
      default -> null;
    };
  }
}
