package dev.catchwater.columnar.parquet;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/// What stands at the end of a file.
///
/// ```
/// +------+-----------------------------+-------------+-----------------+------+
/// | PAR1 | pages, indexes …            | FileMetaData| its size, int32 | PAR1 |
/// +------+-----------------------------+-------------+-----------------+------+
/// 0      4                             size - 8 - n      size - 8          size
/// ```
///
/// Immutable.
public record FileFooter(ParquetSchema schema, long rowCount, List<RowGroup> rowGroups) {
  /// `PAR1`, little-endian.
  public static final int MAGIC = 0x31524150;

  /// `PARE`: the footer is encrypted.
  public static final int ENCRYPTED_MAGIC = 0x45524150;

  /// Bytes after the metadata.
  public static final int TAIL_SIZE = 8;

  private static final String CREATED_BY = "catchwater version 0.1.0";
  private static final int VERSION = 1;

  public FileFooter {
    rowGroups = List.copyOf(rowGroups);
  }

  /// Puts metadata, size and magic at the end of the sink.
  ///
  /// @param sortedBy the leaf by which all rows are in ascending order, or -1
  public void write(ByteSink sink, int sortedBy) {
    int start = sink.size();
    ThriftWriter out = new ThriftWriter(sink);
    out.begin();
    out.int32(1, VERSION);
    out.beginList(2, ThriftWriter.STRUCT, schema.elements().size());
    for (int i = 0; i < schema.elements().size(); i++) {
      schema.elements().get(i).write(out, i == 0);
    }
    out.int64(3, rowCount);
    out.beginList(4, ThriftWriter.STRUCT, rowGroups.size());
    for (int i = 0; i < rowGroups.size(); i++) {
      rowGroups.get(i).write(out, schema.leaves(), i, sortedBy);
    }
    out.string(6, CREATED_BY);
    out.beginList(7, ThriftWriter.STRUCT, schema.leaves().size());
    for (int i = 0; i < schema.leaves().size(); i++) {
      out.begin();
      out.emptyStruct(1);
      out.end();
    }
    out.end();
    sink.putInt(sink.size() - start);
    sink.putInt(MAGIC);
  }

  /// Reads the metadata that lies in a part of an array.
  ///
  /// @throws CatchwaterException `CORRUPT` or `BAD_PARQUET`
  public static FileFooter read(byte[] bytes, int from, int length) {
    ThriftReader in = new ThriftReader(bytes, from, length);
    List<SchemaElement> elements = new ArrayList<>();
    List<RowGroup> groups = new ArrayList<>();
    long rowCount = -1;
    in.begin();
    for (int id = in.nextField(); id != 0; id = in.nextField()) {
      switch (id) {
        case 2 -> {
          int count = in.beginList(ThriftWriter.STRUCT);
          for (int i = 0; i < count; i++) {
            elements.add(SchemaElement.read(in));
          }
        }
        case 3 -> rowCount = in.int64();
        case 4 -> {
          int count = in.beginList(ThriftWriter.STRUCT);
          for (int i = 0; i < count; i++) {
            groups.add(RowGroup.read(in));
          }
        }
        case 8 -> throw refused("is encrypted");
        default -> in.skip();
      }
    }
    FileFooter footer = new FileFooter(ParquetSchema.ofElements(elements), rowCount, groups);
    footer.check();
    return footer;
  }

  private void check() {
    long rows = 0;
    for (RowGroup group : rowGroups) {
      if (group.rowCount() < 0 || group.chunks().size() != schema.leaves().size()) {
        throw damaged("a row group that does not fit the schema");
      }
      rows = Math.addExact(rows, group.rowCount());
      for (int i = 0; i < group.chunks().size(); i++) {
        ColumnChunk chunk = group.chunks().get(i);
        if (chunk.physical() != schema.leaves().get(i).physical()
            || chunk.valueCount() < 0
            || (schema.leaves().get(i).repetition() == 0
                && chunk.valueCount() != group.rowCount())) {
          throw damaged("a column chunk that does not fit the schema");
        }
      }
    }
    if (rows != rowCount) {
      throw damaged("row groups of " + rows + " rows in a file of " + rowCount);
    }
  }

  /// The failure of a file whose own words contradict each other.
  public static CatchwaterException damaged(String how) {
    return CatchwaterException.of(ErrorCode.CORRUPT, "Parquet file is damaged: " + how);
  }

  /// The failure of a file that may be whole but is not for us.
  public static CatchwaterException refused(String why) {
    return CatchwaterException.of(ErrorCode.BAD_PARQUET, "Parquet file " + why);
  }
}
