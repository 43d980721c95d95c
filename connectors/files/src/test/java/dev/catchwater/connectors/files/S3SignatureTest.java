package dev.catchwater.connectors.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The examples of Amazon's reference ("Signature Calculations for the Authorization Header:
/// Transferring Payload in a Single Chunk").
class S3SignatureTest {
  private static final S3Credentials WHO =
      new S3Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", null);
  private static final Instant NOW = Instant.parse("2013-05-24T00:00:00Z");

  private static String signature(String uri, Map<String, String> heads) {
    String text =
        S3Signature.sign(URI.create(uri), heads, WHO, "us-east-1", NOW)
            .getOrDefault("Authorization", "");
    return text.substring(text.indexOf("Signature=") + 10);
  }

  @Test
  void aPartOfAnObject() {
    assertThat(
            signature(
                "https://examplebucket.s3.amazonaws.com/test.txt", Map.of("Range", "bytes=0-9")))
        .isEqualTo("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  }

  @Test
  void aListOfObjects() {
    assertThat(signature("https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J", Map.of()))
        .isEqualTo("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
  }

  @Test
  void aQueryWithoutAValue() {
    assertThat(signature("https://examplebucket.s3.amazonaws.com/?lifecycle", Map.of()))
        .isEqualTo("fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  }

  @Test
  void theSecretIsNotPrinted() {
    assertThat(WHO.toString()).doesNotContain(WHO.secretKey());
  }
}
