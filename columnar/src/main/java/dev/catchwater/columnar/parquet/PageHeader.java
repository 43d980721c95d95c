package dev.catchwater.columnar.parquet;

/// The header before each page. Immutable.
///
/// @param uncompressedSize bytes of the page without header before compression, levels included
/// @param compressedSize bytes of the page without header in the file
/// @param valueCount values and nulls; entries of a dictionary
/// @param rowCount rows that begin in the page; -1 where the kind does not say
/// @param encoding of the values
/// @param definitionEncoding of the definition levels (data pages of kind 1)
/// @param repetitionEncoding of the repetition levels (data pages of kind 1)
/// @param definitionSize bytes of the definition levels (data pages of kind 2)
/// @param repetitionSize bytes of the repetition levels (data pages of kind 2)
/// @param compressed whether the values are compressed (false only in data pages of kind 2)
/// @param headerSize bytes of this header
public record PageHeader(
    Kind kind,
    int uncompressedSize,
    int compressedSize,
    int valueCount,
    int rowCount,
    int encoding,
    int definitionEncoding,
    int repetitionEncoding,
    int definitionSize,
    int repetitionSize,
    boolean compressed,
    int headerSize) {

  /// What follows the header; the order is the number in the file.
  public enum Kind {
    DATA_1,
    INDEX,
    DICTIONARY,
    DATA_2;

    /// The number in the file.
    @SuppressWarnings("EnumOrdinal")
    public int number() {
      return ordinal();
    }
  }

  /// Puts the header of a data page of kind 1 whose levels, if any, are RLE.
  public static void writeData(
      ByteSink sink, int uncompressedSize, int compressedSize, int valueCount, int encoding) {
    ThriftWriter out = begin(sink, Kind.DATA_1, uncompressedSize, compressedSize);
    out.beginStruct(5);
    out.int32(1, valueCount);
    out.int32(2, encoding);
    out.int32(3, Encoding.RLE);
    out.int32(4, Encoding.RLE);
    out.end();
    out.end();
  }

  /// Puts the header of a dictionary.
  public static void writeDictionary(
      ByteSink sink, int uncompressedSize, int compressedSize, int valueCount) {
    ThriftWriter out = begin(sink, Kind.DICTIONARY, uncompressedSize, compressedSize);
    out.beginStruct(7);
    out.int32(1, valueCount);
    out.int32(2, Encoding.PLAIN);
    out.end();
    out.end();
  }

  private static ThriftWriter begin(ByteSink sink, Kind kind, int uncompressed, int compressed) {
    ThriftWriter out = new ThriftWriter(sink);
    out.begin();
    out.int32(1, kind.number());
    out.int32(2, uncompressed);
    out.int32(3, compressed);
    return out;
  }

  /// Reads a header from at most `length` bytes.
  public static PageHeader read(byte[] bytes, int from, int length) {
    ThriftReader in = new ThriftReader(bytes, from, length);
    int kind = -1;
    int uncompressedSize = -1;
    int compressedSize = -1;
    PageHeader data = null;
    in.begin();
    for (int id = in.nextField(); id != 0; id = in.nextField()) {
      switch (id) {
        case 1 -> kind = in.int32();
        case 2 -> uncompressedSize = in.int32();
        case 3 -> compressedSize = in.int32();
        case 5 -> data = readData(in);
        case 7 -> data = readDictionary(in);
        case 8 -> data = readData2(in);
        default -> in.skip();
      }
    }
    if (uncompressedSize < 0 || compressedSize < 0) {
      throw FileFooter.damaged("a page without a size");
    }
    if (data == null) {
      if (kind != Kind.INDEX.number()) {
        throw FileFooter.damaged("a page of kind " + kind);
      }
      data = new PageHeader(Kind.INDEX, 0, 0, 0, -1, 0, 0, 0, 0, 0, true, 0);
    }
    if (kind != data.kind.number()
        || data.valueCount < 0
        || data.definitionSize < 0
        || data.repetitionSize < 0) {
      throw FileFooter.damaged("a page header that contradicts itself");
    }
    return data.withSizes(uncompressedSize, compressedSize, in.position() - from);
  }

  private PageHeader withSizes(int uncompressedSize, int compressedSize, int headerSize) {
    return new PageHeader(
        kind,
        uncompressedSize,
        compressedSize,
        valueCount,
        rowCount,
        encoding,
        definitionEncoding,
        repetitionEncoding,
        definitionSize,
        repetitionSize,
        compressed,
        headerSize);
  }

  private static PageHeader readData(ThriftReader in) {
    int valueCount = -1;
    int encoding = -1;
    int definitionEncoding = Encoding.RLE;
    int repetitionEncoding = Encoding.RLE;
    in.beginStruct();
    for (int id = in.nextField(); id != 0; id = in.nextField()) {
      switch (id) {
        case 1 -> valueCount = in.int32();
        case 2 -> encoding = in.int32();
        case 3 -> definitionEncoding = in.int32();
        case 4 -> repetitionEncoding = in.int32();
        default -> in.skip();
      }
    }
    return new PageHeader(
        Kind.DATA_1,
        0,
        0,
        valueCount,
        -1,
        encoding,
        definitionEncoding,
        repetitionEncoding,
        0,
        0,
        true,
        0);
  }

  private static PageHeader readDictionary(ThriftReader in) {
    int valueCount = -1;
    int encoding = -1;
    in.beginStruct();
    for (int id = in.nextField(); id != 0; id = in.nextField()) {
      switch (id) {
        case 1 -> valueCount = in.int32();
        case 2 -> encoding = in.int32();
        default -> in.skip();
      }
    }
    return new PageHeader(Kind.DICTIONARY, 0, 0, valueCount, -1, encoding, 0, 0, 0, 0, true, 0);
  }

  private static PageHeader readData2(ThriftReader in) {
    int valueCount = -1;
    int rowCount = -1;
    int encoding = -1;
    int definitionSize = -1;
    int repetitionSize = -1;
    boolean compressed = true;
    in.beginStruct();
    for (int id = in.nextField(); id != 0; id = in.nextField()) {
      switch (id) {
        case 1 -> valueCount = in.int32();
        case 3 -> rowCount = in.int32();
        case 4 -> encoding = in.int32();
        case 5 -> definitionSize = in.int32();
        case 6 -> repetitionSize = in.int32();
        case 7 -> compressed = in.bool();
        default -> in.skip();
      }
    }
    return new PageHeader(
        Kind.DATA_2,
        0,
        0,
        valueCount,
        rowCount,
        encoding,
        Encoding.RLE,
        Encoding.RLE,
        definitionSize,
        repetitionSize,
        compressed,
        0);
  }
}
