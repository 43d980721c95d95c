package dev.catchwater.columnar.parquet;

import java.util.Arrays;

/// Where each data page of a chunk lies. The arrays are shared and must not be changed.
///
/// @param positions of the page headers in the file
/// @param sizes in bytes, header included
/// @param firstRows the first row of each page inside its row group
public record OffsetIndex(long[] positions, int[] sizes, long[] firstRows) {
  public OffsetIndex {
    if (positions.length != sizes.length || positions.length != firstRows.length) {
      throw new IllegalArgumentException("an index of unequal parts");
    }
  }

  /// Puts the index at the end of the sink.
  public void write(ByteSink sink) {
    ThriftWriter out = new ThriftWriter(sink);
    out.begin();
    out.beginList(1, ThriftWriter.STRUCT, positions.length);
    for (int i = 0; i < positions.length; i++) {
      out.begin();
      out.int64(1, positions[i]);
      out.int32(2, sizes[i]);
      out.int64(3, firstRows[i]);
      out.end();
    }
    out.end();
  }

  /// Reads the index in a part of an array; rows ascend and begin at 0, positions ascend.
  public static OffsetIndex read(byte[] bytes, int from, int length) {
    ThriftReader in = new ThriftReader(bytes, from, length);
    long[] positions = {};
    int[] sizes = {};
    long[] firstRows = {};
    in.begin();
    for (int id = in.nextField(); id != 0; id = in.nextField()) {
      if (id != 1) {
        in.skip();
        continue;
      }
      int count = in.beginList(ThriftWriter.STRUCT);
      positions = new long[count];
      sizes = new int[count];
      firstRows = new long[count];
      for (int i = 0; i < count; i++) {
        in.begin();
        for (int part = in.nextField(); part != 0; part = in.nextField()) {
          switch (part) {
            case 1 -> positions[i] = in.int64();
            case 2 -> sizes[i] = in.int32();
            case 3 -> firstRows[i] = in.int64();
            default -> in.skip();
          }
        }
      }
    }
    OffsetIndex index = new OffsetIndex(positions, sizes, firstRows);
    index.check();
    return index;
  }

  private void check() {
    for (int i = 0; i < positions.length; i++) {
      boolean ascends =
          i == 0
              ? firstRows[0] == 0
              : firstRows[i] > firstRows[i - 1] && positions[i] >= positions[i - 1] + sizes[i - 1];
      if (!ascends || sizes[i] <= 0 || positions[i] <= 0) {
        throw FileFooter.damaged("page " + i + " of an index is out of order");
      }
    }
  }

  /// The page that holds a row of the row group.
  public int pageOf(long row) {
    int found = Arrays.binarySearch(firstRows, row);
    return found >= 0 ? found : -found - 2;
  }
}
