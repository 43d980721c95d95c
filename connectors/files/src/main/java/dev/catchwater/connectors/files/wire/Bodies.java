package dev.catchwater.connectors.files.wire;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Where the body of an answer ends. One that is cut before its end is an [EOFException], never a
/// short body.
final class Bodies {
  private static final int CHUNK_LINE_MAX = 1_024;

  private Bodies() {}

  /// A body of so many bytes.
  static InputStream ofLength(InputStream in, long length) {
    return new Bounded(in, length);
  }

  /// A body in chunks (RFC 9112, 7.1).
  static InputStream chunked(InputStream in) {
    return new Chunked(in);
  }

  private static final class Bounded extends FilterInputStream {
    private long left;

    Bounded(InputStream in, long length) {
      super(in);
      left = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int count = in.read(into, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw new EOFException("cut " + left + " bytes before the end");
      }
      left -= count;
      return count;
    }
  }

  private static final class Chunked extends FilterInputStream {
    private long left;
    private boolean isFirst = true;
    private boolean isDone;

    Chunked(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (left == 0 && !isDone) {
        nextChunk();
      }
      if (isDone) {
        return -1;
      }
      int count = in.read(into, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw new EOFException("cut inside a chunk");
      }
      left -= count;
      return count;
    }

    private void nextChunk() throws IOException {
      if (!isFirst && !line().isEmpty()) {
        throw new IOException("a chunk is longer than it says");
      }
      isFirst = false;
      String size = line();
      int extension = size.indexOf(';');
      String digits = (extension < 0 ? size : size.substring(0, extension)).strip();
      try {
        left = digits.startsWith("-") || digits.startsWith("+") ? -1 : Long.parseLong(digits, 16);
      } catch (NumberFormatException e) {
        left = -1;
      }
      if (left < 0) {
        throw new IOException("a chunk without a length");
      }
      if (left == 0) {
        while (!line().isEmpty()) {
          // Trailers say nothing that is asked for.
        }
        isDone = true;
      }
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) {
          throw new EOFException("cut between two chunks");
        }
        if (line.length() == CHUNK_LINE_MAX) {
          throw new IOException("the head of a chunk is too long");
        }
        if (c != '\r') {
          line.append((char) c);
        }
      }
      return line.toString();
    }
  }
}
