package dev.catchwater.ingest.read;

import dev.catchwater.ingest.read.unpack.GzipStream;
import dev.catchwater.ingest.read.unpack.Utf8Stream;
import dev.catchwater.ingest.read.unpack.ZstdStream;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Makes plain UTF-8 of an input: gzip and zstd by their magic bytes, the declared encoding, the
/// byte order mark.
final class Unpacking {
  static final String ENCODINGS =
      "utf8, us-ascii, iso-8859-1, iso-8859-15, windows-1252, utf-16, utf-16le, utf-16be";

  private Unpacking() {}

  /// The character set of a declared encoding, null for UTF-8.
  ///
  /// @throws CatchwaterException UNSUPPORTED
  static @Nullable Charset charset(@Nullable String declared) {
    String name = declared == null ? "utf8" : declared.toLowerCase(Locale.ROOT);
    return switch (name) {
      case "utf8", "utf-8" -> null;
      case "us-ascii", "ascii" -> StandardCharsets.US_ASCII;
      case "iso-8859-1", "iso8859-1", "latin1", "latin-1" -> StandardCharsets.ISO_8859_1;
      case "iso-8859-15", "latin9" -> Charset.forName("ISO-8859-15");
      case "windows-1252", "cp1252" -> Charset.forName("windows-1252");
      case "utf-16", "utf16" -> StandardCharsets.UTF_16;
      case "utf-16le", "utf16le" -> StandardCharsets.UTF_16LE;
      case "utf-16be", "utf16be" -> StandardCharsets.UTF_16BE;
      default ->
          throw CatchwaterException.of(
                  ErrorCode.UNSUPPORTED, "The encoding \"" + declared + "\" is not known")
              .withHint("known are " + ENCODINGS);
    };
  }

  /// The input as UTF-8 without a byte order mark.
  static InputStream open(SourceBytes source, @Nullable Charset charset) {
    try {
      return decode(source, unpack(source), charset);
    } catch (IOException e) {
      throw failure(source.input(), e);
    }
  }

  /// The input without gzip or zstd around it.
  static InputStream unpack(SourceBytes source) throws IOException {
    byte[] magic = source.peek(4);
    if (isGzip(magic)) {
      return new GzipStream(source);
    }
    return isZstd(magic) ? ZstdStream.open(source) : source;
  }

  static boolean isGzip(byte[] magic) {
    return magic.length > 1 && magic[0] == 0x1F && magic[1] == (byte) 0x8B;
  }

  static boolean isZstd(byte[] magic) {
    return magic.length > 3
        && magic[0] == 0x28
        && magic[1] == (byte) 0xB5
        && magic[2] == 0x2F
        && magic[3] == (byte) 0xFD;
  }

  private static InputStream decode(
      SourceBytes source, InputStream unpacked, @Nullable Charset charset) throws IOException {
    SourceBytes text = unpacked == source ? source : new SourceBytes(source.input(), unpacked);
    byte[] mark = text.peek(3);
    if (mark.length == 3
        && mark[0] == (byte) 0xEF
        && mark[1] == (byte) 0xBB
        && mark[2] == (byte) 0xBF) {
      text.skipNBytes(3);
      return text;
    }
    if (charset != null) {
      return new Utf8Stream(text, charset);
    }
    if (mark.length > 1 && (isPair(mark, 0xFF, 0xFE) || isPair(mark, 0xFE, 0xFF))) {
      throw new CharacterCodingException() {
        @Override
        public String getMessage() {
          return "Not UTF-8 at byte 0: it begins like UTF-16; declare `encoding: utf-16`";
        }
      };
    }
    return text;
  }

  private static boolean isPair(byte[] mark, int first, int second) {
    return (mark[0] & 0xFF) == first && (mark[1] & 0xFF) == second;
  }

  /// What a failure to read means: bytes that are not what they claim to be, or a disk's fault.
  static CatchwaterException failure(PushInput input, IOException e) {
    if (e instanceof CharacterCodingException) {
      return input.failure(ErrorCode.BAD_ENCODING, "The text cannot be decoded", e);
    }
    boolean isPacked =
        e instanceof java.util.zip.ZipException
            || e instanceof java.io.EOFException
            || e.getClass().getSimpleName().startsWith("Zstd");
    return isPacked
        ? input.failure(ErrorCode.BAD_ENCODING, "The compressed data is damaged", e)
        : input.failure(ErrorCode.STORAGE_FAILED, "The input cannot be read", e);
  }
}
