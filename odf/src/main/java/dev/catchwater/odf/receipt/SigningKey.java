package dev.catchwater.odf.receipt;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/// The private key that receipts are signed with. Ed25519, which is deterministic: the same note
/// has the same signature for ever. Immutable and thread-safe. Its text form is a secret.
public final class SigningKey {
  private static final String ALGORITHM = "Ed25519";
  private static final String SECRET = "PRIVATE+KEY+";
  private static final String NAME = "catchwater-";
  private static final byte[] PKCS8_PREFIX =
      HexFormat.of().parseHex("302e020100300506032b657004220420");

  private final byte[] seed;
  private final PrivateKey key;
  private final VerifierKey verifier;

  private SigningKey(byte[] seed, PrivateKey key, VerifierKey verifier) {
    this.seed = seed;
    this.key = key;
    this.verifier = verifier;
  }

  /// A new key, named after its public half.
  ///
  /// @param random must not be predictable
  public static SigningKey create(RandomGenerator random) {
    byte[] seed = new byte[VerifierKey.KEY_BYTES];
    random.nextBytes(seed);
    byte[] open = publicKey(seed);
    byte[] hash = MerkleTree.newSha256().digest(open);
    return of(NAME + HexFormat.of().formatHex(Arrays.copyOf(hash, VerifierKey.ID_BYTES)), seed);
  }

  private static SigningKey of(String name, byte[] seed) {
    try {
      byte[] encoded = Arrays.copyOf(PKCS8_PREFIX, PKCS8_PREFIX.length + seed.length);
      System.arraycopy(seed, 0, encoded, PKCS8_PREFIX.length, seed.length);
      PrivateKey key =
          KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(encoded));
      return new SigningKey(seed, key, VerifierKey.of(name, publicKey(seed)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK 25 has Ed25519", e);
    }
  }

  /// The JDK tells the public half only of a pair that it draws itself: it draws this one.
  private static byte[] publicKey(byte[] seed) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
      generator.initialize(NamedParameterSpec.ED25519, new Given(seed));
      KeyPair pair = generator.generateKeyPair();
      byte[] encoded = pair.getPrivate().getEncoded();
      byte[] drawn = Arrays.copyOfRange(encoded, encoded.length - seed.length, encoded.length);
      if (!MessageDigest.isEqual(drawn, seed) || !(pair.getPublic() instanceof EdECPublicKey)) {
        throw new IllegalStateException("the JDK draws keys otherwise now");
      }
      byte[] open = pair.getPublic().getEncoded();
      return Arrays.copyOfRange(open, open.length - VerifierKey.KEY_BYTES, open.length);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK 25 has Ed25519", e);
    }
  }

  /// Reads the text form.
  ///
  /// @throws ReceiptException if it is none
  public static SigningKey parse(String text) throws ReceiptException {
    String line = text.strip();
    int id = line.indexOf('+', SECRET.length());
    int last = line.lastIndexOf('+');
    if (!line.startsWith(SECRET) || id < 0 || last <= id) {
      throw new ReceiptException("It is no signing key");
    }
    int bytesAt = line.indexOf('+', id + 1) + 1;
    byte[] bytes = Base64Text.read(line.substring(bytesAt), "signing key");
    if (bytes.length != VerifierKey.KEY_BYTES + 1 || bytes[0] != VerifierKey.ED25519) {
      throw new ReceiptException("The signing key is not one of Ed25519");
    }
    SigningKey key =
        of(line.substring(SECRET.length(), id), Arrays.copyOfRange(bytes, 1, bytes.length));
    if (!line.substring(id + 1, bytesAt - 1).equals(key.verifier.idText())) {
      throw new ReceiptException("The id of the signing key is not that of its name and bytes");
    }
    return key;
  }

  /// The public half.
  public VerifierKey verifier() {
    return verifier;
  }

  /// The text form, `PRIVATE+KEY+<name>+<id>+<base64>`. To be kept secret.
  public String secretText() {
    byte[] bytes = new byte[seed.length + 1];
    bytes[0] = VerifierKey.ED25519;
    System.arraycopy(seed, 0, bytes, 1, seed.length);
    return SECRET + verifier.name() + "+" + verifier.idText() + "+" + Base64Text.of(bytes);
  }

  /// The checkpoint as a signed note: its text, an empty line, the signature.
  public String sign(Checkpoint checkpoint) {
    String text = checkpoint.text();
    byte[] signature;
    try {
      Signature signer = Signature.getInstance(ALGORITHM);
      signer.initSign(key);
      signer.update(text.getBytes(StandardCharsets.UTF_8));
      signature = signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK 25 has Ed25519", e);
    }
    byte[] line = Arrays.copyOf(verifier.id(), VerifierKey.ID_BYTES + signature.length);
    System.arraycopy(signature, 0, line, VerifierKey.ID_BYTES, signature.length);
    return text + "\n\u2014 " + verifier.name() + " " + Base64Text.of(line) + "\n";
  }

  /// Never the secret.
  @Override
  public String toString() {
    return verifier.toString();
  }

  private static final class Given extends SecureRandom {
    private static final long serialVersionUID = 1;

    private final byte[] bytes;

    Given(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public void nextBytes(byte[] into) {
      System.arraycopy(bytes, 0, into, 0, into.length);
    }
  }
}
