package dev.catchwater.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.manifest.JsonBytes;
import dev.catchwater.odf.receipt.Checkpoint;
import dev.catchwater.odf.receipt.MerkleTree;
import dev.catchwater.odf.receipt.Receipt;
import dev.catchwater.odf.receipt.ReceiptFacts;
import dev.catchwater.odf.receipt.ReceiptJson;
import dev.catchwater.odf.receipt.SigningKey;
import dev.catchwater.odf.receipt.TlogProof;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.SplittableRandom;

/// What the receipts of a server cost: CPU microseconds of each, made in groups as a server makes
/// them (leaf, tree, signature, proof, the bytes in the answer).
///
/// Arguments: receipts in a group, seconds. Prints one line of JSON.
public final class ReceiptCost {
  private static final int WARMINGS = 3;
  private static final int JSON_BYTES = 2_048;

  private final SigningKey key = SigningKey.create(new SplittableRandom(1));
  private final DatasetId dataset;
  private final Multihash body = Multihash.sha3("{}".getBytes(StandardCharsets.UTF_8));
  private final int size;
  private long next;
  private long bytes;

  private ReceiptCost(int size) {
    this.dataset = DatasetId.create(new SplittableRandom(2));
    this.size = size;
  }

  /// Runs the benchmark.
  public static void main(String[] arguments) {
    ReceiptCost cost = new ReceiptCost(Integer.parseInt(arguments[0]));
    long nanos = 1_000_000_000L * Integer.parseInt(arguments[1]);
    double micros = 0;
    for (int i = 0; i <= WARMINGS; i++) {
      micros = cost.micros(nanos);
    }
    System.out.println(Json.of("receipt", micros));
  }

  private double micros(long nanos) {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long cpu = system.getProcessCpuTime();
    long end = System.nanoTime() + nanos;
    long count = 0;
    while (System.nanoTime() < end) {
      group();
      count += size;
    }
    if (bytes == 0) {
      throw new IllegalStateException("no receipt was made");
    }
    return (system.getProcessCpuTime() - cpu) / 1000.0 / count;
  }

  private void group() {
    long first = next;
    next += size;
    ReceiptFacts[] facts = new ReceiptFacts[size];
    byte[] leaves = new byte[size * MerkleTree.HASH_BYTES];
    for (int i = 0; i < size; i++) {
      facts[i] = facts(first + i);
      byte[] leaf = facts[i].leafHash();
      System.arraycopy(leaf, 0, leaves, i * MerkleTree.HASH_BYTES, leaf.length);
    }
    MerkleTree tree = MerkleTree.of(leaves);
    String note =
        key.sign(
            new Checkpoint(ReceiptFacts.groupOrigin(dataset, first), tree.size(), tree.root()));
    for (int i = 0; i < size; i++) {
      String id = ReceiptFacts.id(first + i, tree.leaf(i));
      Receipt receipt = new Receipt(facts[i], id, TlogProof.text(i, tree.path(i), note), null);
      bytes += JsonBytes.of(ReceiptJson.of(receipt), JSON_BYTES).length;
    }
  }

  private ReceiptFacts facts(long number) {
    return new ReceiptFacts(
        number,
        dataset,
        "default",
        new ReceiptFacts.Offsets(number, number),
        new ReceiptFacts.Rows(1, 0, 0, 0, 0, 0, 0),
        body,
        Instant.ofEpochMilli(1_704_067_200_000L + number),
        body,
        null,
        null,
        key.verifier().idText());
  }
}
