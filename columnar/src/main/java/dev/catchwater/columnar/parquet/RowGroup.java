package dev.catchwater.columnar.parquet;

import java.util.ArrayList;
import java.util.List;

/// A run of rows whose columns lie one after the other. Immutable.
///
/// @param chunks one for each leaf of the schema, in its order
/// @param position where its first page begins
public record RowGroup(List<ColumnChunk> chunks, long rowCount, long position) {
  public RowGroup {
    chunks = List.copyOf(chunks);
  }

  void write(ThriftWriter out, List<SchemaNode.Leaf> leaves, int ordinal, int sortedBy) {
    long uncompressed = 0;
    long compressed = 0;
    out.begin();
    out.beginList(1, ThriftWriter.STRUCT, chunks.size());
    for (int i = 0; i < chunks.size(); i++) {
      ColumnChunk chunk = chunks.get(i);
      chunk.write(out, leaves.get(i));
      uncompressed += chunk.uncompressedSize();
      compressed += chunk.compressedSize();
    }
    out.int64(2, uncompressed);
    out.int64(3, rowCount);
    if (sortedBy >= 0) {
      out.beginList(4, ThriftWriter.STRUCT, 1);
      out.begin();
      out.int32(1, sortedBy);
      out.bool(2, false);
      out.bool(3, false);
      out.end();
    }
    out.int64(5, position);
    out.int64(6, compressed);
    // The field has 16 bits; without it the order in the list counts.
    if (ordinal <= Short.MAX_VALUE) {
      out.int16(7, ordinal);
    }
    out.end();
  }

  static RowGroup read(ThriftReader in) {
    List<ColumnChunk> chunks = new ArrayList<>();
    long rowCount = -1;
    long position = -1;
    in.begin();
    for (int id = in.nextField(); id != 0; id = in.nextField()) {
      switch (id) {
        case 1 -> {
          int count = in.beginList(ThriftWriter.STRUCT);
          for (int i = 0; i < count; i++) {
            chunks.add(ColumnChunk.read(in));
          }
        }
        case 3 -> rowCount = in.int64();
        case 5 -> position = in.int64();
        default -> in.skip();
      }
    }
    return new RowGroup(chunks, rowCount, position);
  }
}
