package dev.catchwater.columnar.decode;

import dev.catchwater.columnar.parquet.Encoding;
import dev.catchwater.columnar.parquet.FileFooter;
import dev.catchwater.columnar.parquet.PhysicalType;
import dev.catchwater.columnar.parquet.SchemaNode;
import java.util.Arrays;

/// The values of one page or dictionary, without nulls: numbers as longs, as their bits where they
/// are IEEE; booleans as 0 and 1; all others as bytes between offsets. Used by one thread, filled
/// anew for each page.
final class PageValues {
  final PhysicalType physical;
  private final int typeLength;
  private final PageMemory memory;
  final boolean numbers;
  int count;
  long[] longs = {};
  int[] offsets = {0};
  byte[] data = {};
  private int[] scratch = {};

  PageValues(SchemaNode.Leaf leaf, PageMemory memory) {
    this.memory = memory;
    this.physical = leaf.physical();
    this.typeLength = physical == PhysicalType.INT96 ? 12 : leaf.typeLength();
    this.numbers =
        switch (physical) {
          case BOOLEAN, INT32, INT64, FLOAT, DOUBLE -> true;
          case INT96, BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> false;
        };
  }

  private void begin(int valueCount) {
    count = valueCount;
    if (numbers && longs.length < valueCount) {
      memory.grow(8L * longs.length, 8L * valueCount);
      longs = new long[valueCount];
    } else if (!numbers && offsets.length <= valueCount) {
      memory.grow(4L * offsets.length, 4L * valueCount + 4);
      offsets = new int[valueCount + 1];
    }
    offsets[0] = 0;
  }

  /// Reads `valueCount` values in any encoding but a dictionary's.
  void read(PageBytes in, int encoding, int valueCount) {
    switch (encoding) {
      case Encoding.PLAIN -> readPlain(in, valueCount);
      case Encoding.RLE -> readBooleans(in, valueCount);
      case Encoding.DELTA_BINARY_PACKED -> {
        if (physical != PhysicalType.INT32 && physical != PhysicalType.INT64) {
          throw misplaced(encoding);
        }
        checkCount(in, valueCount);
        begin(valueCount);
        DeltaDecoder.read(in, valueCount, physical == PhysicalType.INT32, longs);
      }
      case Encoding.DELTA_LENGTH_BYTE_ARRAY -> readDeltaLengths(in, valueCount);
      case Encoding.DELTA_BYTE_ARRAY -> readDeltaBytes(in, valueCount);
      case Encoding.BYTE_STREAM_SPLIT -> readSplit(in, valueCount);
      default -> throw FileFooter.refused("has pages in encoding " + encoding + ", not read");
    }
  }

  /// Differences of equal numbers take no bytes for a long while, but not for ever.
  private static void checkCount(PageBytes in, int valueCount) {
    if (valueCount > 1 && valueCount / 32 > in.remaining() * 2_048L) {
      throw PageBytes.damaged(valueCount + " values in " + in.remaining() + " bytes");
    }
  }

  private static RuntimeException misplaced(int encoding) {
    return PageBytes.damaged("encoding " + encoding + " of values that do not have it");
  }

  private void readPlain(PageBytes in, int valueCount) {
    long least =
        switch (physical) {
          case BOOLEAN -> (valueCount + 7L) >> 3;
          case INT32, FLOAT, BYTE_ARRAY -> 4L * valueCount;
          case INT64, DOUBLE -> 8L * valueCount;
          case INT96, FIXED_LEN_BYTE_ARRAY -> (long) typeLength * valueCount;
        };
    if (least > in.remaining()) {
      throw PageBytes.damaged(valueCount + " values in " + in.remaining() + " bytes");
    }
    begin(valueCount);
    switch (physical) {
      case BOOLEAN -> {
        int start = in.take(least);
        PageBytes.unpack(in.array(), start, 1, longs, 0, valueCount);
      }
      case INT32, FLOAT -> in.ints(longs, valueCount);
      case INT64, DOUBLE -> in.longs(longs, valueCount);
      case BYTE_ARRAY -> readPlainBytes(in, valueCount);
      case INT96, FIXED_LEN_BYTE_ARRAY -> {
        int start = in.take(least);
        reserveData((int) least);
        System.arraycopy(in.array(), start, data, 0, (int) least);
        for (int i = 1; i <= valueCount; i++) {
          offsets[i] = i * typeLength;
        }
      }
    }
  }

  private void reserveData(int size) {
    if (data.length < size) {
      int length = Math.max(size, Math.min(data.length * 2, 1 << 26));
      memory.grow(data.length, length);
      data = Arrays.copyOf(data, length);
    }
  }

  private void readPlainBytes(PageBytes in, int valueCount) {
    reserveData(in.remaining() - 4 * valueCount);
    int at = 0;
    for (int i = 0; i < valueCount; i++) {
      int length = in.int32();
      int start = in.take(length);
      reserveData(at + length);
      System.arraycopy(in.array(), start, data, at, length);
      at += length;
      offsets[i + 1] = at;
    }
  }

  private void readBooleans(PageBytes in, int valueCount) {
    if (physical != PhysicalType.BOOLEAN) {
      throw misplaced(Encoding.RLE);
    }
    begin(valueCount);
    PageBytes part = in.part(in.int32());
    int[] bits = scratch(valueCount);
    HybridDecoder.read(part, 1, valueCount, 1, bits);
    for (int i = 0; i < valueCount; i++) {
      longs[i] = bits[i];
    }
  }

  private int[] scratch(int size) {
    if (scratch.length < size) {
      memory.grow(4L * scratch.length, 4L * size);
      scratch = new int[size];
    }
    return scratch;
  }

  private void readDeltaLengths(PageBytes in, int valueCount) {
    if (physical != PhysicalType.BYTE_ARRAY) {
      throw misplaced(Encoding.DELTA_LENGTH_BYTE_ARRAY);
    }
    checkCount(in, valueCount);
    begin(valueCount);
    memory.grow(0, 8L * valueCount);
    long[] lengths = new long[valueCount];
    DeltaDecoder.read(in, valueCount, true, lengths);
    long total = 0;
    for (int i = 0; i < valueCount; i++) {
      total += lengths[i];
      if (lengths[i] < 0 || total > in.remaining()) {
        throw PageBytes.damaged("a value of " + lengths[i] + " bytes");
      }
      offsets[i + 1] = (int) total;
    }
    int start = in.take(total);
    reserveData((int) total);
    System.arraycopy(in.array(), start, data, 0, (int) total);
    memory.grow(8L * valueCount, 0);
  }

  private void readDeltaBytes(PageBytes in, int valueCount) {
    if (numbers) {
      throw misplaced(Encoding.DELTA_BYTE_ARRAY);
    }
    checkCount(in, valueCount);
    begin(valueCount);
    memory.grow(0, 16L * valueCount);
    long[] prefixes = new long[valueCount];
    DeltaDecoder.read(in, valueCount, true, prefixes);
    long[] suffixes = new long[valueCount];
    DeltaDecoder.read(in, valueCount, true, suffixes);
    int at = 0;
    int before = 0;
    for (int i = 0; i < valueCount; i++) {
      long length = prefixes[i] + suffixes[i];
      if (prefixes[i] < 0 || prefixes[i] > before || length > LeafReader.PAGE_SIZE_MAX - at) {
        throw PageBytes.damaged("a value that repeats " + prefixes[i] + " bytes");
      }
      int start = in.take(suffixes[i]);
      reserveData(at + (int) length);
      System.arraycopy(data, at - before, data, at, (int) prefixes[i]);
      System.arraycopy(in.array(), start, data, at + (int) prefixes[i], (int) suffixes[i]);
      before = (int) length;
      at += before;
      offsets[i + 1] = at;
    }
    memory.grow(16L * valueCount, 0);
    checkLengths();
  }

  private void checkLengths() {
    for (int i = 0; i < count && physical != PhysicalType.BYTE_ARRAY; i++) {
      if (offsets[i + 1] - offsets[i] != typeLength) {
        throw PageBytes.damaged("a value that is not of " + typeLength + " bytes");
      }
    }
  }

  private void readSplit(PageBytes in, int valueCount) {
    int width =
        switch (physical) {
          case INT32, FLOAT -> 4;
          case INT64, DOUBLE -> 8;
          case FIXED_LEN_BYTE_ARRAY -> typeLength;
          case BOOLEAN, INT96, BYTE_ARRAY -> throw misplaced(Encoding.BYTE_STREAM_SPLIT);
        };
    int start = in.take((long) width * valueCount);
    begin(valueCount);
    byte[] bytes = in.array();
    if (!numbers) {
      reserveData(width * valueCount);
    }
    for (int i = 0; i < valueCount; i++) {
      long bits = 0;
      for (int part = width - 1; part >= 0; part--) {
        byte b = bytes[start + part * valueCount + i];
        if (numbers) {
          bits = bits << 8 | (b & 0xff);
        } else {
          data[i * width + part] = b;
        }
      }
      if (numbers) {
        longs[i] = width == 4 ? (int) bits : bits;
      } else {
        offsets[i + 1] = (i + 1) * width;
      }
    }
  }

  /// Reads `valueCount` indexes and looks them up.
  void readIndexes(PageBytes in, PageValues dictionary, int valueCount) {
    begin(valueCount);
    if (valueCount == 0) {
      return;
    }
    int width = in.next();
    if (width > 32) {
      throw PageBytes.damaged("indexes of " + width + " bits");
    }
    if (dictionary.count == 0) {
      throw PageBytes.damaged("indexes without a dictionary");
    }
    int one = HybridDecoder.readIfOneRun(in, width, valueCount);
    if (one >= 0 && one < dictionary.count && numbers) {
      Arrays.fill(longs, 0, valueCount, dictionary.longs[one]);
      return;
    }
    int[] indexes = scratch(valueCount);
    HybridDecoder.read(in, width, valueCount, dictionary.count - 1, indexes);
    if (numbers) {
      long[] from = dictionary.longs;
      for (int i = 0; i < valueCount; i++) {
        longs[i] = from[indexes[i]];
      }
    } else {
      lookUpBytes(dictionary, indexes, valueCount);
    }
  }

  private void lookUpBytes(PageValues dictionary, int[] indexes, int valueCount) {
    int[] from = dictionary.offsets;
    long total = 0;
    for (int i = 0; i < valueCount; i++) {
      total += from[indexes[i] + 1] - from[indexes[i]];
      if (total > LeafReader.VALUES_SIZE_MAX) {
        throw PageBytes.damaged("a page of too many bytes");
      }
      offsets[i + 1] = (int) total;
    }
    reserveData((int) total);
    byte[] source = dictionary.data;
    for (int i = 0; i < valueCount; i++) {
      int start = from[indexes[i]];
      System.arraycopy(source, start, data, offsets[i], from[indexes[i] + 1] - start);
    }
  }
}
