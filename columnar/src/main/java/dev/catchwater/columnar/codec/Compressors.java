package dev.catchwater.columnar.codec;

import dev.catchwater.columnar.parquet.ByteSink;
import java.io.Closeable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// Compresses pages for many threads with no more compressors than threads are at it, because each
/// holds a megabyte or so. Thread-safe.
public final class Compressors implements Closeable {
  private final Codec codec;
  private final ArrayDeque<PageCompressor> idle = new ArrayDeque<>();

  public Compressors(Codec codec) {
    this.codec = codec;
  }

  public Codec codec() {
    return codec;
  }

  /// Puts the compressed form of `from[0] … from[length - 1]` at the end of the sink.
  public void compress(byte[] from, int length, ByteSink into) {
    PageCompressor compressor;
    synchronized (idle) {
      compressor = idle.pollFirst();
    }
    if (compressor == null) {
      compressor = new PageCompressor(codec);
    }
    compressor.compress(from, length, into);
    synchronized (idle) {
      idle.addFirst(compressor);
    }
  }

  /// Gives native memory back.
  @Override
  public void close() {
    List<PageCompressor> all;
    synchronized (idle) {
      all = new ArrayList<>(idle);
      idle.clear();
    }
    for (PageCompressor compressor : all) {
      compressor.close();
    }
  }
}
