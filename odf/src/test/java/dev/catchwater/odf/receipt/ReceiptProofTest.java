package dev.catchwater.odf.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.manifest.JsonTree;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// T34: proofs prove inclusion, and nothing else passes for one.
class ReceiptProofTest {
  private static final DatasetId DATASET = DatasetId.create(new SplittableRandom(1));
  private static final SigningKey KEY = SigningKey.create(new SplittableRandom(2));

  static byte[] hash(SplittableRandom random) {
    byte[] hash = new byte[MerkleTree.HASH_BYTES];
    random.nextBytes(hash);
    return hash;
  }

  private static byte[] node(byte[] left, byte[] right) {
    MessageDigest digest = MerkleTree.newSha256();
    digest.update((byte) 1);
    digest.update(left);
    return digest.digest(right);
  }

  /// The root of the tree by the words of RFC 6962 §2.1, with the path to a leaf; what is beside
  /// the path is drawn.
  static byte[] drawn(
      long index, long size, byte[] leaf, List<byte[]> path, SplittableRandom random) {
    if (size == 1) {
      return leaf;
    }
    long split = Long.highestOneBit(size - 1);
    byte[] beside = hash(random);
    byte[] root =
        index < split
            ? node(drawn(index, split, leaf, path, random), beside)
            : node(beside, drawn(index - split, size - split, leaf, path, random));
    path.add(beside);
    return root;
  }

  private static byte[] rootOf(byte[] leaves) {
    int size = leaves.length / MerkleTree.HASH_BYTES;
    if (size == 1) {
      return leaves;
    }
    int split = Integer.highestOneBit(size - 1) * MerkleTree.HASH_BYTES;
    return node(
        rootOf(Arrays.copyOf(leaves, split)),
        rootOf(Arrays.copyOfRange(leaves, split, leaves.length)));
  }

  @Test
  void T34_everyLeafOfEveryTreeUpTo256IsProven() {
    SplittableRandom random = new SplittableRandom(3);
    int proofs = 0;
    for (int size = 1; size <= 256; size++) {
      byte[] leaves = new byte[size * MerkleTree.HASH_BYTES];
      random.nextBytes(leaves);
      MerkleTree tree = MerkleTree.of(leaves);
      assertThat(tree.root()).isEqualTo(rootOf(leaves));
      for (int index = 0; index < size; index++) {
        int at = index * MerkleTree.HASH_BYTES;
        byte[] leaf = Arrays.copyOfRange(leaves, at, at + MerkleTree.HASH_BYTES);
        List<byte[]> path = tree.path(index);
        assertThat(MerkleTree.includes(index, size, leaf, path, tree.root())).isTrue();
        int other = (index + 1 + random.nextInt(Math.max(1, size - 1))) % size;
        assertThat(MerkleTree.includes(other, size, leaf, path, tree.root()))
            .isEqualTo(other == index);
        proofs++;
      }
    }
    assertThat(proofs).isEqualTo(32_896);
  }

  @Test
  void T34_treesOfAnySizeAreProvenByTheirPath() {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 2_000; i++) {
      long size = 1 + random.nextLong(1L << (1 + random.nextInt(40)));
      long index = random.nextLong(size);
      byte[] leaf = hash(random);
      List<byte[]> path = new ArrayList<>();
      byte[] root = drawn(index, size, leaf, path, random);
      assertThat(MerkleTree.includes(index, size, leaf, path, root)).isTrue();
      assertThat(MerkleTree.includes(size, size, leaf, path, root)).isFalse();
      if (!path.isEmpty()) {
        int at = random.nextInt(path.size());
        byte[] flipped = path.get(at).clone();
        flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        List<byte[]> tampered = new ArrayList<>(path);
        tampered.set(at, flipped);
        assertThat(MerkleTree.includes(index, size, leaf, tampered, root)).isFalse();
        tampered.remove(at);
        assertThat(MerkleTree.includes(index, size, leaf, tampered, root)).isFalse();
      }
      path.add(hash(random));
      assertThat(MerkleTree.includes(index, size, leaf, path, root)).isFalse();
    }
  }

  private static ReceiptFacts facts(long number) {
    return new ReceiptFacts(
        number,
        DATASET,
        "default",
        new ReceiptFacts.Offsets(number, number),
        new ReceiptFacts.Rows(1, 0, 0, 0, 0, 0, 0),
        Multihash.sha3(new byte[] {1}),
        Instant.parse("2050-01-01T12:00:00Z"),
        Multihash.sha3(new byte[] {2}),
        "a \"key\"",
        new ReceiptFacts.Position("p", 1, 2),
        KEY.verifier().idText());
  }

  /// The third of a group of five that begins with number 7.
  private static Receipt receipt() {
    byte[] leaves = new byte[5 * MerkleTree.HASH_BYTES];
    for (int i = 0; i < 5; i++) {
      System.arraycopy(
          facts(7 + i).leafHash(), 0, leaves, i * MerkleTree.HASH_BYTES, MerkleTree.HASH_BYTES);
    }
    MerkleTree tree = MerkleTree.of(leaves);
    String note = KEY.sign(new Checkpoint(ReceiptFacts.groupOrigin(DATASET, 7), 5, tree.root()));
    ReceiptFacts facts = facts(9);
    return new Receipt(
        facts, ReceiptFacts.id(9, facts.leafHash()), TlogProof.text(2, tree.path(2), note), null);
  }

  private static String json(Receipt receipt) {
    StringBuilder text = new StringBuilder();
    JsonTree.write(text, ReceiptJson.of(receipt));
    return text.toString();
  }

  @Test
  void aReceiptIsReadBackAndHolds() throws ReceiptException {
    Receipt receipt = receipt();
    assertThat(ReceiptJson.parse(json(receipt))).isEqualTo(receipt);
    assertThat(ReceiptJson.parse("{\"outcome\":\"applied\",\"receipt\":" + json(receipt) + "}"))
        .isEqualTo(receipt);
    assertThat(receipt.require(KEY.verifier())).isNull();
    assertThat(VerifierKey.parse(KEY.verifier().toString())).isEqualTo(KEY.verifier());
    assertThat(SigningKey.parse(KEY.secretText()).verifier()).isEqualTo(KEY.verifier());
  }

  @Test
  void T34_noFlippedBitOfAReceiptIsAccepted() throws ReceiptException {
    Receipt receipt = receipt();
    byte[] bytes = json(receipt).getBytes(StandardCharsets.UTF_8);
    int accepted = 0;
    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      byte[] flipped = bytes.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      try {
        ReceiptJson.parse(new String(flipped, StandardCharsets.UTF_8)).require(KEY.verifier());
        accepted++;
      } catch (ReceiptException e) {
        assertThat(e).hasMessageContaining(" ");
      }
    }
    assertThat(accepted).isZero();
  }

  @Test
  void T34_aReceiptIsCheckedInMilliseconds() throws ReceiptException {
    String json = json(receipt());
    long[] nanos = new long[300];
    for (int i = 0; i < nanos.length; i++) {
      long began = System.nanoTime();
      ReceiptJson.parse(json).require(KEY.verifier());
      nanos[i] = System.nanoTime() - began;
    }
    Arrays.sort(nanos);
    assertThat(nanos[nanos.length / 2]).isLessThan(5_000_000);
  }

  @Test
  void aKeyThatWasReplacedSignsNothingBehindItsEnd() throws ReceiptException {
    Receipt receipt = receipt();
    Instant time = receipt.facts().acceptedAt();
    VerifierKey other = SigningKey.create(new SplittableRandom(9)).verifier();
    for (String end : List.of(" until " + time, " revoked " + time.plusMillis(1))) {
      List<KnownKey> keys = KnownKey.parse(other + "\n" + KEY.verifier() + end + "\n");
      receipt.require(keys);
      assertThat(keys.getLast().toString()).isEqualTo(KEY.verifier() + end);
    }
    String early = KEY.verifier() + " until " + time.minusMillis(1);
    assertThatThrownBy(() -> receipt.require(KnownKey.parse(early)))
        .hasMessageContaining("signs nothing later");
    assertThatThrownBy(() -> receipt.require(KnownKey.parse(other.toString())))
        .hasMessageContaining("not known");
    for (String wrong : List.of("", KEY.verifier() + " until", KEY.verifier() + " since " + time)) {
      assertThatThrownBy(() -> KnownKey.parse(wrong)).isInstanceOf(ReceiptException.class);
    }
  }

  @Test
  void T34_wrongKeysOriginsSizesAndSpellingsAreRefused() {
    Receipt receipt = receipt();
    VerifierKey other = SigningKey.create(new SplittableRandom(9)).verifier();
    assertThatThrownBy(() -> receipt.require(other)).hasMessageContaining("not known");
    refused(receipt, "index 2", "index 02");
    refused(receipt, "index 2", "index 3");
    refused(receipt, "index 2", "extra AA==\nindex 2");
    refused(receipt, "\n5\n", "\n05\n");
    refused(receipt, "\n5\n", "\n6\n");
    refused(receipt, "/group/7", "/group/6");
    refused(receipt, "/group/", "/block/");
    assertThatThrownBy(() -> ReceiptJson.parse(json(receipt).replace("\"id\"", "\"x\":1,\"id\"")))
        .hasMessageContaining("No receipt has a member x");
    assertThatThrownBy(() ->
            ReceiptJson.parse(json(receipt).replace("\"added\":1", "\"added\":2"))
                .require(KEY.verifier()))
        .hasMessageContaining("changed");
  }

  private static void refused(Receipt receipt, String what, String by) {
    assertThat(receipt.proof()).contains(what);
    String proof = receipt.proof().replace(what, by);
    Receipt changed = new Receipt(receipt.facts(), receipt.id(), proof, null);
    assertThatThrownBy(() -> changed.require(KEY.verifier()))
        .as(by)
        .isInstanceOf(ReceiptException.class);
  }

  @Test
  void whatABlockSaysOfReceiptsIsReadBack() {
    ReceiptRoot root = new ReceiptRoot(3, 4, hash(new SplittableRandom(1)), "0a0b0c0d");
    assertThat(ReceiptRoot.of(root.toExtra())).isEqualTo(root);
    assertThat(ReceiptRoot.of(null)).isNull();
  }
}
