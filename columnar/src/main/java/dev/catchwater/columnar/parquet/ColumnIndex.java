package dev.catchwater.columnar.parquet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The bounds of each data page of a chunk, cut to a few bytes. Only written: readers here find
/// rows by position.
///
/// @param pages what each page says; one without bounds has nulls only
/// @param boundaryOrder how the bounds go from page to page
public record ColumnIndex(List<Statistics> pages, BoundaryOrder boundaryOrder) {

  /// The order is the number in the file.
  public enum BoundaryOrder {
    UNORDERED,
    ASCENDING,
    DESCENDING;

    /// The number in the file.
    @SuppressWarnings("EnumOrdinal")
    public int number() {
      return ordinal();
    }
  }

  public ColumnIndex {
    pages = List.copyOf(pages);
  }

  /// Puts the index at the end of the sink.
  public void write(ByteSink sink) {
    ThriftWriter out = new ThriftWriter(sink);
    out.begin();
    out.beginList(1, ThriftWriter.TRUE, pages.size());
    for (Statistics page : pages) {
      out.boolItem(page.min() == null);
    }
    out.beginList(2, ThriftWriter.BINARY, pages.size());
    for (Statistics page : pages) {
      out.binaryItem(orEmpty(page.min()));
    }
    out.beginList(3, ThriftWriter.BINARY, pages.size());
    for (Statistics page : pages) {
      out.binaryItem(orEmpty(page.max()));
    }
    out.int32(4, boundaryOrder.number());
    out.beginList(5, ThriftWriter.I64, pages.size());
    for (Statistics page : pages) {
      out.int64Item(page.nullCount());
    }
    out.end();
  }

  private static byte[] orEmpty(byte @Nullable [] bound) {
    return bound == null ? new byte[0] : bound;
  }
}
