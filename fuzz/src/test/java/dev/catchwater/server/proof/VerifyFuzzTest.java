package dev.catchwater.server.proof;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.catchwater.fuzz.Limits;
import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.odf.proof.AnswerProof;
import dev.catchwater.odf.proof.CanonicalJson;
import dev.catchwater.odf.receipt.SigningKey;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.SplittableRandom;

/// What `POST /verify` reads: whatever is brought is refused, disputed, or what was signed.
public class VerifyFuzzTest {
  private static final SigningKey KEY = SigningKey.create(new SplittableRandom(2));
  private static final String INPUT = "{\"datasets\":[],\"limit\":100,\"query\":\"select 1\"}";
  private static final String OUTPUT = "{\"data\":[{\"1\":1}],\"dataFormat\":\"JsonAoS\"}";

  /// An input to begin with: an answer that holds.
  public static byte[] seed() {
    AnswerProof proof = AnswerProof.sign(KEY, INPUT, OUTPUT, "[]");
    String text =
        "{\"output\":"
            + OUTPUT
            + ",\"input\":"
            + INPUT
            + ",\"subQueries\":[],\"commitment\":"
            + CanonicalJson.of(proof.commitment())
            + ",\"proof\":"
            + CanonicalJson.of(proof.proof())
            + "}";
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// An answer that is not disputed is the one that was signed.
  @FuzzTest
  public void verify(byte[] input) {
    Limits.hold(
        () -> {
          VerifyRequest request = VerifyRequest.parse(input);
          boolean isHeld = request.check(Set.of(KEY.verifier())) == null;
          String output = request.output();
          if (isHeld
              && (!CanonicalJson.of((Tree) request.input()).equals(INPUT)
                  || (output != null && !output.equals(OUTPUT)))) {
            throw new AssertionError("holds, and is not what was signed: " + request);
          }
        },
        Set.of());
  }

  /// A canonical text is its own canonical text.
  @FuzzTest
  public void canonicalJson(byte[] input) {
    Limits.hold(
        () -> {
          String canonical = CanonicalJson.of(new String(input, StandardCharsets.UTF_8));
          if (canonical != null && !canonical.equals(CanonicalJson.of(canonical))) {
            throw new AssertionError("another text the second time: " + canonical);
          }
        },
        Set.of());
  }
}
