package dev.catchwater.odf.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SigningKeyTest {
  private static final String PKCS8_PREFIX = "302e020100300506032b657004220420";
  private static final int SEED_BYTES = 32;

  private static byte[] signatureByTheJdk(SigningKey key, String text)
      throws GeneralSecurityException {
    // PRIVATE+KEY+name+id+base64, in which there may be more of them.
    byte[] bytes = Base64.getDecoder().decode(key.secretText().split("\\+", 5)[4]);
    byte[] seed = Arrays.copyOfRange(bytes, bytes.length - SEED_BYTES, bytes.length);
    byte[] encoded = HexFormat.of().parseHex(PKCS8_PREFIX + HexFormat.of().formatHex(seed));
    PrivateKey same =
        KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded));
    Signature signer = Signature.getInstance("Ed25519");
    signer.initSign(same);
    signer.update(text.getBytes(StandardCharsets.UTF_8));
    return signer.sign();
  }

  @Test
  void signaturesAreThoseOfTheJdkBitByBit() throws GeneralSecurityException {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 100; i++) {
      SigningKey key = SigningKey.create(random);
      byte[] root = new byte[MerkleTree.HASH_BYTES];
      random.nextBytes(root);
      Checkpoint checkpoint = new Checkpoint("origin/" + i, random.nextLong(1, 1L << 40), root);
      String note = key.sign(checkpoint);
      byte[] line = Base64.getDecoder().decode(note.substring(note.lastIndexOf(' ') + 1).strip());
      byte[] signature = Arrays.copyOfRange(line, VerifierKey.ID_BYTES, line.length);
      assertThat(signature).isEqualTo(signatureByTheJdk(key, checkpoint.text()));
      assertThat(key.verifier().verifies(checkpoint.text(), signature)).isTrue();
    }
  }
}
