package dev.catchwater.query.quarantine;

import dev.catchwater.ingest.read.InputFormat;
import dev.catchwater.odf.source.ReadStep;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One row as an input by itself: what stood around it in the input it came with is put around it
/// again.
///
/// @param format what the input is
/// @param bytes of it; they begin with a byte order mark, so that they are read as the UTF-8 that
///   they are, whatever encoding the source declares
record RowBody(InputFormat format, byte[] bytes) {
  private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  /// @param step of the source
  /// @param fixed what is pushed in the row's place, null for the row itself
  static RowBody of(QuarantinedRow row, ReadStep step, byte @Nullable [] fixed) {
    InputFormat declared = InputFormat.of(step);
    String asked = row.origin().format();
    InputFormat format =
        asked == null
            ? InputFormat.ofFile(row.place().file(), declared)
            : InputFormat.valueOf(asked.toUpperCase(Locale.ROOT));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(MARK);
    String after = "\n";
    String header = row.header();
    // A source that was changed to one without a header would take it for a row.
    boolean readsHeader = !(step instanceof ReadStep.Csv csv) || Boolean.TRUE.equals(csv.header());
    if (format == InputFormat.CSV && header != null && readsHeader) {
      write(out, header + "\n");
    } else if (format == InputFormat.GEOJSON) {
      write(out, "{\"type\":\"FeatureCollection\",\"features\":[");
      after = "]}";
    } else if (format == InputFormat.JSON) {
      String path = step instanceof ReadStep.Json json ? json.subPath() : null;
      int depth = 0;
      for (String key : path == null || path.isEmpty() ? new String[0] : path.split("\\.", -1)) {
        write(out, "{\"" + key + "\":");
        depth++;
      }
      write(out, "[");
      after = "]" + "}".repeat(depth);
    }
    out.writeBytes(fixed == null ? row.bytes() : fixed);
    write(out, after);
    return new RowBody(format, out.toByteArray());
  }

  private static void write(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }
}
