package dev.catchwater.columnar.encode;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.codec.Compressors;
import dev.catchwater.columnar.parquet.ByteSink;
import dev.catchwater.columnar.parquet.Encoding;
import dev.catchwater.columnar.parquet.SchemaNode;
import dev.catchwater.columnar.parquet.ValueOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Booleans, a bit each.
final class BooleanChunkEncoder extends ChunkEncoder {
  private byte[] values = {};
  private int count;
  private Bounds bounds = newBounds();

  BooleanChunkEncoder(SchemaNode.Leaf leaf, Compressors compressors) {
    super(leaf, compressors);
  }

  private static Bounds newBounds() {
    return new Bounds(ValueOrder.BOOLEAN, false, false);
  }

  private void reserve(int more) {
    if (values.length < count + more) {
      values = Arrays.copyOf(values, Math.max(count + more, values.length * 2));
    }
  }

  @Override
  void put(Column column, int from, int to) {
    reserve(to - from);
    System.arraycopy(((Column.Bools) column).values(), from, values, count, to - from);
    count += to - from;
  }

  @Override
  void put(Column column, int[] rows, int rowCount) {
    byte[] source = ((Column.Bools) column).values();
    reserve(rowCount);
    for (int i = 0; i < rowCount; i++) {
      values[count + i] = source[rows[i]];
    }
    count += rowCount;
  }

  @Override
  int pageBytes() {
    return count / 8;
  }

  @Override
  int flushValues(int nulls) {
    int start = page.skip((count + 7) >> 3);
    byte[] into = page.array();
    Arrays.fill(into, start, page.size(), (byte) 0);
    boolean anyTrue = false;
    boolean anyFalse = false;
    for (int i = 0; i < count; i++) {
      if (values[i] == 0) {
        anyFalse = true;
      } else {
        anyTrue = true;
        into[start + (i >> 3)] |= (byte) (1 << (i & 7));
      }
    }
    if (count == 0) {
      bounds.addNullPage(nulls);
    } else {
      byte[] min = {(byte) (anyFalse ? 0 : 1)};
      byte[] max = {(byte) (anyTrue ? 1 : 0)};
      bounds.addPage(min, max, nulls);
    }
    count = 0;
    return Encoding.PLAIN;
  }

  @Override
  @Nullable ByteSink dictionaryValues() {
    return null;
  }

  @Override
  int dictionarySize() {
    return 0;
  }

  @Override
  Bounds takeBounds() {
    Bounds taken = bounds;
    bounds = newBounds();
    return taken;
  }

  @Override
  void startAnew() {}
}
