package dev.catchwater.columnar.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import dev.catchwater.columnar.parquet.ByteSink;
import io.airlift.compress.v3.snappy.SnappyJavaCompressor;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// Compresses pages one after the other. Used by one thread at a time; holds native memory with
/// Zstandard.
final class PageCompressor implements Closeable {
  // The quickest of the ordinary levels: a push waits for it.
  private static final int ZSTD_LEVEL = 1;

  private final Codec codec;
  private @Nullable ZstdCompressCtx zstd;
  private @Nullable SnappyJavaCompressor snappy;

  PageCompressor(Codec codec) {
    this.codec = codec;
  }

  /// Puts the compressed form of `from[0] … from[length - 1]` at the end of the sink.
  void compress(byte[] from, int length, ByteSink into) {
    switch (codec) {
      case NONE -> into.put(from, 0, length);
      case GZIP -> gzip(from, length, into);
      case SNAPPY -> {
        SnappyJavaCompressor compressor = snappy;
        if (compressor == null) {
          compressor = new SnappyJavaCompressor();
          snappy = compressor;
        }
        int room = compressor.maxCompressedLength(length);
        int start = into.skip(room);
        int size = compressor.compress(from, 0, length, into.array(), start, room);
        into.truncate(start + size);
      }
      case ZSTD -> {
        ZstdCompressCtx context = zstd;
        if (context == null) {
          context = new ZstdCompressCtx();
          context.setLevel(ZSTD_LEVEL);
          zstd = context;
        }
        int room = Math.toIntExact(Zstd.compressBound(length));
        int start = into.skip(room);
        int size = context.compressByteArray(into.array(), start, room, from, 0, length);
        into.truncate(start + size);
      }
    }
  }

  private static void gzip(byte[] from, int length, ByteSink into) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(length / 2 + 32);
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(from, 0, length);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    byte[] done = bytes.toByteArray();
    into.put(done, 0, done.length);
  }

  @Override
  public void close() {
    if (zstd != null) {
      zstd.close();
      zstd = null;
    }
  }
}
