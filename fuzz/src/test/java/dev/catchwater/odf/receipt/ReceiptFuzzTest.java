package dev.catchwater.odf.receipt;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.catchwater.fuzz.Limits;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.manifest.JsonTree;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;

/// What `receipt verify` reads: receipts, proofs, keys. Whatever they say, they are refused by a
/// [ReceiptException], or they are what was signed.
public class ReceiptFuzzTest {
  private static final DatasetId DATASET = DatasetId.create(new SplittableRandom(1));
  private static final SigningKey KEY = SigningKey.create(new SplittableRandom(2));
  private static final int FIRST = 7;
  private static final int LEAVES = 3;
  private static final ReceiptFacts FACTS =
      new ReceiptFacts(
          FIRST + 1,
          DATASET,
          "default",
          new ReceiptFacts.Offsets(10, 19),
          new ReceiptFacts.Rows(10, 0, 0, 1, 0, 0, 0),
          Multihash.of(Multihash.SHA3_256, new byte[32]),
          Instant.parse("2026-01-01T00:00:00.123Z"),
          Multihash.of(Multihash.SHA3_256, new byte[32]),
          "k\u00e9y",
          new ReceiptFacts.Position("producer", 1, 2),
          KEY.verifier().idText());
  private static final Receipt RECEIPT = receipt();
  private static final TlogProof PROOF = proof();

  private static Receipt receipt() {
    byte[] leaf = FACTS.leafHash();
    MerkleTree tree = tree(leaf);
    Multihash block = Multihash.of(Multihash.SHA3_256, leaf);
    String group = signed(tree, ReceiptFacts.groupOrigin(DATASET, FIRST));
    String sealed = signed(tree, ReceiptFacts.blockOrigin(DATASET, block));
    return new Receipt(
        FACTS, ReceiptFacts.id(FIRST + 1, leaf), group, new Receipt.Sealed(block, sealed));
  }

  private static TlogProof proof() {
    try {
      return TlogProof.parse(RECEIPT.proof());
    } catch (ReceiptException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The leaf between two others.
  private static MerkleTree tree(byte[] leaf) {
    byte[] leaves = new byte[LEAVES * MerkleTree.HASH_BYTES];
    System.arraycopy(leaf, 0, leaves, MerkleTree.HASH_BYTES, MerkleTree.HASH_BYTES);
    return MerkleTree.of(leaves);
  }

  private static String signed(MerkleTree tree, String origin) {
    return TlogProof.text(1, tree.path(1), KEY.sign(new Checkpoint(origin, LEAVES, tree.root())));
  }

  /// Inputs to begin with: a receipt, a proof, a key.
  public static byte[] seed(String target) {
    String text =
        switch (target) {
          case "receipt" -> {
            StringBuilder json = new StringBuilder();
            JsonTree.write(json, ReceiptJson.of(RECEIPT));
            yield json.toString();
          }
          case "tlogProof" -> RECEIPT.proof();
          default -> KEY.verifier().toString();
        };
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// A receipt that holds says what was signed, word for word.
  @FuzzTest
  public void receipt(byte[] input) {
    String json = new String(input, StandardCharsets.UTF_8);
    Limits.hold(
        () -> {
          try {
            Receipt receipt = ReceiptJson.parse(json);
            receipt.require(KEY.verifier());
            if (!receipt.facts().canonicalText().equals(FACTS.canonicalText())
                || !receipt.id().equals(RECEIPT.id())) {
              throw new AssertionError("holds, and is not what was signed: " + receipt);
            }
          } catch (ReceiptException e) {
            requireWords(e);
          }
        },
        Set.of());
  }

  /// A proof that holds is of the signed tree, and says the same when it is written again.
  @FuzzTest
  public void tlogProof(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    Limits.hold(
        () -> {
          try {
            TlogProof proof = TlogProof.parse(text);
            if (!proof.text().equals(text)) {
              throw new AssertionError("another proof when it is written again");
            }
            proof.require(
                FACTS.leafHash(), ReceiptFacts.groupOrigin(DATASET, FIRST), KEY.verifier());
            if (!proof.checkpoint().equals(PROOF.checkpoint()) || proof.index() != 1) {
              throw new AssertionError("holds, and is not what was signed: " + proof);
            }
          } catch (ReceiptException e) {
            requireWords(e);
          }
        },
        Set.of());
  }

  /// A key has one spelling.
  @FuzzTest
  public void verifierKey(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    Limits.hold(
        () -> {
          try {
            VerifierKey key = VerifierKey.parse(text);
            if (!key.toString().equals(text)) {
              throw new AssertionError("another key when it is written again");
            }
            if (key.verifies("text", Arrays.copyOf(input, 64))) {
              throw new AssertionError("verifies what nobody signed");
            }
          } catch (ReceiptException e) {
            requireWords(e);
          }
        },
        Set.of());
  }

  private static void requireWords(ReceiptException e) {
    if (e.getMessage().isBlank()) {
      throw new AssertionError("refused without a word", e);
    }
  }
}
