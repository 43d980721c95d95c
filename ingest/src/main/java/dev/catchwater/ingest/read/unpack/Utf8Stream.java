package dev.catchwater.ingest.read.unpack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Text of another encoding as UTF-8. Bytes that the encoding does not have are refused, with their
/// place. Used by one thread.
public final class Utf8Stream extends InputStream {
  private static final int SIZE = 1 << 14;

  private final InputStream in;
  private final Charset charset;
  private final CharsetDecoder decoder;
  private final CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
  private final ByteBuffer bytes = ByteBuffer.allocate(SIZE).limit(0);
  private final CharBuffer chars = CharBuffer.allocate(SIZE).limit(0);
  private final ByteBuffer encoded = ByteBuffer.allocate(SIZE * 4).limit(0);
  private long bytesDecoded;
  private boolean isAtEnd;

  /// Decodes what `in` gives.
  public Utf8Stream(InputStream in, Charset charset) {
    this.in = in;
    this.charset = charset;
    this.decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    while (!encoded.hasRemaining()) {
      if (isAtEnd) {
        return -1;
      }
      decode();
    }
    int count = Math.min(length, encoded.remaining());
    encoded.get(into, offset, count);
    return count;
  }

  private void decode() throws IOException {
    bytes.compact();
    int got = in.read(bytes.array(), bytes.position(), bytes.remaining());
    isAtEnd = got < 0;
    bytes.position(bytes.position() + Math.max(0, got)).flip();
    chars.compact();
    int before = bytes.position();
    CoderResult result = decoder.decode(bytes, chars, isAtEnd);
    bytesDecoded += bytes.position() - before;
    if (result.isError()) {
      throw refuse();
    }
    if (isAtEnd) {
      decoder.flush(chars);
    }
    chars.flip();
    encoded.clear();
    CoderResult written = encoder.encode(chars, encoded, isAtEnd);
    if (written.isError()) {
      throw refuse();
    }
    encoded.flip();
  }

  private CharacterCodingException refuse() {
    String message = "Not " + charset.name() + " at byte " + bytesDecoded;
    return new CharacterCodingException() {
      @Override
      public String getMessage() {
        return message;
      }
    };
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
