package dev.catchwater.ingest.merge;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataSchema;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A sorted run spilled to a scratch file, read once from front to back. Never outlives its push.
///
/// ```
///   frame, again and again:
///   0         4         8        12       16
///   ├─ bytes ─┼─ crc32c ┼─ rows ──┼─ zero ──┤ body: the columns as RowCodec writes them
/// ```
///
/// `bytes` counts the body, the checksum covers it. Numbers are little-endian. Used by one thread.
final class RunFile implements Closeable {
  private static final int HEADER_BYTES = 16;

  private final DiskFile file;
  private final DataSchema schema;
  private final long size;

  private RunFile(DiskFile file, DataSchema schema, long size) {
    this.file = file;
    this.schema = schema;
    this.size = size;
  }

  /// Writes all rows of a source into a file, which the run owns from here on, and closes the
  /// source.
  static RunFile write(DiskFile file, DataSchema schema, RowSource source) throws IOException {
    long position = 0;
    RowCodec codec = new RowCodec();
    try (source) {
      for (RecordBatch rows = source.next(); rows != null; rows = source.next()) {
        ByteBuffer frame = codec.encode(rows, HEADER_BYTES);
        int bytes = frame.position() - HEADER_BYTES;
        CRC32C crc = new CRC32C();
        crc.update(codec.bytes(), HEADER_BYTES, bytes);
        frame.putInt(0, bytes).putInt(4, (int) crc.getValue()).putInt(8, rows.rowCount());
        file.write(codec.bytes(), 0, frame.position(), position);
        position += frame.position();
      }
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
    return new RunFile(file, schema, position);
  }

  /// The rows of the run from its beginning; closing them leaves the run open.
  RowSource read() {
    return new Frames();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private final class Frames implements RowSource {
    private final byte[] header = new byte[HEADER_BYTES];
    private byte[] body = {};
    private long position;

    @Override
    public @Nullable RecordBatch next() throws IOException {
      if (position == size) {
        return null;
      }
      file.readFully(header, 0, HEADER_BYTES, position);
      ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
      int bytes = fields.getInt(0);
      if (bytes < 0 || bytes > size - position - HEADER_BYTES) {
        throw damaged();
      }
      if (body.length < bytes) {
        body = Arrays.copyOf(body, bytes);
      }
      file.readFully(body, 0, bytes, position + HEADER_BYTES);
      CRC32C crc = new CRC32C();
      crc.update(body, 0, bytes);
      if ((int) crc.getValue() != fields.getInt(4)) {
        throw damaged();
      }
      position += HEADER_BYTES + bytes;
      return RowCodec.decode(schema, fields.getInt(8), body, bytes);
    }

    private CatchwaterException damaged() {
      return CatchwaterException.of(
              ErrorCode.STORAGE_FAILED,
              "The disk did not give back what was put aside at byte " + position)
          .withHint("nothing was changed; push again");
    }

    @Override
    public void close() {
      body = new byte[0];
    }
  }
}
