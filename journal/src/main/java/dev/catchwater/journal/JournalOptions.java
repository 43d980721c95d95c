package dev.catchwater.journal;

/// How a journal lies on its disk. All sizes in bytes.
///
/// @param dataset the identity of the dataset it belongs to, written into every segment; at most
///   [#DATASET_BYTES_MAX] in UTF-8
/// @param segmentBytesFirst size of the first segment; each further one has twice the size
/// @param segmentBytesMax size at which they stop growing
/// @param reserveBytes what stays free on the disk for sealing and shutting down: no segment is
///   made that would leave less
public record JournalOptions(
    String dataset, int segmentBytesFirst, int segmentBytesMax, long reserveBytes) {
  /// The longest identity.
  public static final int DATASET_BYTES_MAX = 1_024;

  private static final int MEBIBYTE = 1 << 20;

  /// Checks the relations between the sizes.
  ///
  /// @throws IllegalArgumentException if a segment could not hold its header
  public JournalOptions {
    if (segmentBytesFirst < 2 * SegmentFormat.HEADER_BYTES || segmentBytesMax < segmentBytesFirst) {
      throw new IllegalArgumentException(segmentBytesFirst + ", " + segmentBytesMax);
    }
  }

  /// Segments from 1 to 64 MiB, 64 MiB in reserve.
  public static JournalOptions of(String dataset) {
    return new JournalOptions(dataset, MEBIBYTE, 64 * MEBIBYTE, 64L * MEBIBYTE);
  }
}
