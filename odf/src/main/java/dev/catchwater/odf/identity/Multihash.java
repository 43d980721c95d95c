package dev.catchwater.odf.identity;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// A self-describing hash: `varint(code) ‖ varint(length) ‖ digest` (multiformats; ODF on disk).
/// Text is multibase base16 with prefix `f`. Immutable, compared by value.
public final class Multihash {
  /// SHA3-256 (FIPS 202): blocks, data files, checkpoints.
  public static final int SHA3_256 = 0x16;

  /// The logical hash of rows, `arrow0-sha3-256`.
  public static final int ARROW0_SHA3_256 = 0x300016;

  private static volatile @Nullable MessageDigest sha3; // never used, only copied

  private final int code;
  private final byte[] digest;
  private @Nullable String text; // made when somebody asks; the same whoever makes it

  private Multihash(int code, byte[] digest) {
    this.code = code;
    this.digest = digest;
  }

  /// A hash from its parts; the digest is at most 32 bytes.
  public static Multihash of(int code, byte[] digest) {
    if (digest.length > 32) {
      throw CatchwaterException.of(
          ErrorCode.BAD_NAME, "Multihash digest has " + digest.length + " bytes, at most 32");
    }
    return new Multihash(code, digest.clone());
  }

  /// The SHA3-256 of the bytes.
  public static Multihash sha3(byte[] bytes) {
    return new Multihash(SHA3_256, newSha3().digest(bytes));
  }

  /// A fresh SHA3-256 digest.
  public static MessageDigest newSha3() {
    try {
      MessageDigest known = sha3;
      if (known == null) {
        known = MessageDigest.getInstance("SHA3-256");
        sha3 = known;
      }
      // A copy of one that was never used spares the search through the providers.
      return (MessageDigest) known.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the digest of the JDK can be copied", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK 25 has SHA3-256", e);
    }
  }

  /// The binary form, which must fill the whole array.
  public static Multihash fromBytes(byte[] bytes) {
    int[] position = {0};
    int code = readVarint(bytes, position);
    int length = readVarint(bytes, position);
    if (length != bytes.length - position[0] || length > 32) {
      throw CatchwaterException.of(
          ErrorCode.BAD_NAME,
          "Multihash declares " + length + " digest bytes, has " + (bytes.length - position[0]));
    }
    return new Multihash(code, Arrays.copyOfRange(bytes, position[0], bytes.length));
  }

  /// The text form: multibase `f`/`F` (base16), `u` (base64url) or `z` (base58btc).
  public static Multihash parse(String text) {
    return fromBytes(Multibase.decode(text));
  }

  /// The multicodec of the hash function.
  public int code() {
    return code;
  }

  /// A copy of the digest.
  public byte[] digest() {
    return digest.clone();
  }

  /// The binary form.
  public byte[] toBytes() {
    byte[] head = new byte[10];
    int length = writeVarint(head, writeVarint(head, 0, code), digest.length);
    byte[] bytes = Arrays.copyOf(head, length + digest.length);
    System.arraycopy(digest, 0, bytes, length, digest.length);
    return bytes;
  }

  private static int writeVarint(byte[] bytes, int position, int value) {
    int at = position;
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      bytes[at++] = (byte) ((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    bytes[at++] = (byte) rest;
    return at;
  }

  private static int readVarint(byte[] bytes, int[] position) {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      if (position[0] >= bytes.length) {
        break;
      }
      byte next = bytes[position[0]++];
      value |= (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw CatchwaterException.of(ErrorCode.BAD_NAME, "Multihash ends inside a number");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Multihash that
        && code == that.code
        && Arrays.equals(digest, that.digest);
  }

  @Override
  public int hashCode() {
    return 31 * code + Arrays.hashCode(digest);
  }

  /// `f1620…`: base16, lower case.
  @Override
  public String toString() {
    String known = text;
    if (known == null) {
      known = "f" + HexFormat.of().formatHex(toBytes());
      text = known;
    }
    return known;
  }
}
