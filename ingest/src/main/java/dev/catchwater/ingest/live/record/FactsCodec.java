package dev.catchwater.ingest.live.record;

import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.receipt.ReceiptFacts;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// The facts of a receipt as few bytes, without the dataset, which is known where they lie. Numbers
/// are LEB128, see [ByteWriter].
///
/// ```
/// flags · number · source · body hash (32) · milliseconds · head · key id (4) · 7 counts
/// first offset, rows behind it     where flag 1
/// idempotency key                  where flag 2
/// producer id, epoch, sequence     where flag 4
/// ```
public final class FactsCodec {
  private static final int HAS_OFFSETS = 1;
  private static final int HAS_KEY = 2;
  private static final int HAS_PRODUCER = 4;
  private static final int KEY_ID_BYTES = 4;

  private FactsCodec() {}

  /// The bytes.
  public static byte[] encode(ReceiptFacts facts) {
    ByteWriter out = new ByteWriter(160);
    ReceiptFacts.Offsets offsets = facts.offsets();
    String key = facts.idempotencyKey();
    ReceiptFacts.Position producer = facts.producer();
    int flags = offsets == null ? 0 : HAS_OFFSETS;
    flags |= key == null ? 0 : HAS_KEY;
    flags |= producer == null ? 0 : HAS_PRODUCER;
    out.octet(flags).number(facts.number()).text(facts.source());
    out.raw(facts.bodyHash().digest(), 0, PushRecord.HASH_BYTES);
    out.number(facts.acceptedAt().toEpochMilli()).array(facts.head().toBytes());
    out.raw(HexFormat.of().parseHex(facts.keyId()), 0, KEY_ID_BYTES);
    ReceiptFacts.Rows rows = facts.rows();
    out.number(rows.added()).number(rows.corrected()).number(rows.retracted());
    out.number(rows.duplicate()).number(rows.conflicting()).number(rows.ignored());
    out.number(rows.quarantined());
    if (offsets != null) {
      out.number(offsets.start()).number(offsets.end() - offsets.start());
    }
    if (key != null) {
      out.text(key);
    }
    if (producer != null) {
      out.text(producer.id()).number(producer.epoch()).number(producer.seq());
    }
    return out.toBytes();
  }

  /// The facts in the bytes.
  ///
  /// @throws RuntimeException for bytes that no facts are in
  public static ReceiptFacts decode(DatasetId dataset, byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int flags = in.octet();
    long number = in.number();
    String source = in.text();
    Multihash bodyHash = Multihash.of(Multihash.SHA3_256, in.raw(PushRecord.HASH_BYTES));
    Instant acceptedAt = Instant.ofEpochMilli(in.number());
    Multihash head = Multihash.fromBytes(in.array());
    String keyId = HexFormat.of().formatHex(in.raw(KEY_ID_BYTES));
    ReceiptFacts.Rows rows =
        new ReceiptFacts.Rows(
            in.number(),
            in.number(),
            in.number(),
            in.number(),
            in.number(),
            in.number(),
            in.number());
    ReceiptFacts.Offsets offsets = null;
    if ((flags & HAS_OFFSETS) != 0) {
      long start = in.number();
      offsets = new ReceiptFacts.Offsets(start, start + in.number());
    }
    String key = (flags & HAS_KEY) == 0 ? null : in.text();
    return new ReceiptFacts(
        number,
        dataset,
        source,
        offsets,
        rows,
        bodyHash,
        acceptedAt,
        head,
        key,
        (flags & HAS_PRODUCER) == 0 ? null : producer(in),
        keyId);
  }

  private static ReceiptFacts.@Nullable Position producer(ByteReader in) {
    return new ReceiptFacts.Position(in.text(), in.number(), in.number());
  }
}
