package dev.catchwater.query.quarantine;

import dev.catchwater.ingest.quarantine.RowState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// A row in quarantine as it stands. Immutable.
///
/// @param changes how often its state or reason changed since it arrived
/// @param arrivedAt when the push that brought it was taken
/// @param why the present reason: of the last replay that failed, or else of its arrival
/// @param place where it stood in its input
/// @param text the row; null where its bytes are no text
/// @param base64 its bytes where they are no text
/// @param header the line that names the fields of a CSV input
/// @param origin the push that brought it
/// @param end what a replay did, null where none was taken
public record QuarantinedRow(
    String id,
    RowState state,
    int changes,
    Instant arrivedAt,
    Reason why,
    Place place,
    @Nullable String text,
    @Nullable String base64,
    @Nullable String header,
    Origin origin,
    @Nullable End end) {

  /// Why a row was refused.
  ///
  /// @param cause the message without what differs from row to row
  public record Reason(
      String code, @Nullable String field, String message, @Nullable String hint, String cause) {}

  /// Where a row stood; 0 where that is not known.
  public record Place(@Nullable String file, long line, long column) {}

  /// The push that brought a row.
  ///
  /// @param receipt id of its receipt
  /// @param format what it said its bytes are, null where it did not
  /// @param eventTime what it gave to rows without an event time, null for the time of its arrival
  public record Origin(
      String source,
      String receipt,
      @Nullable String idempotencyKey,
      @Nullable String producer,
      @Nullable Long producerSeq,
      @Nullable String format,
      @Nullable String eventTime) {}

  /// What a replay did with a row.
  ///
  /// @param outcome `added`, `corrected`, `retracted`, `duplicate`, `conflicting` or `ignored`
  /// @param firstOffset of what it stored, null where it stored nothing
  /// @param lastOffset of it
  /// @param text what was pushed in its place, null for the row itself
  public record End(
      String outcome,
      @Nullable Long firstOffset,
      @Nullable Long lastOffset,
      @Nullable String text) {}

  /// The row as it came.
  public byte[] bytes() {
    if (text != null) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    return base64 == null ? new byte[0] : Base64.getDecoder().decode(base64);
  }

  QuarantinedRow with(RowState now, int number, Reason reason, @Nullable End what) {
    return new QuarantinedRow(
        id, now, number, arrivedAt, reason, place, text, base64, header, origin, what);
  }
}
