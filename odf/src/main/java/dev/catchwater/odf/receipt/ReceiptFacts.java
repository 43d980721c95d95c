package dev.catchwater.odf.receipt;

import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.manifest.JsonText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// What a receipt says: this server took these bytes, at this time, as these rows. Its canonical
/// text is a leaf of a tree that the server signs. Immutable.
///
/// @param number counts the receipts of a dataset from 0; never given twice
/// @param dataset whose rows they are
/// @param source the push source
/// @param offsets what the rows got, null where the push added none
/// @param bodyHash SHA3-256 of the bytes as they were received
/// @param acceptedAt in milliseconds
/// @param head of the dataset when the push was taken
/// @param keyId of the key it is signed with, eight hexadecimal digits
/// @param rows what became of them
public record ReceiptFacts(
    long number,
    DatasetId dataset,
    String source,
    @Nullable Offsets offsets,
    Rows rows,
    Multihash bodyHash,
    Instant acceptedAt,
    Multihash head,
    @Nullable String idempotencyKey,
    @Nullable Position producer,
    String keyId) {
  private static final int ID_HASH_BYTES = 16;

  /// A closed interval of offsets.
  public record Offsets(long start, long end) {}

  /// Where a push stands in the sequence of its producer.
  public record Position(String id, long epoch, long seq) {}

  /// The counts that every report has.
  public record Rows(
      long added,
      long corrected,
      long retracted,
      long duplicate,
      long conflicting,
      long ignored,
      long quarantined) {}

  /// The canonical text: JSON without spaces, names sorted, all of them always there, numbers as
  /// integers (RFC 8785 where numbers stay below 2⁵³).
  public String canonicalText() {
    StringBuilder to = new StringBuilder(700);
    to.append("{\"acceptedAt\":\"").append(acceptedAt);
    to.append("\",\"bodyHash\":\"").append(bodyHash);
    to.append("\",\"dataset\":\"").append(dataset);
    to.append("\",\"head\":\"").append(head);
    to.append("\",\"idempotencyKey\":");
    if (idempotencyKey == null) {
      to.append("null");
    } else {
      JsonText.quote(to, idempotencyKey);
    }
    to.append(",\"keyId\":\"").append(keyId);
    to.append("\",\"number\":").append(number).append(",\"offsets\":");
    if (offsets == null) {
      to.append("null");
    } else {
      to.append("{\"end\":").append(offsets.end);
      to.append(",\"start\":").append(offsets.start).append('}');
    }
    to.append(",\"producer\":");
    if (producer == null) {
      to.append("null");
    } else {
      to.append("{\"epoch\":").append(producer.epoch).append(",\"id\":");
      JsonText.quote(to, producer.id);
      to.append(",\"seq\":").append(producer.seq).append('}');
    }
    to.append(",\"rows\":{\"added\":").append(rows.added);
    to.append(",\"conflicting\":").append(rows.conflicting);
    to.append(",\"corrected\":").append(rows.corrected);
    to.append(",\"duplicate\":").append(rows.duplicate);
    to.append(",\"ignored\":").append(rows.ignored);
    to.append(",\"quarantined\":").append(rows.quarantined);
    to.append(",\"retracted\":").append(rows.retracted);
    to.append("},\"source\":");
    JsonText.quote(to, source);
    return to.append('}').toString();
  }

  /// The hash of its leaf.
  public byte[] leafHash() {
    return MerkleTree.leafHash(canonicalText().getBytes(StandardCharsets.UTF_8));
  }

  /// The name of the receipt with this leaf: its number, and half of the hash.
  public static String id(long number, byte[] leafHash) {
    return number + "-" + HexFormat.of().formatHex(Arrays.copyOf(leafHash, ID_HASH_BYTES));
  }

  /// The number in a name, -1 where the name is none.
  public static long numberOf(String id) {
    int dash = id.indexOf('-');
    if (dash < 1 || id.length() != dash + 1 + 2 * ID_HASH_BYTES) {
      return -1;
    }
    try {
      return Base64Text.number(id.substring(0, dash), "number");
    } catch (ReceiptException e) {
      return -1;
    }
  }

  /// Names the tree of the group that begins with receipt `first` of a dataset.
  public static String groupOrigin(DatasetId dataset, long first) {
    return "catchwater/receipts/" + dataset + "/group/" + first;
  }

  /// Names the tree of the receipts of a block.
  public static String blockOrigin(DatasetId dataset, Multihash block) {
    return "catchwater/receipts/" + dataset + "/block/" + block;
  }
}
