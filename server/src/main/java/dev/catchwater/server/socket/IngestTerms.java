package dev.catchwater.server.socket;

import dev.catchwater.ingest.read.InputFormat;
import dev.catchwater.server.api.IngestHead;
import dev.catchwater.server.body.BodyReceiver;
import dev.catchwater.server.http.Call;
import dev.catchwater.server.http.Refusal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the address of a socket says of all messages that come over it. Immutable.
///
/// @param dataset as the address names it
/// @param client its address
/// @param format what texts and bytes are; null for NDJSON of texts, and for what the source
///   declares of bytes
/// @param packing of bytes
/// @param producer whose messages they are, null where nobody counts them
/// @param epoch which life of the producer
/// @param from the number of the first message, -1 for the one that comes next
/// @param stopsOnError whether nothing behind a message that failed is looked at
/// @param waits whether a message is answered when its rows are in a block
/// @param setsAside whether bad rows of a message are set aside
/// @param hasReceipts whether answers have receipts
record IngestTerms(
    String dataset,
    String client,
    String requestId,
    @Nullable String sourceName,
    @Nullable InputFormat format,
    BodyReceiver.Packing packing,
    @Nullable Instant eventTime,
    @Nullable String producer,
    long epoch,
    long from,
    boolean stopsOnError,
    boolean allowsEmpty,
    boolean isStrict,
    boolean waits,
    boolean setsAside,
    boolean hasReceipts) {
  /// The query parameters that are known.
  static final List<String> PARAMETERS =
      List.of(
          "sourceName",
          "contentType",
          "contentEncoding",
          "eventTime",
          "producerId",
          "producerEpoch",
          "from",
          "stopOnError",
          "wait",
          "allowEmpty",
          "strict",
          "onError",
          "receipt");

  static IngestTerms of(Call call) {
    String producer = call.parameter("producerId");
    if (producer != null && !IngestHead.isVisible(producer)) {
      throw bad("producerId", "1 to 128 visible ASCII characters");
    }
    if (producer == null && call.parameter("producerEpoch") != null) {
      throw bad("producerEpoch", "given with producerId only");
    }
    if (producer != null && "false".equals(call.parameter("stopOnError"))) {
      throw bad("stopOnError", "true of a producer: numbers leave no gap");
    }
    String encoding = call.parameter("contentEncoding");
    BodyReceiver.Packing packing = BodyReceiver.Packing.find(encoding == null ? "" : encoding);
    if (packing == null) {
      throw bad("contentEncoding", "one of gzip, zstd, identity");
    }
    return new IngestTerms(
        call.segment("dataset"),
        call.client(),
        call.id(),
        call.parameter("sourceName"),
        IngestHead.format(call.parameter("contentType")),
        packing,
        IngestHead.eventTime(call.parameter("eventTime")),
        producer,
        call.number("producerEpoch", 0, Long.MAX_VALUE),
        call.parameter("from") == null ? -1 : call.number("from", 0, Long.MAX_VALUE),
        producer != null || call.flag("stopOnError"),
        call.flag("allowEmpty"),
        call.flag("strict"),
        call.choice("wait", "durable", List.of("durable", "committed")).equals("committed"),
        IngestHead.setsAside(call),
        call.flag("receipt"));
  }

  private static Refusal bad(String name, String wanted) {
    return Refusal.of(400, "bad-argument", "The query parameter '" + name + "' is to be " + wanted);
  }
}
