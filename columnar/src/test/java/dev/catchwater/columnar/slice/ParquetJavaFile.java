package dev.catchwater.columnar.slice;

import com.github.luben.zstd.Zstd;
import io.airlift.compress.v3.snappy.SnappyJavaDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.OffsetIndex;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.NullUnmarked;

/// A Parquet file as parquet-java's own classes read it: its Thrift structs, its level and value
/// decoders, its record assembly. Only finding the footer and pages in the bytes is written here,
/// because parquet-java's file reader needs Hadoop.
@NullUnmarked // every field of a Thrift struct is nullable
final class ParquetJavaFile {
  private final byte[] bytes;
  private final FileMetaData footer;
  private final MessageType schema;
  private int next = 1;

  ParquetJavaFile(byte[] bytes) throws IOException {
    this.bytes = bytes;
    int tail = bytes.length - 8;
    int size = 0;
    for (int i = 3; i >= 0; i--) {
      size = size << 8 | (bytes[tail + i] & 0xff);
    }
    this.footer = Util.readFileMetaData(at(tail - size));
    SchemaElement root = footer.getSchema().getFirst();
    this.schema = new MessageType(root.getName(), children(root.getNum_children()));
  }

  FileMetaData footer() {
    return footer;
  }

  private InputStream at(long position) {
    return new ByteArrayInputStream(bytes, (int) position, (int) (bytes.length - position));
  }

  private List<Type> children(int count) {
    List<Type> types = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      SchemaElement element = footer.getSchema().get(next++);
      Type.Repetition repetition = Type.Repetition.valueOf(element.getRepetition_type().name());
      types.add(
          element.isSetType()
              ? new PrimitiveType(
                  repetition,
                  PrimitiveType.PrimitiveTypeName.valueOf(name(element)),
                  element.getType_length(),
                  element.getName())
              : new GroupType(repetition, element.getName(), children(element.getNum_children())));
    }
    return types;
  }

  private static String name(SchemaElement element) {
    String name = element.getType().name();
    return name.equals("BYTE_ARRAY") ? "BINARY" : name;
  }

  List<Group> rows() throws IOException {
    List<Group> rows = new ArrayList<>();
    for (RowGroup group : footer.getRow_groups()) {
      RecordReader<Group> reader =
          new ColumnIOFactory(true)
              .getColumnIO(schema)
              .getRecordReader(new Pages(group), new GroupRecordConverter(schema));
      for (long row = 0; row < group.getNum_rows(); row++) {
        rows.add(reader.read());
      }
    }
    return rows;
  }

  OffsetIndex offsetIndex(ColumnChunk chunk) throws IOException {
    return Util.readOffsetIndex(at(chunk.getOffset_index_offset()));
  }

  ColumnIndex columnIndex(ColumnChunk chunk) throws IOException {
    return Util.readColumnIndex(at(chunk.getColumn_index_offset()));
  }

  PageHeader pageHeader(long position) throws IOException {
    return Util.readPageHeader(at(position));
  }

  private final class Pages implements PageReadStore {
    private final RowGroup group;

    Pages(RowGroup group) {
      this.group = group;
    }

    @Override
    public PageReader getPageReader(ColumnDescriptor column) {
      for (ColumnChunk chunk : group.getColumns()) {
        if (chunk.getMeta_data().getPath_in_schema().equals(List.of(column.getPath()))) {
          return new ChunkPages(chunk.getMeta_data());
        }
      }
      throw new IllegalStateException("no chunk for " + column);
    }

    @Override
    public long getRowCount() {
      return group.getNum_rows();
    }
  }

  private final class ChunkPages implements PageReader {
    private final ColumnMetaData chunk;
    private long position;
    private long valuesLeft;

    ChunkPages(ColumnMetaData chunk) {
      this.chunk = chunk;
      this.position =
          chunk.isSetDictionary_page_offset()
              ? chunk.getDictionary_page_offset()
              : chunk.getData_page_offset();
      this.valuesLeft = chunk.getNum_values();
    }

    @Override
    public DictionaryPage readDictionaryPage() {
      try {
        if (!chunk.isSetDictionary_page_offset()) {
          return null;
        }
        PageHeader header = pageHeader(position);
        return new DictionaryPage(
            BytesInput.from(body(header)),
            header.getDictionary_page_header().getNum_values(),
            Encoding.valueOf(header.getDictionary_page_header().getEncoding().name()));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public long getTotalValueCount() {
      return chunk.getNum_values();
    }

    @Override
    public DataPage readPage() {
      try {
        if (valuesLeft == 0) {
          return null;
        }
        PageHeader header = pageHeader(position);
        if (header.getType() != PageType.DATA_PAGE) {
          throw new IllegalStateException("a page of type " + header.getType());
        }
        var data = header.getData_page_header();
        valuesLeft -= data.getNum_values();
        return new DataPageV1(
            BytesInput.from(body(header)),
            data.getNum_values(),
            header.getUncompressed_page_size(),
            Statistics.noopStats(schema.getColumnDescription(path()).getPrimitiveType()),
            Encoding.valueOf(data.getRepetition_level_encoding().name()),
            Encoding.valueOf(data.getDefinition_level_encoding().name()),
            Encoding.valueOf(data.getEncoding().name()));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    private String[] path() {
      return chunk.getPath_in_schema().toArray(String[]::new);
    }

    private byte[] body(PageHeader header) throws IOException {
      InputStream in = at(position);
      int before = in.available();
      Util.readPageHeader(in);
      int headerSize = before - in.available();
      byte[] body = in.readNBytes(header.getCompressed_page_size());
      position += headerSize + header.getCompressed_page_size();
      byte[] plain =
          switch (chunk.getCodec()) {
            case UNCOMPRESSED -> body;
            case GZIP -> new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
            case ZSTD -> Zstd.decompress(body, header.getUncompressed_page_size());
            case SNAPPY -> {
              byte[] out = new byte[header.getUncompressed_page_size()];
              new SnappyJavaDecompressor().decompress(body, 0, body.length, out, 0, out.length);
              yield out;
            }
            default -> throw new IllegalStateException("codec " + chunk.getCodec());
          };
      if (plain.length != header.getUncompressed_page_size()) {
        throw new IllegalStateException("a page of another size than its header says");
      }
      return plain;
    }
  }
}
