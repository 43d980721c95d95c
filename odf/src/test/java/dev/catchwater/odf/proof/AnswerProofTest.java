package dev.catchwater.odf.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.receipt.SigningKey;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AnswerProofTest {
  private static final SigningKey KEY = SigningKey.create(new SplittableRandom(2));

  @Test
  void whatWasSignedHoldsAndNothingElseDoes() {
    AnswerProof proof = AnswerProof.sign(KEY, "{\"a\":1}", "{\"b\":2}", "[]");
    assertThat(proof.isSignedBy(KEY.verifier())).isTrue();
    assertThat(AnswerProof.isHash(proof.inputHash(), "{\"a\":1}")).isTrue();
    assertThat(AnswerProof.isHash(proof.inputHash(), "{\"a\":2}")).isFalse();
    assertThat(proof.isSignedBy(SigningKey.create(new SplittableRandom(3)).verifier())).isFalse();
    // The hash that kamu's node has for no sub-queries.
    assertThat(proof.subQueriesHash())
        .isEqualTo("f1620ca4510738395af1429224dd785675309c344b2b549632e20275c69b15ed1d210");
    for (int i = 0; i < proof.proofValue().length(); i++) {
      char[] value = proof.proofValue().toCharArray();
      value[i] = value[i] == 'A' ? 'B' : 'A';
      AnswerProof changed =
          new AnswerProof(
              proof.inputHash(),
              proof.outputHash(),
              proof.subQueriesHash(),
              proof.verificationMethod(),
              new String(value));
      assertThat(changed.isSignedBy(KEY.verifier())).as("character %s", i).isFalse();
    }
  }

  @Test
  void aKeyIsToldAsDidKey() {
    assertThat(KEY.verifier().didKey()).startsWith("did:key:z6Mk").hasSize(56);
  }
}
