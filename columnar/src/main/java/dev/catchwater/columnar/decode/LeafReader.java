package dev.catchwater.columnar.decode;

import dev.catchwater.columnar.codec.PageDecompressor;
import dev.catchwater.columnar.parquet.ColumnChunk;
import dev.catchwater.columnar.parquet.Encoding;
import dev.catchwater.columnar.parquet.FileFooter;
import dev.catchwater.columnar.parquet.OffsetIndex;
import dev.catchwater.columnar.parquet.PageHeader;
import dev.catchwater.columnar.parquet.SchemaNode;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.error.CatchwaterException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Reads the pages of one leaf in one row group, one after the other. After [#nextPage()] the
/// page's levels and values lie open until the next call. Used by one thread.
final class LeafReader {
  /// Larger pages are refused: readers hold a page of every column in memory.
  static final int PAGE_SIZE_MAX = 1 << 26;

  /// Bytes that the values of a page may come to once looked up in a dictionary.
  static final int VALUES_SIZE_MAX = 1 << 27;

  private static final int PAGE_ENTRIES_MAX = 1 << 23;
  private static final int HEADER_SIZE = 256;
  private static final int HEADER_SIZE_MAX = 1 << 20;
  private static final int READ_AHEAD = 1 << 18;

  final SchemaNode.Leaf leaf;
  private final ColumnChunk chunk;
  private final ChunkBytes bytes;
  private final @Nullable OffsetIndex index;
  private final PageValues dictionary;
  private final PageMemory memory;
  private byte[] page = {};
  private boolean dictionaryRead;
  private long position;
  private int nextInIndex;
  private long entriesLeft;

  /// The open page.
  final PageValues values;

  int entries;

  /// Whether every entry is a value; the levels are then not filled in.
  boolean allThere;

  int[] definitions = {};
  int[] repetitions = {};

  LeafReader(
      DiskFile file,
      SchemaNode.Leaf leaf,
      ColumnChunk chunk,
      @Nullable OffsetIndex index,
      PageMemory memory)
      throws IOException {
    this.memory = memory;
    this.leaf = leaf;
    this.chunk = chunk;
    this.index = index;
    this.values = new PageValues(leaf, memory);
    this.dictionary = new PageValues(leaf, memory);
    this.position = chunk.position();
    this.entriesLeft = chunk.valueCount();
    long size = file.size();
    long end = position + chunk.compressedSize();
    if (position < 4 || chunk.compressedSize() < 0 || end < 0 || end > size) {
      throw FileFooter.damaged("a column chunk outside the file");
    }
    this.bytes = new ChunkBytes(file, end, index == null ? READ_AHEAD : HEADER_SIZE, memory);
  }

  /// Goes to the page that holds a row and returns that page's first row.
  long seek(long row) {
    if (index == null) {
      return 0;
    }
    nextInIndex = index.pageOf(row);
    return index.firstRows()[nextInIndex];
  }

  /// Opens the next data page; false at the end of the chunk.
  boolean nextPage() throws IOException {
    if (index != null) {
      return nextIndexed(index);
    }
    while (entriesLeft > 0) {
      PageHeader header = header(position);
      long body = position + header.headerSize();
      position = body + header.compressedSize();
      switch (header.kind()) {
        case DICTIONARY -> readDictionary(header, body);
        case DATA_1, DATA_2 -> {
          openData(header, body);
          entriesLeft -= entries;
          return true;
        }
        case INDEX -> {}
      }
    }
    return false;
  }

  private boolean nextIndexed(OffsetIndex pages) throws IOException {
    if (nextInIndex == pages.positions().length) {
      return false;
    }
    if (!dictionaryRead && chunk.dictionaryPagePosition() > 0) {
      PageHeader header = header(chunk.dictionaryPagePosition());
      if (header.kind() != PageHeader.Kind.DICTIONARY) {
        throw FileFooter.damaged("a dictionary that is none");
      }
      readDictionary(header, chunk.dictionaryPagePosition() + header.headerSize());
    }
    long start = pages.positions()[nextInIndex];
    bytes.need(start, pages.sizes()[nextInIndex]);
    nextInIndex++;
    PageHeader header = header(start);
    if (header.kind() != PageHeader.Kind.DATA_1 && header.kind() != PageHeader.Kind.DATA_2) {
      throw FileFooter.damaged("an index that leads to no data page");
    }
    openData(header, start + header.headerSize());
    return true;
  }

  private PageHeader header(long at) throws IOException {
    long left = bytes.remaining(at);
    if (left <= 0) {
      throw FileFooter.damaged("a column chunk with fewer values than it says");
    }
    int size = (int) Math.min(HEADER_SIZE, left);
    while (true) {
      int start = bytes.need(at, size);
      try {
        return PageHeader.read(bytes.array(), start, size);
      } catch (CatchwaterException e) {
        // Statistics in the header may make it long; a longer piece tells whether it is damaged.
        if (size >= left || size >= HEADER_SIZE_MAX) {
          throw e;
        }
        size = (int) Math.min(Math.min(size * 8L, HEADER_SIZE_MAX), left);
      }
    }
  }

  private void readDictionary(PageHeader header, long body) throws IOException {
    if (dictionaryRead) {
      throw FileFooter.damaged("two dictionaries in a column chunk");
    }
    dictionaryRead = true;
    if (header.encoding() != Encoding.PLAIN && header.encoding() != Encoding.PLAIN_DICTIONARY) {
      throw FileFooter.damaged("a dictionary in encoding " + header.encoding());
    }
    PageBytes content = decompressed(header, body, 0);
    dictionary.read(content, Encoding.PLAIN, header.valueCount());
  }

  private void checkSizes(PageHeader header) {
    if (header.uncompressedSize() > PAGE_SIZE_MAX || header.compressedSize() > PAGE_SIZE_MAX) {
      throw FileFooter.refused("has a page of more than 64 MiB, which is not read");
    }
    if (header.valueCount() > PAGE_ENTRIES_MAX) {
      throw FileFooter.refused("has a page of more than 8 million values, which is not read");
    }
  }

  /// The page's bytes, of which the first `plain` are not compressed.
  private PageBytes decompressed(PageHeader header, long body, int plain) throws IOException {
    checkSizes(header);
    int size = header.uncompressedSize();
    int start = bytes.need(body, header.compressedSize());
    if (plain > size || plain > header.compressedSize()) {
      throw FileFooter.damaged("levels longer than their page");
    }
    int codec = header.compressed() ? chunk.codec() : 0;
    if (codec == 0) {
      if (size != header.compressedSize()) {
        throw FileFooter.damaged("a page of two sizes");
      }
      return new PageBytes(bytes.array(), start, start + size);
    }
    if (page.length < size + PageBytes.SLACK) {
      memory.grow(page.length, size + PageBytes.SLACK);
      page = new byte[size + PageBytes.SLACK];
    }
    System.arraycopy(bytes.array(), start, page, 0, plain);
    int packed = header.compressedSize() - plain;
    if (packed > 0 || size > plain) {
      PageDecompressor.decompress(
          codec, bytes.array(), start + plain, packed, page, plain, size - plain);
    }
    return new PageBytes(page, 0, size);
  }

  private void openData(PageHeader header, long body) throws IOException {
    checkSizes(header);
    entries = header.valueCount();
    if (index == null && entries > entriesLeft) {
      throw FileFooter.damaged("pages with more values than their column chunk");
    }
    boolean second = header.kind() == PageHeader.Kind.DATA_2;
    int levels = second ? Math.addExact(header.repetitionSize(), header.definitionSize()) : 0;
    PageBytes content = decompressed(header, body, levels);
    int there;
    if (second) {
      PageBytes repetition = content.part(header.repetitionSize());
      PageBytes definition = content.part(header.definitionSize());
      there = readLevels(repetition, definition);
    } else {
      PageBytes repetition =
          leaf.repetition() == 0
              ? content
              : level(content, header.repetitionEncoding(), leaf.repetition());
      PageBytes definition =
          leaf.definition() == 0
              ? content
              : level(content, header.definitionEncoding(), leaf.definition());
      there = readLevels(repetition, definition);
    }
    int encoding = header.encoding();
    if (encoding == Encoding.RLE_DICTIONARY || encoding == Encoding.PLAIN_DICTIONARY) {
      values.readIndexes(content, dictionary, there);
    } else {
      values.read(content, encoding, there);
    }
  }

  private static PageBytes level(PageBytes content, int encoding, int max) {
    if (encoding != Encoding.RLE) {
      throw FileFooter.refused("has levels in encoding " + encoding + " up to " + max);
    }
    return content.part(content.int32());
  }

  /// Returns how many entries are values.
  private int readLevels(PageBytes repetition, PageBytes definition) {
    if (leaf.repetition() > 0) {
      if (repetitions.length < entries) {
        memory.grow(4L * repetitions.length, 4L * entries);
        repetitions = new int[entries];
      }
      HybridDecoder.read(
          repetition, width(leaf.repetition()), entries, leaf.repetition(), repetitions);
    }
    allThere = leaf.definition() == 0;
    if (allThere || entries == 0) {
      return entries;
    }
    int width = width(leaf.definition());
    if (HybridDecoder.readIfOneRun(definition, width, entries) == leaf.definition()) {
      allThere = true;
      return entries;
    }
    if (definitions.length < entries) {
      memory.grow(4L * definitions.length, 4L * entries);
      definitions = new int[entries];
    }
    HybridDecoder.read(definition, width, entries, leaf.definition(), definitions);
    int there = 0;
    for (int i = 0; i < entries; i++) {
      there += definitions[i] == leaf.definition() ? 1 : 0;
    }
    allThere = there == entries;
    return there;
  }

  private static int width(int max) {
    return 32 - Integer.numberOfLeadingZeros(max);
  }
}
