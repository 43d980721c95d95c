package dev.catchwater.columnar.slice;

import dev.catchwater.columnar.encode.EncodedChunk;
import dev.catchwater.columnar.parquet.ByteSink;
import dev.catchwater.columnar.parquet.ColumnChunk;
import dev.catchwater.columnar.parquet.ColumnIndex;
import dev.catchwater.columnar.parquet.FileFooter;
import dev.catchwater.columnar.parquet.OffsetIndex;
import dev.catchwater.columnar.parquet.ParquetSchema;
import dev.catchwater.columnar.parquet.RowGroup;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.identity.Multihash;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The file being written, from its first byte to its last, with the digest of what was written.
/// Used by one thread at a time.
final class SliceFile {
  private static final int BUFFER_SIZE = 1 << 18;

  private final DiskFile file;
  private final ParquetSchema schema;
  private final @Nullable MessageDigest digest;
  private final ByteSink buffer = new ByteSink(1 << 10);
  private final List<RowGroup> groups = new ArrayList<>();
  private final List<OffsetIndex> offsetIndexes = new ArrayList<>();
  private final List<@Nullable ColumnIndex> columnIndexes = new ArrayList<>();
  private long flushed;
  private long rowCount;

  SliceFile(DiskFile file, ParquetSchema schema, boolean isHashed) {
    this.file = file;
    this.schema = schema;
    this.digest = isHashed ? Multihash.newSha3() : null;
    buffer.putInt(FileFooter.MAGIC);
  }

  /// Bytes so far.
  long position() {
    return flushed + buffer.size();
  }

  private void put(byte[] bytes) throws IOException {
    if (buffer.size() + bytes.length > BUFFER_SIZE) {
      flush();
    }
    if (bytes.length >= BUFFER_SIZE) {
      write(bytes, bytes.length);
    } else {
      buffer.put(bytes, 0, bytes.length);
    }
  }

  private void flush() throws IOException {
    write(buffer.array(), buffer.size());
    buffer.truncate(0);
  }

  private void write(byte[] bytes, int length) throws IOException {
    if (digest != null) {
      digest.update(bytes, 0, length);
    }
    file.write(bytes, 0, length, flushed);
    flushed += length;
  }

  /// Writes the chunks of all leaves; afterwards they can be read from the file.
  RowGroup writeGroup(List<EncodedChunk> chunks, long rows) throws IOException {
    List<ColumnChunk> written = new ArrayList<>(chunks.size());
    long start = position();
    for (int i = 0; i < chunks.size(); i++) {
      EncodedChunk chunk = chunks.get(i);
      byte[] dictionary = chunk.dictionary();
      long dictionaryPosition = -1;
      if (dictionary != null) {
        dictionaryPosition = position();
        put(dictionary);
      }
      int pageCount = chunk.pages().size();
      long[] positions = new long[pageCount];
      int[] sizes = new int[pageCount];
      for (int p = 0; p < pageCount; p++) {
        positions[p] = position();
        sizes[p] = chunk.pages().get(p).length;
        put(chunk.pages().get(p));
      }
      offsetIndexes.add(new OffsetIndex(positions, sizes, chunk.firstRows()));
      columnIndexes.add(chunk.columnIndex());
      written.add(
          new ColumnChunk(
              schema.leaves().get(i).physical(),
              chunk.encodings(),
              chunk.codec().number(),
              chunk.valueCount(),
              chunk.uncompressedSize(),
              chunk.compressedSize(),
              positions[0],
              dictionaryPosition,
              chunk.statistics(),
              -1,
              0,
              -1,
              0));
    }
    flush();
    RowGroup group = new RowGroup(written, rows, start);
    groups.add(group);
    rowCount += rows;
    return group;
  }

  /// Writes indexes and footer.
  FileFooter finish(int sortedBy) throws IOException {
    int leaves = schema.leaves().size();
    long[] columnPositions = new long[columnIndexes.size()];
    int[] columnSizes = new int[columnIndexes.size()];
    for (int i = 0; i < columnIndexes.size(); i++) {
      ColumnIndex index = columnIndexes.get(i);
      columnPositions[i] = index == null ? -1 : position();
      int before = buffer.size();
      if (index != null) {
        index.write(buffer);
      }
      columnSizes[i] = buffer.size() - before;
      flushIfLarge();
    }
    List<RowGroup> indexed = new ArrayList<>(groups.size());
    for (int g = 0; g < groups.size(); g++) {
      List<ColumnChunk> chunks = new ArrayList<>(leaves);
      for (int i = 0; i < leaves; i++) {
        int at = g * leaves + i;
        long position = position();
        int before = buffer.size();
        offsetIndexes.get(at).write(buffer);
        int size = buffer.size() - before;
        ColumnChunk chunk = groups.get(g).chunks().get(i);
        chunks.add(chunk.withIndexes(columnPositions[at], columnSizes[at], position, size));
        flushIfLarge();
      }
      indexed.add(new RowGroup(chunks, groups.get(g).rowCount(), groups.get(g).position()));
    }
    FileFooter footer = new FileFooter(schema, rowCount, indexed);
    footer.write(buffer, sortedBy);
    flush();
    return footer;
  }

  private void flushIfLarge() throws IOException {
    if (buffer.size() > BUFFER_SIZE) {
      flush();
    }
  }

  long size() {
    return flushed;
  }

  Multihash physicalHash() {
    MessageDigest seen = Objects.requireNonNull(digest, "the file is not hashed");
    return Multihash.of(Multihash.SHA3_256, seen.digest());
  }
}
