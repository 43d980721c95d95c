package dev.catchwater.columnar.codec;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.catchwater.columnar.parquet.FileFooter;
import dev.catchwater.odf.error.CatchwaterException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Decompresses pages. Thread-safe; keeps a few contexts of zstd for the next pages, because making
/// one costs as much as a small page (140 KB of memory that is mapped and cleared anew).
public final class PageDecompressor {
  private static final int GZIP_HEADER = 10;

  private static final int IDLE_MAX = 8;
  private static final ArrayBlockingQueue<ZstdDecompressCtx> IDLE =
      new ArrayBlockingQueue<>(IDLE_MAX);

  private PageDecompressor() {}

  /// Decompresses a page whose size after it is known. Reads of at most eight bytes behind that
  /// size are in the array.
  ///
  /// @param codec the number in the file
  /// @throws dev.catchwater.odf.error.CatchwaterException `CORRUPT` if it is not what it says,
  ///   `BAD_PARQUET` for a codec we do not read
  public static void decompress(
      int codec, byte[] from, int offset, int length, byte[] into, int intoOffset, int size) {
    switch (codec) {
      case 0 -> {
        if (length != size) {
          throw FileFooter.damaged("a page of " + length + " bytes that says " + size);
        }
        System.arraycopy(from, offset, into, intoOffset, size);
      }
      case 1 -> Snappy.decompress(from, offset, length, into, intoOffset, size);
      case 2 -> gunzip(from, offset, length, into, intoOffset, size);
      case 6 -> zstd(from, offset, length, into, intoOffset, size);
      case 3 -> throw refused("LZO");
      case 4 -> throw refused("Brotli");
      case 5 -> Lz4.decompressFramed(from, offset, length, into, intoOffset, size);
      case 7 -> Lz4.decompress(from, offset, length, into, intoOffset, size);
      default -> throw FileFooter.damaged("codec " + codec);
    }
  }

  private static CatchwaterException refused(String codec) {
    return FileFooter.refused("is compressed with " + codec + ", which is not read")
        .withHint("write it with zstd, snappy, gzip, LZ4 or without compression");
  }

  private static void zstd(
      byte[] from, int offset, int length, byte[] into, int intoOffset, int size) {
    ZstdDecompressCtx idle = IDLE.poll();
    ZstdDecompressCtx context = idle == null ? new ZstdDecompressCtx() : idle;
    boolean isKept = false;
    try {
      int done = context.decompressByteArray(into, intoOffset, size, from, offset, length);
      if (done != size) {
        throw FileFooter.damaged("a page is no Zstandard frame of " + size + " bytes");
      }
      isKept = IDLE.offer(context);
    } catch (ZstdException e) {
      throw FileFooter.damaged("a page is no Zstandard frame").withCause(e);
    } finally {
      if (!isKept) {
        context.close();
      }
    }
  }

  private static void gunzip(
      byte[] from, int offset, int length, byte[] into, int intoOffset, int size) {
    int header = gzipHeader(from, offset, length);
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(from, offset + header, length - header);
      int done = 0;
      while (done < size && !inflater.finished()) {
        int count = inflater.inflate(into, intoOffset + done, size - done);
        if (count == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
          break;
        }
        done += count;
      }
      if (done != size) {
        throw FileFooter.damaged("a page has " + done + " bytes, not " + size);
      }
    } catch (DataFormatException e) {
      throw FileFooter.damaged("a page is no gzip stream").withCause(e);
    } finally {
      inflater.end();
    }
  }

  /// Bytes before the deflated data (RFC 1952).
  private static int gzipHeader(byte[] from, int offset, int length) {
    if (length < GZIP_HEADER || from[offset] != 0x1f || from[offset + 1] != (byte) 0x8b) {
      throw FileFooter.damaged("a page is no gzip stream");
    }
    int flags = from[offset + 3];
    int at = GZIP_HEADER;
    if ((flags & 4) != 0 && at + 2 <= length) {
      at += 2 + ((from[offset + at] & 0xff) | (from[offset + at + 1] & 0xff) << 8);
    }
    for (int text = 8; text <= 16; text *= 2) {
      if ((flags & text) != 0) {
        while (at < length && from[offset + at] != 0) {
          at++;
        }
        at++;
      }
    }
    if ((flags & 2) != 0) {
      at += 2;
    }
    if (at > length) {
      throw FileFooter.damaged("a page is no gzip stream");
    }
    return at;
  }
}
