package dev.catchwater.ingest.live.record;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.PushReport;
import dev.catchwater.ingest.merge.RowCodec;
import dev.catchwater.ingest.quarantine.AsideRows;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.receipt.ReceiptFacts;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.Scalar;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// What the journal keeps of a push: its merged rows with their final offsets and system time, and
/// what recognizes it when it comes again. Numbers are LEB128, see [ByteWriter].
///
/// ```
/// version 3, or 4 with flag 16 · flags · first offset · rows · system time (seconds, nanos)
/// facts of its receipt, see FactsCodec
/// fingerprint (32) · report, see ReportCodec · number of the receipt   where flag 1
/// head, its number in the chain                where flag 2
/// rows that were set aside, see AsideCodec      where flag 16
/// checksum of the columns · event time and data columns, see RowCodec   where rows > 0
///   with the operation type as the last of them                         where flag 8
/// ```
///
/// Offset and system time of a row follow from the record; without flag 8 all rows are additions.
///
/// @param firstOffset of its rows; where there are none, that of the next row
/// @param rows event time and data columns, and the operation type where not all are additions;
///   null where the push added none, or put them into a slice itself
/// @param facts what its receipt says
/// @param identity what recognizes it, null where nothing does
/// @param commit the block that the push committed directly, after this record; if the chain does
///   not have it, the push did not happen. Null for a push through the journal
/// @param aside the rows that the push set aside, null where there are none
public record PushRecord(
    long firstOffset,
    @Nullable RecordBatch rows,
    Instant systemTime,
    ReceiptFacts facts,
    @Nullable Identity identity,
    @Nullable Commit commit,
    @Nullable AsideRows aside) {
  private static final int VERSION = 3;
  private static final int VERSION_WITH_ASIDE = 4;
  private static final int HAS_IDENTITY = 1;
  private static final int HAS_HEAD = 2;
  private static final int HAS_OPERATIONS = 8;
  private static final int HAS_ASIDE = 16;
  private static final DataField OPERATION = DataField.of("op", Scalar.INT32);

  /// What recognizes a push that comes again, besides the key and the producer of its facts.
  ///
  /// @param fingerprint SHA3-256 of body and effective parameters
  /// @param receipt the number of the receipt it is given
  public record Identity(byte[] fingerprint, PushReport report, long receipt) {}

  /// A block of the chain and its number.
  public record Commit(Multihash head, long number) {}

  static final int HASH_BYTES = 32;

  /// Rows that the push added to the journal.
  public long rowCount() {
    return rows == null ? 0 : rows.rowCount();
  }

  /// The record as bytes.
  ///
  /// @param columns checksum of the names and types of the columns, [#checksum]
  /// @param hasOperations whether the last column of the rows is the operation type
  public byte[] toBytes(RowCodec codec, long columns, boolean hasOperations) {
    ByteWriter out = new ByteWriter(192);
    int flags = (commit == null ? 0 : HAS_HEAD) | (hasOperations ? HAS_OPERATIONS : 0);
    flags |= identity == null ? 0 : HAS_IDENTITY;
    flags |= aside == null ? 0 : HAS_ASIDE;
    out.octet(aside == null ? VERSION : VERSION_WITH_ASIDE).octet(flags);
    out.number(firstOffset).number(rowCount());
    out.time(systemTime).array(FactsCodec.encode(facts));
    if (identity != null) {
      out.raw(identity.fingerprint, 0, HASH_BYTES);
      ReportCodec.write(out, identity.report);
      out.number(identity.receipt);
    }
    if (commit != null) {
      out.array(commit.head.toBytes()).number(commit.number);
    }
    if (aside != null) {
      AsideCodec.write(out, aside);
    }
    if (rows != null) {
      out.number(columns);
      int length = codec.encode(rows, 0).position();
      out.raw(codec.bytes(), 0, length);
    }
    return out.toBytes();
  }

  /// The record in the bytes.
  ///
  /// @param dataset whose journal it is from
  /// @param schema event time and data columns of the dataset; null before it has any
  /// @throws RuntimeException for bytes that are no record of this version and schema
  public static PushRecord fromBytes(DatasetId dataset, byte[] bytes, @Nullable DataSchema schema) {
    ByteReader in = new ByteReader(bytes);
    int version = in.octet();
    if (version != VERSION && version != VERSION_WITH_ASIDE) {
      throw new IllegalArgumentException("a record of version " + version);
    }
    int flags = in.octet();
    long firstOffset = in.number();
    int rowCount = in.count();
    Instant systemTime = in.time();
    ReceiptFacts facts = FactsCodec.decode(dataset, in.array());
    Identity identity =
        (flags & HAS_IDENTITY) == 0
            ? null
            : new Identity(in.raw(HASH_BYTES), ReportCodec.read(in), in.number());
    Commit commit =
        (flags & HAS_HEAD) == 0 ? null : new Commit(Multihash.fromBytes(in.array()), in.number());
    AsideRows aside = (flags & HAS_ASIDE) == 0 ? null : AsideCodec.read(in);
    RecordBatch rows = null;
    if (rowCount > 0) {
      if (schema == null || in.number() != checksum(schema)) {
        throw new IllegalArgumentException("rows of other columns than the dataset has");
      }
      boolean hasOperations = (flags & HAS_OPERATIONS) != 0;
      DataSchema columns = hasOperations ? withOperation(schema) : schema;
      rows = RowCodec.decode(columns, rowCount, in.buffer());
    }
    return new PushRecord(firstOffset, rows, systemTime, facts, identity, commit, aside);
  }

  /// The columns of rows that bring their operation types.
  public static DataSchema withOperation(DataSchema data) {
    List<DataField> fields = new ArrayList<>(data.fields());
    fields.add(OPERATION);
    return DataSchema.of(fields);
  }

  /// Tells columns apart by their names and types.
  public static long checksum(DataSchema schema) {
    CRC32C crc = new CRC32C();
    for (DataField field : schema.fields()) {
      String text = field.name() + '\0' + field.type() + '\0';
      crc.update(text.getBytes(StandardCharsets.UTF_8));
    }
    return crc.getValue();
  }
}
