package dev.catchwater.columnar.encode;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.codec.Codec;
import dev.catchwater.columnar.codec.Compressors;
import dev.catchwater.columnar.parquet.ByteSink;
import dev.catchwater.columnar.parquet.Encoding;
import dev.catchwater.columnar.parquet.PageHeader;
import dev.catchwater.columnar.parquet.SchemaNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Collects the pages of one leaf until its row group is full. Subclasses hold the values of the
/// open page in arrays and encode them when it is full, in one tight loop for each step.
///
/// The codec of a chunk is decided when its second page begins: by whether the first one got
/// smaller, and never for a chunk of a few hundred bytes, so that a push of a few rows loads no
/// native code. Used by one thread at a time.
abstract sealed class ChunkEncoder
    permits BooleanChunkEncoder, BytesChunkEncoder, FixedChunkEncoder {
  /// As kamu cuts them; a page is what a reader of a few rows has to read.
  static final int PAGE_ROWS_MAX = 20_000;

  static final int PAGE_BYTES_MAX = 1 << 20;
  private static final int COMPRESS_FROM_BYTES = 2_048;

  final SchemaNode.Leaf leaf;
  final ByteSink page = new ByteSink(256);
  private final Compressors compressors;
  private final LevelBuffer definitions;
  private final LevelBuffer repetitions;
  private final List<byte[]> pages = new ArrayList<>();
  private long[] firstRows = new long[4];
  private int encodings;
  private @Nullable Codec codec;
  private byte @Nullable [] heldPage;
  private int heldEntries;
  private int heldEncoding;
  private long uncompressedSize;
  private long compressedSize;
  private long entryCount;
  private long nullCount;
  private long chunkRows;
  private int pageRows;
  private int pageEntries;
  private int pageNulls;

  ChunkEncoder(SchemaNode.Leaf leaf, Compressors compressors) {
    this.leaf = leaf;
    this.compressors = compressors;
    this.definitions = new LevelBuffer(leaf.definition());
    this.repetitions = new LevelBuffer(leaf.repetition());
  }

  /// Rows that the open page has room for; at least one.
  final int room() {
    return PAGE_ROWS_MAX - pageRows;
  }

  /// Adds rows of which each is one entry, all values.
  final void addValues(Column column, int from, int to) {
    put(column, from, to);
    definitions.addRun(leaf.definition(), to - from);
    endRows(to - from, to - from, 0);
  }

  /// Adds rows of which each is one entry, `count` of them values: those in `valueRows`.
  final void addSome(Column column, int from, int to, int[] valueRows, int count) {
    put(column, valueRows, count);
    int row = from;
    for (int i = 0; i < count; ) {
      definitions.addRun(leaf.definition() - 1, valueRows[i] - row);
      int run = i + 1;
      while (run < count && valueRows[run] == valueRows[run - 1] + 1) {
        run++;
      }
      definitions.addRun(leaf.definition(), run - i);
      row = valueRows[run - 1] + 1;
      i = run;
    }
    definitions.addRun(leaf.definition() - 1, to - row);
    endRows(to - from, to - from, to - from - count);
  }

  /// Adds rows of any shape: `to - from` entries with their levels, `count` of them values.
  final void addEntries(
      Column column, Levels levels, int from, int to, int rowCount, int[] valueRows, int count) {
    put(column, valueRows, count);
    definitions.add(levels.definitions(), from, to - from);
    if (leaf.repetition() > 0) {
      repetitions.add(levels.repetitions(), from, to - from);
    }
    endRows(rowCount, to - from, to - from - count);
  }

  private void endRows(int rowCount, int entries, int nulls) {
    pageRows += rowCount;
    pageEntries += entries;
    pageNulls += nulls;
    if (pageRows >= PAGE_ROWS_MAX || pageBytes() >= PAGE_BYTES_MAX) {
      endPage();
    }
  }

  /// Adds values of consecutive rows to the open page.
  abstract void put(Column column, int from, int to);

  /// Adds the values of the rows `rows[0] … rows[count - 1]`.
  abstract void put(Column column, int[] rows, int count);

  /// Bytes of the values in the open page, about.
  abstract int pageBytes();

  /// Puts the values of the open page into [#page], notes its bounds and forgets the values.
  ///
  /// @return the encoding used
  abstract int flushValues(int nulls);

  /// The dictionary's values in PLAIN encoding, or null if no page uses one.
  abstract @Nullable ByteSink dictionaryValues();

  abstract int dictionarySize();

  /// The bounds of all pages; starts anew.
  abstract Bounds takeBounds();

  /// Prepares for the next row group.
  abstract void startAnew();

  private void endPage() {
    page.truncate(0);
    if (leaf.repetition() > 0) {
      repetitions.flush(page);
    }
    if (leaf.definition() > 0) {
      definitions.flush(page);
    }
    int encoding = flushValues(pageNulls);
    if (pages.size() + (heldPage == null ? 0 : 1) == firstRows.length) {
      firstRows = Arrays.copyOf(firstRows, firstRows.length * 2);
    }
    firstRows[pages.size() + (heldPage == null ? 0 : 1)] = chunkRows;
    encodings |= 1 << encoding | 1 << Encoding.RLE;
    chunkRows += pageRows;
    entryCount += pageEntries;
    nullCount += pageNulls;
    if (codec == null && compressors.codec() == Codec.NONE) {
      codec = Codec.NONE;
    }
    if (codec == null && heldPage == null) {
      heldPage = page.toByteArray();
      heldEntries = pageEntries;
      heldEncoding = encoding;
    } else {
      if (codec == null) {
        releaseHeldPage(false);
      }
      pages.add(finished(page.array(), page.size(), pageEntries, encoding));
    }
    pageRows = 0;
    pageEntries = 0;
    pageNulls = 0;
  }

  /// Decides the codec by the first page and finishes it.
  private void releaseHeldPage(boolean last) {
    byte[] held = heldPage;
    if (held == null) {
      codec = Codec.NONE;
      return;
    }
    heldPage = null;
    ByteSink dictionary = last ? dictionaryValues() : null;
    int size = held.length + (dictionary == null ? 0 : dictionary.size());
    codec = compressors.codec();
    if (size < COMPRESS_FROM_BYTES && (last || held.length < 64)) {
      codec = Codec.NONE;
    }
    byte[] done = finished(held, held.length, heldEntries, heldEncoding);
    boolean useless = done.length > held.length - held.length / 10;
    // A single dictionary page decides by the dictionary, which is what there is to compress.
    if (codec != Codec.NONE && useless && (dictionary == null || dictionary.size() < 256)) {
      uncompressedSize = 0;
      compressedSize = 0;
      codec = Codec.NONE;
      done = finished(held, held.length, heldEntries, heldEncoding);
    }
    pages.add(done);
  }

  private byte[] finished(byte[] body, int size, int entries, int encoding) {
    ByteSink header = new ByteSink(48);
    if (codec == Codec.NONE) {
      PageHeader.writeData(header, size, size, entries, encoding);
      return joined(header, body, size, size);
    }
    ByteSink out = compressed(body, size);
    PageHeader.writeData(header, size, out.size(), entries, encoding);
    return joined(header, out.array(), out.size(), size);
  }

  private ByteSink compressed(byte[] body, int size) {
    ByteSink out = new ByteSink(codec == Codec.NONE ? size : size / 2 + 64);
    if (codec == Codec.NONE) {
      out.put(body, 0, size);
    } else {
      compressors.compress(body, size, out);
    }
    return out;
  }

  private byte[] joined(ByteSink header, byte[] body, int size, int uncompressed) {
    byte[] all = new byte[header.size() + size];
    System.arraycopy(header.array(), 0, all, 0, header.size());
    System.arraycopy(body, 0, all, header.size(), size);
    uncompressedSize += header.size() + uncompressed;
    compressedSize += all.length;
    return all;
  }

  /// Bytes held for the file so far.
  final long heldBytes() {
    byte[] held = heldPage;
    return compressedSize + (held == null ? 0 : held.length) + pageBytes();
  }

  /// The pages of the row group, which is full; the next one begins.
  final EncodedChunk finish() {
    if (pageRows > 0) {
      endPage();
    }
    if (codec == null) {
      releaseHeldPage(true);
    }
    ByteSink values = dictionaryValues();
    byte[] dictionary = null;
    if (values != null) {
      ByteSink out = compressed(values.array(), values.size());
      ByteSink header = new ByteSink(48);
      PageHeader.writeDictionary(header, values.size(), out.size(), dictionarySize());
      dictionary = joined(header, out.array(), out.size(), values.size());
      encodings |= 1 << Encoding.PLAIN;
    }
    Bounds bounds = takeBounds();
    Codec used = codec == null ? Codec.NONE : codec;
    EncodedChunk chunk =
        new EncodedChunk(
            dictionary,
            List.copyOf(pages),
            Arrays.copyOf(firstRows, pages.size()),
            encodings,
            used,
            entryCount,
            uncompressedSize,
            compressedSize,
            bounds.ofChunk(nullCount),
            bounds.columnIndex());
    pages.clear();
    encodings = 0;
    codec = null;
    uncompressedSize = 0;
    compressedSize = 0;
    entryCount = 0;
    nullCount = 0;
    chunkRows = 0;
    startAnew();
    return chunk;
  }
}
