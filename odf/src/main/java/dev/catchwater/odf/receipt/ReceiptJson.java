package dev.catchwater.odf.receipt;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Receipts as JSON and back. What is read must have all members and no others: a receipt says
/// nothing that is not signed. Stateless and thread-safe.
public final class ReceiptJson {
  private static final Tree NULL = new Tree.Literal("null");
  private static final String RECEIPT = "receipt";
  private static final Set<String> MEMBERS =
      Set.of(
          "id",
          "number",
          "dataset",
          "source",
          "offsets",
          "rows",
          "bodyHash",
          "acceptedAt",
          "head",
          "idempotencyKey",
          "producer",
          "keyId",
          "proof",
          "block",
          "status");

  private ReceiptJson() {}

  /// The receipt as a document.
  public static Tree.Fields of(Receipt receipt) {
    ReceiptFacts facts = receipt.facts();
    Receipt.Sealed block = receipt.block();
    return new Tree.Fields()
        .put("id", receipt.id())
        .put("number", facts.number())
        .putText("dataset", facts.dataset())
        .put("source", facts.source())
        .put("offsets", offsets(facts.offsets()))
        .put("rows", rows(facts.rows()))
        .putText("bodyHash", facts.bodyHash())
        .putText("acceptedAt", facts.acceptedAt())
        .putText("head", facts.head())
        .put("idempotencyKey", textOrNull(facts.idempotencyKey()))
        .put("producer", producer(facts.producer()))
        .put("keyId", facts.keyId())
        .put("proof", receipt.proof())
        .put(
            "block",
            block == null
                ? null
                : new Tree.Fields().putText("hash", block.hash()).put("proof", block.proof()));
  }

  private static Tree textOrNull(@Nullable String text) {
    return text == null ? NULL : new Tree.Text(text);
  }

  private static Tree offsets(ReceiptFacts.@Nullable Offsets offsets) {
    return offsets == null
        ? NULL
        : new Tree.Fields().put("start", offsets.start()).put("end", offsets.end());
  }

  private static Tree rows(ReceiptFacts.Rows rows) {
    return new Tree.Fields()
        .put("added", rows.added())
        .put("corrected", rows.corrected())
        .put("retracted", rows.retracted())
        .put("duplicate", rows.duplicate())
        .put("conflicting", rows.conflicting())
        .put("ignored", rows.ignored())
        .put("quarantined", rows.quarantined());
  }

  private static Tree producer(ReceiptFacts.@Nullable Position producer) {
    return producer == null
        ? NULL
        : new Tree.Fields()
            .put("id", producer.id())
            .put("epoch", producer.epoch())
            .put("seq", producer.seq());
  }

  /// Reads a receipt, or the answer to a push that has one in it.
  ///
  /// @throws ReceiptException naming what is missing, not known, or not what it should be
  public static Receipt parse(String json) throws ReceiptException {
    Tree tree = JsonTree.read(json.strip());
    if (!(tree instanceof Tree.Fields fields)) {
      throw new ReceiptException("It is no JSON object");
    }
    Tree inner = fields.fields().get(RECEIPT);
    if (inner != null && fields.fields().containsKey("outcome")) {
      if (!(inner instanceof Tree.Fields receipt)) {
        throw new ReceiptException("The member receipt is no object");
      }
      return receipt(receipt);
    }
    return receipt(fields);
  }

  private static Receipt receipt(Tree.Fields fields) throws ReceiptException {
    for (String name : fields.fields().keySet()) {
      if (!MEMBERS.contains(name)) {
        throw new ReceiptException("No receipt has a member " + shown(name));
      }
    }
    try {
      ReceiptFacts facts =
          new ReceiptFacts(
              number(fields, "number"),
              DatasetId.parse(text(fields, "dataset")),
              text(fields, "source"),
              readOffsets(object(fields, "offsets")),
              readRows(object(fields, "rows")),
              Multihash.parse(text(fields, "bodyHash")),
              Instant.parse(text(fields, "acceptedAt")),
              Multihash.parse(text(fields, "head")),
              isNull(fields, "idempotencyKey") ? null : text(fields, "idempotencyKey"),
              readProducer(object(fields, "producer")),
              text(fields, "keyId"));
      requireSpelling(fields, facts);
      return new Receipt(facts, text(fields, "id"), text(fields, "proof"), readBlock(fields));
    } catch (CatchwaterException | DateTimeException e) {
      throw new ReceiptException("The receipt cannot be read: " + e.getMessage());
    }
  }

  /// A hash or time has many spellings; the one that was signed is the one that is written.
  private static void requireSpelling(Tree.Fields fields, ReceiptFacts facts)
      throws ReceiptException {
    boolean isSame =
        facts.dataset().toString().equals(text(fields, "dataset"))
            && facts.bodyHash().toString().equals(text(fields, "bodyHash"))
            && facts.acceptedAt().toString().equals(text(fields, "acceptedAt"))
            && facts.head().toString().equals(text(fields, "head"));
    if (!isSame) {
      throw new ReceiptException("The receipt spells a hash, an id or a time in another way");
    }
  }

  private static ReceiptFacts.@Nullable Offsets readOffsets(Tree.@Nullable Fields found)
      throws ReceiptException {
    if (found == null) {
      return null;
    }
    requireSize(found, 2);
    return new ReceiptFacts.Offsets(number(found, "start"), number(found, "end"));
  }

  private static ReceiptFacts.Rows readRows(Tree.@Nullable Fields found) throws ReceiptException {
    if (found == null) {
      throw new ReceiptException("The receipt has no member rows");
    }
    requireSize(found, 7);
    return new ReceiptFacts.Rows(
        number(found, "added"),
        number(found, "corrected"),
        number(found, "retracted"),
        number(found, "duplicate"),
        number(found, "conflicting"),
        number(found, "ignored"),
        number(found, "quarantined"));
  }

  private static ReceiptFacts.@Nullable Position readProducer(Tree.@Nullable Fields found)
      throws ReceiptException {
    if (found == null) {
      return null;
    }
    requireSize(found, 3);
    return new ReceiptFacts.Position(
        text(found, "id"), number(found, "epoch"), number(found, "seq"));
  }

  private static Receipt.@Nullable Sealed readBlock(Tree.Fields fields) throws ReceiptException {
    if (!fields.fields().containsKey("block")) {
      return null;
    }
    Tree.Fields found = object(fields, "block");
    if (found == null) {
      return null;
    }
    requireSize(found, 2);
    String hash = text(found, "hash");
    Multihash block = Multihash.parse(hash);
    if (!block.toString().equals(hash)) {
      throw new ReceiptException("The receipt spells the hash of its block in another way");
    }
    return new Receipt.Sealed(block, text(found, "proof"));
  }

  private static void requireSize(Tree.Fields fields, int size) throws ReceiptException {
    if (fields.fields().size() != size) {
      throw new ReceiptException("A member of the receipt has other members than it should");
    }
  }

  private static boolean isNull(Tree.Fields fields, String name) {
    return NULL.equals(fields.fields().get(name));
  }

  private static Tree.@Nullable Fields object(Tree.Fields fields, String name)
      throws ReceiptException {
    Tree found = fields.fields().get(name);
    if (found instanceof Tree.Fields object) {
      return object;
    }
    if (NULL.equals(found)) {
      return null;
    }
    throw new ReceiptException("The receipt has no member " + name + " that is an object or null");
  }

  private static String text(Tree.Fields fields, String name) throws ReceiptException {
    if (fields.fields().get(name) instanceof Tree.Text text) {
      return text.value();
    }
    throw new ReceiptException("The receipt has no text " + name);
  }

  private static long number(Tree.Fields fields, String name) throws ReceiptException {
    if (fields.fields().get(name) instanceof Tree.Literal literal) {
      return Base64Text.number(literal.spelling(), "member " + name);
    }
    throw new ReceiptException("The receipt has no number " + name);
  }

  private static String shown(String name) {
    return name.length() > 40 ? name.substring(0, 40) + "…" : name;
  }
}
