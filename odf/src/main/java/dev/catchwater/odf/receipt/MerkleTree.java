package dev.catchwater.odf.receipt;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A Merkle tree over hashes of leaves (RFC 6962 §2.1), with SHA-256 as the C2SP formats have it. A
/// leaf is hashed behind a zero byte, a node behind a one, so that neither passes for the other.
/// Immutable.
///
/// The tree of the RFC splits at the largest power of two; pairing neighbours level by level and
/// taking an odd last one along gives the same tree, which is how it is kept here.
public final class MerkleTree {
  /// Bytes of a hash.
  public static final int HASH_BYTES = 32;

  /// Longer paths belong to no tree whose size is a number of 63 bits.
  static final int PATH_MAX = 63;

  private static final byte LEAF = 0;
  private static final byte NODE = 1;

  private static volatile @Nullable MessageDigest sha256; // never used, only copied

  // Hashes of each level one behind the other, leaves first.
  private final List<byte[]> levels = new ArrayList<>();

  private MerkleTree(byte[] leaves) {
    levels.add(leaves);
    MessageDigest digest = newSha256();
    for (byte[] below = leaves; below.length > HASH_BYTES; below = levels.getLast()) {
      levels.add(above(digest, below));
    }
  }

  /// A tree over at least one leaf.
  ///
  /// @param leaves the hashes of the leaves one behind the other; not copied
  public static MerkleTree of(byte[] leaves) {
    if (leaves.length == 0 || leaves.length % HASH_BYTES != 0) {
      throw new IllegalArgumentException(leaves.length + " bytes are no hashes");
    }
    return new MerkleTree(leaves);
  }

  private static byte[] above(MessageDigest digest, byte[] below) {
    int count = below.length / HASH_BYTES;
    byte[] above = new byte[(count + 1) / 2 * HASH_BYTES];
    for (int i = 0; i + 1 < count; i += 2) {
      digest.update(NODE);
      digest.update(below, i * HASH_BYTES, 2 * HASH_BYTES);
      System.arraycopy(digest.digest(), 0, above, i / 2 * HASH_BYTES, HASH_BYTES);
    }
    if (count % 2 == 1) {
      int last = (count - 1) * HASH_BYTES;
      System.arraycopy(below, last, above, above.length - HASH_BYTES, HASH_BYTES);
    }
    return above;
  }

  /// The hash of a leaf.
  public static byte[] leafHash(byte[] data) {
    MessageDigest digest = newSha256();
    digest.update(LEAF);
    return digest.digest(data);
  }

  private static byte[] nodeHash(MessageDigest digest, byte[] left, byte[] right) {
    digest.update(NODE);
    digest.update(left);
    return digest.digest(right);
  }

  /// A fresh SHA-256 digest.
  static MessageDigest newSha256() {
    try {
      MessageDigest known = sha256;
      if (known == null) {
        known = MessageDigest.getInstance("SHA-256");
        sha256 = known;
      }
      // A copy of one that was never used spares the search through the providers.
      return (MessageDigest) known.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the digest of the JDK can be copied", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK 25 has SHA-256", e);
    }
  }

  /// How many leaves it has.
  public long size() {
    return levels.getFirst().length / HASH_BYTES;
  }

  /// The hash of a leaf of it.
  public byte[] leaf(int index) {
    return Arrays.copyOfRange(levels.getFirst(), index * HASH_BYTES, (index + 1) * HASH_BYTES);
  }

  /// The hash of all of it.
  public byte[] root() {
    return levels.getLast().clone();
  }

  /// The hashes that lead from a leaf to the root: the leaf's sibling first.
  public List<byte[]> path(long index) {
    if (index < 0 || index >= size()) {
      throw new IllegalArgumentException("leaf " + index + " of " + size());
    }
    List<byte[]> path = new ArrayList<>(levels.size());
    int at = (int) index;
    for (byte[] level : levels) {
      int from = (at ^ 1) * HASH_BYTES;
      if (level.length > HASH_BYTES && from < level.length) {
        path.add(Arrays.copyOfRange(level, from, from + HASH_BYTES));
      }
      at >>= 1;
    }
    return path;
  }

  /// Whether a leaf stands at `index` of the tree with that size and root. Anything else, also an
  /// index outside of it and hashes too many or too few, is false.
  public static boolean includes(
      long index, long size, byte[] leafHash, List<byte[]> path, byte[] root) {
    if (index < 0 || index >= size || path.size() > PATH_MAX || leafHash.length != HASH_BYTES) {
      return false;
    }
    MessageDigest digest = newSha256();
    byte[] hash = leafHash;
    long at = index;
    long last = size - 1;
    for (byte[] sibling : path) {
      if (last == 0 || sibling.length != HASH_BYTES) {
        return false;
      }
      if ((at & 1) == 1 || at == last) {
        hash = nodeHash(digest, sibling, hash);
        // The last one of an odd level was taken along as it is, up to where it has a sibling.
        while ((at & 1) == 0 && at != 0) {
          at >>= 1;
          last >>= 1;
        }
      } else {
        hash = nodeHash(digest, hash, sibling);
      }
      at >>= 1;
      last >>= 1;
    }
    return last == 0 && MessageDigest.isEqual(hash, root);
  }
}
