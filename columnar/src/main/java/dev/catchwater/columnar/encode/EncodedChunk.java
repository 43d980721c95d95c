package dev.catchwater.columnar.encode;

import dev.catchwater.columnar.codec.Codec;
import dev.catchwater.columnar.parquet.ColumnIndex;
import dev.catchwater.columnar.parquet.Statistics;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The pages of one leaf in one row group, ready for the file. The arrays are shared and must not
/// be changed.
///
/// @param dictionary the dictionary page with its header, or null
/// @param pages the data pages with their headers
/// @param firstRows the first row of each data page inside the row group
/// @param encodings bit `n` is set where encoding `n` occurs
/// @param uncompressedSize bytes of all pages with headers before compression
/// @param compressedSize bytes of all pages with headers as they are here
/// @param columnIndex null where a page has values but no bounds (only NaN)
public record EncodedChunk(
    byte @Nullable [] dictionary,
    List<byte[]> pages,
    long[] firstRows,
    int encodings,
    Codec codec,
    long valueCount,
    long uncompressedSize,
    long compressedSize,
    Statistics statistics,
    @Nullable ColumnIndex columnIndex) {}
