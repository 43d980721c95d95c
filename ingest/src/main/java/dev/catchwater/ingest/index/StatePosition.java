package dev.catchwater.ingest.index;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.Multihash;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/// How far a walk through the states of a dataset came. It holds for the index that it was made
/// with, which it knows by a hash of its secret. Immutable.
///
/// @param high with `low` the hashed key that was last
public record StatePosition(long index, long high, long low) {
  private static final int BYTES = 3 * Long.BYTES;

  static StatePosition of(StateIndex index, long high, long low) {
    return new StatePosition(nameOf(index), high, low);
  }

  /// Reads what [#toString()] wrote.
  ///
  /// @throws CatchwaterException `BAD_ARGUMENT`
  public static StatePosition parse(String text) {
    if (text.length() == 2 * BYTES) {
      try {
        ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(text));
        return new StatePosition(bytes.getLong(), bytes.getLong(), bytes.getLong());
      } catch (IllegalArgumentException e) {
        // Said below, in the same words as another length.
      }
    }
    throw CatchwaterException.of(
        ErrorCode.BAD_ARGUMENT, "after is not what a page before gave as its next");
  }

  /// Refuses an index that has another order.
  ///
  /// @throws CatchwaterException `SCAN_LOST`
  void require(StateIndex used) {
    if (index != nameOf(used)) {
      throw CatchwaterException.of(
              ErrorCode.SCAN_LOST, "The order in which rows were read is not known any more")
          .withHint("begin anew, without after");
    }
  }

  private static long nameOf(StateIndex index) {
    ByteBuffer seed = ByteBuffer.allocate(2 * Long.BYTES);
    seed.putLong(index.seedHigh()).putLong(index.seedLow());
    return ByteBuffer.wrap(Multihash.sha3(seed.array()).digest()).getLong();
  }

  /// A word of hexadecimal digits.
  @Override
  public String toString() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    bytes.putLong(index).putLong(high).putLong(low);
    return HexFormat.of().formatHex(bytes.array());
  }
}
