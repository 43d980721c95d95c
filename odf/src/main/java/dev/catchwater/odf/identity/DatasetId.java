package dev.catchwater.odf.identity;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The identity of a dataset: an Ed25519 public key as `did:odf:fed01<64 hex>`. Immutable.
public final class DatasetId {
  private static final String PREFIX = "did:odf:";
  private static final int KEY_BYTES = 32;

  private final byte[] key;
  private @Nullable String text; // made when somebody asks; the same whoever makes it

  private DatasetId(byte[] key) {
    this.key = key;
  }

  /// A new identity from 32 random bytes. Nothing in a chain is signed with the private key and the
  /// format does not ask for a point of the curve, so none is kept.
  public static DatasetId create(RandomGenerator random) {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    return new DatasetId(key);
  }

  /// The binary form: `ed 01` and 32 bytes.
  public static DatasetId fromBytes(byte[] bytes) {
    if (bytes.length != KEY_BYTES + 2 || bytes[0] != (byte) 0xed || bytes[1] != 1) {
      throw CatchwaterException.of(
          ErrorCode.BAD_NAME, "A dataset id has 34 bytes beginning ed01, found " + bytes.length);
    }
    return new DatasetId(Arrays.copyOfRange(bytes, 2, bytes.length));
  }

  /// The text form `did:odf:f…`; `did:odf:z…` is read too.
  public static DatasetId parse(String text) {
    if (!text.startsWith(PREFIX)) {
      throw CatchwaterException.of(
              ErrorCode.BAD_NAME,
              "Value '" + text.substring(0, Math.min(80, text.length())) + "' is not a DatasetID")
          .withHint("did:odf:fed01 and 64 hexadecimal digits");
    }
    return fromBytes(Multibase.decode(text.substring(PREFIX.length())));
  }

  /// Whether the text claims to be a dataset id rather than a name.
  public static boolean isDid(String text) {
    return text.startsWith("did:");
  }

  /// The binary form.
  public byte[] toBytes() {
    byte[] bytes = new byte[KEY_BYTES + 2];
    bytes[0] = (byte) 0xed;
    bytes[1] = 1;
    System.arraycopy(key, 0, bytes, 2, KEY_BYTES);
    return bytes;
  }

  /// The text without `did:odf:`, a file name.
  public String multibase() {
    return "f" + HexFormat.of().formatHex(toBytes());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DatasetId that && Arrays.equals(key, that.key);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(key);
  }

  @Override
  public String toString() {
    String known = text;
    if (known == null) {
      known = PREFIX + multibase();
      text = known;
    }
    return known;
  }
}
