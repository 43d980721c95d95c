package dev.catchwater.columnar.parquet;

import org.jspecify.annotations.Nullable;

/// Where the pages of one leaf in one row group lie, and what they are. Positions are from the
/// start of the file; -1 where there is nothing.
///
/// @param encodings bit `n` is set where encoding `n` occurs, levels included
/// @param codec the compression's number in parquet-format
/// @param valueCount values and nulls
/// @param uncompressedSize bytes of all pages with their headers before compression
/// @param compressedSize bytes of all pages with their headers in the file
/// @param statistics null where the file was read: readers here do not use them
public record ColumnChunk(
    PhysicalType physical,
    int encodings,
    int codec,
    long valueCount,
    long uncompressedSize,
    long compressedSize,
    long dataPagePosition,
    long dictionaryPagePosition,
    @Nullable Statistics statistics,
    long columnIndexPosition,
    int columnIndexSize,
    long offsetIndexPosition,
    int offsetIndexSize) {

  /// Where the first page of any kind begins.
  public long position() {
    return dictionaryPagePosition > 0 && dictionaryPagePosition < dataPagePosition
        ? dictionaryPagePosition
        : dataPagePosition;
  }

  /// Whether the other is the same as far as a reader here goes by it.
  public boolean isAt(ColumnChunk other) {
    return physical == other.physical
        && codec == other.codec
        && valueCount == other.valueCount
        && compressedSize == other.compressedSize
        && dataPagePosition == other.dataPagePosition
        && dictionaryPagePosition == other.dictionaryPagePosition
        && columnIndexPosition == other.columnIndexPosition
        && columnIndexSize == other.columnIndexSize
        && offsetIndexPosition == other.offsetIndexPosition
        && offsetIndexSize == other.offsetIndexSize;
  }

  /// The same with its indexes.
  public ColumnChunk withIndexes(
      long columnIndexPosition,
      int columnIndexSize,
      long offsetIndexPosition,
      int offsetIndexSize) {
    return new ColumnChunk(
        physical,
        encodings,
        codec,
        valueCount,
        uncompressedSize,
        compressedSize,
        dataPagePosition,
        dictionaryPagePosition,
        statistics,
        columnIndexPosition,
        columnIndexSize,
        offsetIndexPosition,
        offsetIndexSize);
  }

  void write(ThriftWriter out, SchemaNode.Leaf leaf) {
    out.begin();
    out.int64(2, 0);
    out.beginStruct(3);
    out.int32(1, physical.number());
    out.beginList(2, ThriftWriter.I32, Integer.bitCount(encodings));
    for (int rest = encodings; rest != 0; rest &= rest - 1) {
      out.int32Item(Integer.numberOfTrailingZeros(rest));
    }
    out.beginList(3, ThriftWriter.BINARY, leaf.path().size());
    for (String name : leaf.path()) {
      out.stringItem(name);
    }
    out.int32(4, codec);
    out.int64(5, valueCount);
    out.int64(6, uncompressedSize);
    out.int64(7, compressedSize);
    out.int64(9, dataPagePosition);
    if (dictionaryPagePosition > 0) {
      out.int64(11, dictionaryPagePosition);
    }
    if (statistics != null) {
      statistics.write(out, 12);
    }
    out.end();
    if (offsetIndexPosition > 0) {
      out.int64(4, offsetIndexPosition);
      out.int32(5, offsetIndexSize);
    }
    if (columnIndexPosition > 0) {
      out.int64(6, columnIndexPosition);
      out.int32(7, columnIndexSize);
    }
    out.end();
  }

  static ColumnChunk read(ThriftReader in) {
    ColumnChunk data = null;
    long columnIndexPosition = -1;
    int columnIndexSize = 0;
    long offsetIndexPosition = -1;
    int offsetIndexSize = 0;
    in.begin();
    for (int id = in.nextField(); id != 0; id = in.nextField()) {
      switch (id) {
        case 1 -> throw FileFooter.refused("keeps columns in other files");
        case 3 -> data = readMetadata(in);
        case 4 -> offsetIndexPosition = in.int64();
        case 5 -> offsetIndexSize = in.int32();
        case 6 -> columnIndexPosition = in.int64();
        case 7 -> columnIndexSize = in.int32();
        case 8 -> throw FileFooter.refused("is encrypted");
        default -> in.skip();
      }
    }
    if (data == null) {
      throw FileFooter.damaged("a column chunk without metadata");
    }
    return data.withIndexes(
        columnIndexPosition, columnIndexSize, offsetIndexPosition, offsetIndexSize);
  }

  private static ColumnChunk readMetadata(ThriftReader in) {
    PhysicalType physical = PhysicalType.BOOLEAN;
    int codec = 0;
    long valueCount = -1;
    long uncompressedSize = -1;
    long compressedSize = -1;
    long dataPagePosition = -1;
    long dictionaryPagePosition = -1;
    in.beginStruct();
    for (int id = in.nextField(); id != 0; id = in.nextField()) {
      switch (id) {
        case 1 -> physical = SchemaElement.physicalType(in.int32());
        case 4 -> codec = in.int32();
        case 5 -> valueCount = in.int64();
        case 6 -> uncompressedSize = in.int64();
        case 7 -> compressedSize = in.int64();
        case 9 -> dataPagePosition = in.int64();
        case 11 -> dictionaryPagePosition = in.int64();
        default -> in.skip();
      }
    }
    return new ColumnChunk(
        physical,
        0,
        codec,
        valueCount,
        uncompressedSize,
        compressedSize,
        dataPagePosition,
        dictionaryPagePosition,
        null,
        -1,
        0,
        -1,
        0);
  }
}
