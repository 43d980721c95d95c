package dev.catchwater.odf.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// T34: what a second implementation, in Python by the words of RFC 6962 alone, says of our proofs
/// and of what was made of them.
class ReceiptProofInPythonTest {
  private static final Path SCRIPT =
      Path.of("../conformance/src/test/python/receipt_proofs.py").toAbsolutePath();
  private static final int DRAWN = 2_000;

  @TempDir Path folder;
  private final SplittableRandom random = new SplittableRandom(34);
  private final List<Claim> claims = new ArrayList<>();

  /// That a leaf is in a tree.
  ///
  /// @param isTampered whether it is another's proof, changed where it must be noticed
  private record Claim(
      long index, long size, byte[] leaf, byte[] root, List<byte[]> path, boolean isTampered) {
    private boolean holds() {
      return MerkleTree.includes(index, size, leaf, path, root);
    }

    private String line() {
      StringBuilder line = new StringBuilder(index + " " + size);
      line.append(' ').append(HexFormat.of().formatHex(leaf));
      line.append(' ').append(HexFormat.of().formatHex(root));
      for (byte[] node : path) {
        line.append(' ').append(HexFormat.of().formatHex(node));
      }
      return line.append('\n').toString();
    }
  }

  private byte[] flipped(byte[] hash) {
    byte[] other = hash.clone();
    other[random.nextInt(other.length)] ^= (byte) (1 << random.nextInt(8));
    return other;
  }

  private void add(Claim sound) {
    claims.add(sound);
    long index = sound.index;
    long size = sound.size;
    List<byte[]> path = new ArrayList<>(sound.path);
    int kind = random.nextInt(path.isEmpty() ? 4 : 6);
    switch (kind) {
      case 0 -> claims.add(new Claim(index, size, flipped(sound.leaf), sound.root, path, true));
      case 1 -> claims.add(new Claim(index, size, sound.leaf, flipped(sound.root), path, true));
      case 2 -> {
        path.add(ReceiptProofTest.hash(random));
        claims.add(new Claim(index, size, sound.leaf, sound.root, path, true));
      }
      // Another size may have the same way to a leaf; that it is not said is in the signature.
      case 3 -> claims.add(new Claim(index, size + 1, sound.leaf, sound.root, path, false));
      case 4 -> {
        int at = random.nextInt(path.size());
        path.set(at, flipped(path.get(at)));
        claims.add(new Claim(index, size, sound.leaf, sound.root, path, true));
      }
      default -> {
        long other = (index + 1 + random.nextLong(size - 1)) % size;
        claims.add(new Claim(other, size, sound.leaf, sound.root, path, true));
      }
    }
  }

  private void addSmall() {
    for (int size = 1; size <= 256; size++) {
      byte[] leaves = new byte[size * MerkleTree.HASH_BYTES];
      random.nextBytes(leaves);
      MerkleTree tree = MerkleTree.of(leaves);
      for (int index = 0; index < size; index++) {
        int at = index * MerkleTree.HASH_BYTES;
        byte[] leaf = Arrays.copyOfRange(leaves, at, at + MerkleTree.HASH_BYTES);
        add(new Claim(index, size, leaf, tree.root(), tree.path(index), false));
      }
    }
  }

  private void addLarge() {
    for (int i = 0; i < DRAWN; i++) {
      long size = 1 + random.nextLong(1L << (1 + random.nextInt(40)));
      long index = random.nextLong(size);
      byte[] leaf = ReceiptProofTest.hash(random);
      List<byte[]> path = new ArrayList<>();
      byte[] root = ReceiptProofTest.drawn(index, size, leaf, path, random);
      add(new Claim(index, size, leaf, root, path, false));
    }
  }

  @Test
  void T34_aSecondImplementationSaysTheSameOfEveryProof() throws Exception {
    Path python = Path.of("../.venv/bin/python").toAbsolutePath();
    String command = Files.isExecutable(python) ? python.toString() : "python3";
    assumeTrue(isThere(command), "needs Python: no second implementation has seen the proofs");
    addSmall();
    assertThat(claims).hasSize(2 * 32_896);
    addLarge();
    Path file = folder.resolve("proofs");
    StringBuilder lines = new StringBuilder();
    claims.forEach(claim -> lines.append(claim.line()));
    Files.writeString(file, lines, StandardCharsets.US_ASCII);
    Process process =
        new ProcessBuilder(command, SCRIPT.toString())
            .redirectInput(file.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    int accepted = 0;
    int tampered = 0;
    try (BufferedReader said = process.inputReader(StandardCharsets.US_ASCII)) {
      for (int i = 0; i < claims.size(); i++) {
        Claim claim = claims.get(i);
        boolean holds = claim.holds();
        assertThat(said.readLine()).as(claim.line()).isEqualTo(holds ? "holds" : "does not hold");
        assertThat(holds).as(claim.line()).isEqualTo(i % 2 == 0 || (holds && !claim.isTampered));
        tampered += claim.isTampered ? 1 : 0;
        accepted += claim.isTampered && holds ? 1 : 0;
      }
    }
    assertThat(process.waitFor()).isZero();
    System.out.println(
        "T34 proofs="
            + claims.size() / 2
            + " tampered="
            + tampered
            + " accepted="
            + accepted
            + " agreed="
            + claims.size());
  }

  private static boolean isThere(String command) throws InterruptedException {
    try {
      return new ProcessBuilder(command, "--version").redirectErrorStream(true).start().waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
