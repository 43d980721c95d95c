package dev.catchwater.columnar.encode;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.codec.Compressors;
import dev.catchwater.columnar.parquet.ByteSink;
import dev.catchwater.columnar.parquet.Encoding;
import dev.catchwater.columnar.parquet.PhysicalType;
import dev.catchwater.columnar.parquet.SchemaNode;
import dev.catchwater.columnar.parquet.ValueOrder;
import dev.catchwater.odf.schema.Scalar;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Strings of bytes, of any length or of one: text, binary, long decimals, half floats. A chunk
/// begins with a dictionary and goes on plain once a page shows that it does not pay.
final class BytesChunkEncoder extends ChunkEncoder {
  private static final int DICTIONARY_BYTES_MAX = 1 << 20;
  private static final int DICTIONARY_VALUES_MIN = 8;
  // Bounds of longer values of fixed length are left away: they cannot be cut.
  private static final int FIXED_BOUND_MAX = 64;

  private final int fixedLength;
  private final boolean isPlain;
  private final ByteDictionary dictionary = new ByteDictionary();
  private byte[] data = new byte[16];
  private int[] offsets = new int[2];
  private int[] indexes = {};
  private int count;
  private boolean useDictionary;
  private Bounds bounds;
  private int least;
  private int most;

  BytesChunkEncoder(SchemaNode.Leaf leaf, Compressors compressors, boolean isPlain) {
    super(leaf, compressors);
    this.isPlain = isPlain;
    this.useDictionary = !isPlain;
    this.fixedLength =
        leaf.physical() == PhysicalType.FIXED_LEN_BYTE_ARRAY ? leaf.typeLength() : -1;
    this.bounds = newBounds();
  }

  private Bounds newBounds() {
    return new Bounds(leaf.order(), leaf.requiredType() == Scalar.STRING, fixedLength < 0);
  }

  private void reserve(int values, int bytes) {
    if (offsets.length <= count + values) {
      offsets = Arrays.copyOf(offsets, Math.max(count + values + 1, offsets.length * 2));
    }
    // Eight bytes behind the last value, for those who read whole longs.
    int needed = Math.addExact(offsets[count], bytes) + 8;
    if (data.length < needed) {
      data = Arrays.copyOf(data, Math.max(needed, data.length * 2));
    }
  }

  @Override
  void put(Column column, int from, int to) {
    if (column instanceof Column.Ints halves) {
      for (int row = from; row < to; row++) {
        putHalf(halves.values()[row]);
      }
      return;
    }
    Column.Bytes c = (Column.Bytes) column;
    int[] source = c.offsets();
    int start = source[from];
    int bytes = source[to] - start;
    reserve(to - from, bytes);
    int shift = offsets[count] - start;
    System.arraycopy(c.data(), start, data, offsets[count], bytes);
    for (int row = from; row < to; row++) {
      offsets[++count] = source[row + 1] + shift;
    }
  }

  @Override
  void put(Column column, int[] rows, int rowCount) {
    for (int i = 0; i < rowCount; i++) {
      if (column instanceof Column.Ints halves) {
        putHalf(halves.values()[rows[i]]);
      } else {
        Column.Bytes c = (Column.Bytes) column;
        int start = c.offsets()[rows[i]];
        int length = c.offsets()[rows[i] + 1] - start;
        reserve(1, length);
        System.arraycopy(c.data(), start, data, offsets[count], length);
        offsets[count + 1] = offsets[count] + length;
        count++;
      }
    }
  }

  private void putHalf(int bits) {
    reserve(1, 2);
    int at = offsets[count];
    data[at] = (byte) bits;
    data[at + 1] = (byte) (bits >> 8);
    offsets[++count] = at + 2;
  }

  @Override
  int pageBytes() {
    return offsets[count];
  }

  @Override
  int flushValues(int nulls) {
    if (fixedLength >= 0 && offsets[count] != count * fixedLength) {
      throw new IllegalArgumentException(
          "values of \"" + leaf.name() + "\" are not all of " + fixedLength + " bytes");
    }
    int encoding = Encoding.PLAIN;
    if (count == 0) {
      bounds.addNullPage(nulls);
    } else if (useDictionary && putIndexes(nulls)) {
      encoding = Encoding.RLE_DICTIONARY;
    } else {
      putPlain();
      if (isPlain) {
        bounds.addUnbounded();
      } else {
        noteBounds(nulls);
      }
    }
    count = 0;
    return encoding;
  }

  private void putPlain() {
    if (fixedLength >= 0) {
      page.put(data, 0, offsets[count]);
      return;
    }
    for (int i = 0; i < count; i++) {
      int length = offsets[i + 1] - offsets[i];
      page.putInt(length);
      page.put(data, offsets[i], length);
    }
  }

  private boolean putIndexes(int nulls) {
    int known = dictionary.size();
    int knownBytes = dictionary.plainSize();
    if (known == 0 && count < DICTIONARY_VALUES_MIN) {
      return false;
    }
    if (indexes.length < count) {
      indexes = new int[Math.max(count, offsets.length - 1)];
    }
    if (dictionary.addAll(data, offsets, count, indexes)
        && dictionary.plainSize() <= DICTIONARY_BYTES_MAX) {
      int bits = HybridEncoder.bitWidth(dictionary.size() - 1);
      long cost = dictionary.plainSize() - knownBytes + (long) count * bits / 8;
      long plain = offsets[count] + (fixedLength >= 0 ? 0L : 4L * count);
      if (cost < plain * 3 / 4) {
        page.put(bits);
        HybridEncoder.put(page, indexes, count, bits);
        noteBoundsOfIndexes(nulls);
        return true;
      }
    }
    dictionary.shrink(known);
    useDictionary = false;
    return false;
  }

  private void noteBounds(int nulls) {
    least = 0;
    most = 0;
    boolean any = begin(data, offsets, 0);
    for (int i = 1; i < count; i++) {
      any |= note(data, offsets, i, any);
    }
    addBounds(data, offsets, any, nulls);
  }

  /// Compares each distinct value of the page once.
  private void noteBoundsOfIndexes(int nulls) {
    byte[] bytes = dictionary.data();
    int[] ends = dictionary.offsets();
    boolean[] seen = new boolean[dictionary.size()];
    least = indexes[0];
    most = indexes[0];
    seen[indexes[0]] = true;
    boolean any = begin(bytes, ends, indexes[0]);
    for (int i = 1; i < count; i++) {
      int index = indexes[i];
      if (!seen[index]) {
        seen[index] = true;
        any |= note(bytes, ends, index, any);
      }
    }
    addBounds(bytes, ends, any, nulls);
  }

  private boolean begin(byte[] bytes, int[] ends, int index) {
    return !isNan(bytes, ends, index);
  }

  private boolean note(byte[] bytes, int[] ends, int index, boolean any) {
    if (isNan(bytes, ends, index)) {
      return false;
    }
    if (!any) {
      least = index;
      most = index;
      return true;
    }
    if (compare(bytes, ends, index, least) < 0) {
      least = index;
    } else if (compare(bytes, ends, index, most) > 0) {
      most = index;
    }
    return true;
  }

  private boolean isNan(byte[] bytes, int[] ends, int index) {
    return leaf.order() == ValueOrder.FLOAT16 && Float.isNaN(half(bytes, ends[index]));
  }

  private static float half(byte[] bytes, int at) {
    return Float.float16ToFloat((short) ((bytes[at] & 0xff) | bytes[at + 1] << 8));
  }

  private int compare(byte[] bytes, int[] ends, int left, int right) {
    int l = ends[left];
    int r = ends[right];
    if (leaf.order() == ValueOrder.FLOAT16) {
      return Float.compare(half(bytes, l), half(bytes, r));
    }
    if (leaf.order() == ValueOrder.BIG_ENDIAN && (bytes[l] < 0) != (bytes[r] < 0)) {
      return bytes[l] < 0 ? -1 : 1;
    }
    return Arrays.compareUnsigned(bytes, l, ends[left + 1], bytes, r, ends[right + 1]);
  }

  private void addBounds(byte[] bytes, int[] ends, boolean any, int nulls) {
    if (!any || fixedLength > FIXED_BOUND_MAX) {
      bounds.addUnbounded();
      return;
    }
    byte[] min = Arrays.copyOfRange(bytes, ends[least], ends[least + 1]);
    byte[] max = Arrays.copyOfRange(bytes, ends[most], ends[most + 1]);
    if (leaf.order() == ValueOrder.FLOAT16) {
      // Zero counts as both zeros.
      min = half(min, 0) == 0 ? new byte[] {0, (byte) 0x80} : min;
      max = half(max, 0) == 0 ? new byte[] {0, 0} : max;
    }
    bounds.addPage(min, max, nulls);
  }

  @Override
  @Nullable ByteSink dictionaryValues() {
    if (dictionary.size() == 0) {
      return null;
    }
    int[] ends = dictionary.offsets();
    ByteSink sink = new ByteSink(dictionary.plainSize());
    for (int i = 0; i < dictionary.size(); i++) {
      int length = ends[i + 1] - ends[i];
      if (fixedLength < 0) {
        sink.putInt(length);
      }
      sink.put(dictionary.data(), ends[i], length);
    }
    return sink;
  }

  @Override
  int dictionarySize() {
    return dictionary.size();
  }

  @Override
  Bounds takeBounds() {
    Bounds taken = bounds;
    bounds = newBounds();
    return taken;
  }

  @Override
  void startAnew() {
    dictionary.shrink(0);
    useDictionary = !isPlain;
    if (data.length > 4 * PAGE_BYTES_MAX) {
      data = new byte[16];
    }
  }
}
