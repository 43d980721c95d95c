package dev.catchwater.odf.receipt;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/// The private key that receipts are signed with. Ed25519, which is deterministic: the same note
/// has the same signature for ever. The JDK signs twenty times slower than Bouncy Castle, and an
/// answer to a push waits for it; what was signed is verified by the JDK. Immutable and
/// thread-safe. Its text form is a secret.
public final class SigningKey {
  private static final String SECRET = "PRIVATE+KEY+";
  private static final String NAME = "catchwater-";

  private final byte[] seed;
  private final byte[] open;
  private final VerifierKey verifier;

  private SigningKey(byte[] seed, byte[] open, VerifierKey verifier) {
    this.seed = seed;
    this.open = open;
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
    byte[] open = publicKey(seed);
    return new SigningKey(seed, open, VerifierKey.of(name, open));
  }

  private static byte[] publicKey(byte[] seed) {
    byte[] open = new byte[VerifierKey.KEY_BYTES];
    Ed25519.generatePublicKey(seed, 0, open, 0);
    return open;
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
    byte[] signature = sign(text.getBytes(StandardCharsets.UTF_8));
    byte[] line = Arrays.copyOf(verifier.id(), VerifierKey.ID_BYTES + signature.length);
    System.arraycopy(signature, 0, line, VerifierKey.ID_BYTES, signature.length);
    return text + "\n\u2014 " + verifier.name() + " " + Base64Text.of(line) + "\n";
  }

  /// The signature of bytes, 64 of them. What is signed with one key begins with what it is for: a
  /// checkpoint with its origin, everything else is a JSON object.
  public byte[] sign(byte[] said) {
    byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
    Ed25519.sign(seed, 0, open, 0, said, 0, said.length, signature, 0);
    return signature;
  }

  /// Never the secret.
  @Override
  public String toString() {
    return verifier.toString();
  }
}
