package dev.catchwater.ingest.read.cast;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.ingest.read.cell.BadValue;
import dev.catchwater.odf.schema.DataType;
import java.math.BigInteger;

/// Passes decimals on that have no more digits than their type.
final class DecimalCheck implements ColumnCast {
  private final DataType.Decimal type;
  private final BigInteger beyond;

  DecimalCheck(DataType.Decimal type) {
    this.type = type;
    this.beyond = BigInteger.TEN.pow(type.precision());
  }

  @Override
  public Column apply(Column from, Faults faults) {
    if (from instanceof Column.Longs longs) {
      long limit = beyond.longValueExact();
      for (int i = 0; i < longs.rowCount(); i++) {
        long value = longs.values()[i];
        if ((value >= limit || value <= -limit) && !longs.isNull(i)) {
          faults.add(i, refused(BigInteger.valueOf(value)));
        }
      }
    } else if (from instanceof Column.Bytes bytes) {
      for (int i = 0; i < bytes.rowCount(); i++) {
        int start = bytes.offsets()[i];
        if (!bytes.isNull(i)) {
          BigInteger value = new BigInteger(bytes.data(), start, bytes.offsets()[i + 1] - start);
          if (value.abs().compareTo(beyond) >= 0) {
            faults.add(i, refused(value));
          }
        }
      }
    }
    return from;
  }

  private BadValue refused(BigInteger unscaled) {
    return BadValue.of(
        "The value has more than "
            + type.precision()
            + " digits: "
            + new java.math.BigDecimal(unscaled, type.scale()).toPlainString(),
        null);
  }
}
