package dev.catchwater.server.follow;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.query.format.RowFormat;
import dev.catchwater.query.format.RowWriter;
import dev.catchwater.query.format.TableStyle;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes rows as text, cut into pieces. Stateless.
final class RowPieces {
  /// For one client alone.
  static final int OWN_BYTES = 64 << 10;

  /// For all: a write of each of them costs more than its bytes do. Who is slow holds one that
  /// others hold too.
  static final int SHARED_BYTES = 256 << 10;

  private static final TableStyle NO_STYLE = new TableStyle(false, false, -1);

  private RowPieces() {}

  /// The pieces of a batch.
  ///
  /// @param first the offset of its first row
  /// @param bytesMax how large a piece is at most, unless a row is larger
  static List<Piece> of(RecordBatch batch, @Nullable DataSchema schema, long first, int bytesMax) {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    RowWriter writer =
        RowFormat.NDJSON.open(lines, schema == null ? batch.schema() : schema, NO_STYLE);
    writer.write(batch);
    writer.finish();
    lines.write('\n'); // rows have one between them only
    byte[] bytes = lines.toByteArray();
    List<Piece> pieces = new ArrayList<>();
    long begins = first;
    long offset = first;
    int from = 0;
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != '\n') {
        continue;
      }
      if (i + 1 - from > bytesMax && start > from) {
        pieces.add(new Piece(begins, offset, bytes, from, start - from));
        begins = offset;
        from = start;
      }
      offset++;
      start = i + 1;
    }
    if (start > from) {
      pieces.add(new Piece(begins, offset, bytes, from, start - from));
    }
    return pieces;
  }
}
