package dev.catchwater.odf.receipt;

import dev.catchwater.odf.identity.DidKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// The public key of a server, as C2SP's signed-note writes it: `<name>+<id>+<base64>`, the id
/// being eight hexadecimal digits of a hash of name and key. Ed25519. Immutable.
public final class VerifierKey {
  static final int KEY_BYTES = 32;
  static final int ID_BYTES = 4;
  static final byte ED25519 = 1;

  private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private final String name;
  private final byte[] key;
  private final byte[] id;

  private VerifierKey(String name, byte[] key) {
    this.name = name;
    this.key = key;
    this.id = id(name, key);
  }

  /// A key of that name; neither a space nor a plus may be in it.
  static VerifierKey of(String name, byte[] key) {
    if (name.isEmpty() || name.indexOf('+') >= 0 || key.length != KEY_BYTES) {
      throw new IllegalArgumentException("no key: " + name);
    }
    return new VerifierKey(name, key.clone());
  }

  private static byte[] id(String name, byte[] key) {
    MessageDigest digest = MerkleTree.newSha256();
    digest.update(name.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) '\n');
    digest.update(ED25519);
    return Arrays.copyOf(digest.digest(key), ID_BYTES);
  }

  /// Reads the text form.
  ///
  /// @throws ReceiptException if it is none, or its id is not that of name and key
  public static VerifierKey parse(String text) throws ReceiptException {
    int first = text.indexOf('+');
    int second = text.indexOf('+', first + 1);
    if (first <= 0 || second < 0) {
      throw new ReceiptException("A key is <name>+<id>+<base64>");
    }
    String name = text.substring(0, first);
    for (int i = 0; i < name.length(); i++) {
      if (Character.isWhitespace(name.charAt(i)) || name.charAt(i) < ' ') {
        throw new ReceiptException("The name of a key has no spaces");
      }
    }
    byte[] bytes = Base64Text.read(text.substring(second + 1), "key");
    if (bytes.length != KEY_BYTES + 1 || bytes[0] != ED25519) {
      throw new ReceiptException("The key is not one of Ed25519");
    }
    VerifierKey key = new VerifierKey(name, Arrays.copyOfRange(bytes, 1, bytes.length));
    if (!text.substring(first + 1, second).equals(key.idText())) {
      throw new ReceiptException("The id of the key is not that of its name and bytes");
    }
    return key;
  }

  /// Whose key it is.
  public String name() {
    return name;
  }

  /// Eight hexadecimal digits.
  public String idText() {
    return HexFormat.of().formatHex(id);
  }

  byte[] id() {
    return id;
  }

  /// The key without its name, as `did:key` writes it.
  public String didKey() {
    return DidKey.of(key);
  }

  /// Whether this key signed the text.
  boolean verifies(String text, byte[] signature) {
    return verifies(text.getBytes(StandardCharsets.UTF_8), signature);
  }

  /// Whether this key signed the bytes.
  public boolean verifies(byte[] said, byte[] signature) {
    try {
      byte[] encoded = Arrays.copyOf(X509_PREFIX, X509_PREFIX.length + KEY_BYTES);
      System.arraycopy(key, 0, encoded, X509_PREFIX.length, KEY_BYTES);
      PublicKey parsed =
          KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(parsed);
      verifier.update(said);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false; // no point of the curve, or no signature at all
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof VerifierKey that
        && name.equals(that.name)
        && Arrays.equals(key, that.key);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(key);
  }

  /// The text form.
  @Override
  public String toString() {
    byte[] bytes = new byte[KEY_BYTES + 1];
    bytes[0] = ED25519;
    System.arraycopy(key, 0, bytes, 1, KEY_BYTES);
    return name + "+" + idText() + "+" + Base64Text.of(bytes);
  }
}
