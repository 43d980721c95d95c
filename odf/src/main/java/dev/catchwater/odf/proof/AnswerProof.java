package dev.catchwater.odf.proof;

import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.odf.receipt.SigningKey;
import dev.catchwater.odf.receipt.VerifierKey;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// What a server signs of an answer, in kamu's shape: hashes over the canonical JSON of what was
/// asked, of what was answered, and of the queries that others answered for it; and the signature
/// of those three, as canonical JSON, by a key that is told as a `did:key`. Immutable.
///
/// All members are texts as they came: what is no hash is not the one that was signed.
///
/// @param inputHash of the member `input`
/// @param outputHash of the member `output`
/// @param subQueriesHash of the member `subQueries`
/// @param verificationMethod the key
/// @param proofValue the signature as multibase
public record AnswerProof(
    String inputHash,
    String outputHash,
    String subQueriesHash,
    String verificationMethod,
    String proofValue) {
  /// The kind of signature.
  public static final String TYPE = "Ed25519Signature2020";

  private static final String BASE64URL = "u";

  /// The proof of an answer.
  ///
  /// @param input canonical JSON, as the others
  public static AnswerProof sign(SigningKey key, String input, String output, String subQueries) {
    AnswerProof unsigned =
        new AnswerProof(
            CanonicalJson.hash(input).toString(),
            CanonicalJson.hash(output).toString(),
            CanonicalJson.hash(subQueries).toString(),
            key.verifier().didKey(),
            "");
    byte[] signature = key.sign(unsigned.signedText().getBytes(StandardCharsets.UTF_8));
    return new AnswerProof(
        unsigned.inputHash,
        unsigned.outputHash,
        unsigned.subQueriesHash,
        unsigned.verificationMethod,
        BASE64URL + Base64.getUrlEncoder().withoutPadding().encodeToString(signature));
  }

  /// The member `commitment`.
  public Tree.Fields commitment() {
    return new Tree.Fields()
        .put("inputHash", inputHash)
        .put("outputHash", outputHash)
        .put("subQueriesHash", subQueriesHash);
  }

  /// The member `proof`.
  public Tree.Fields proof() {
    return new Tree.Fields()
        .put("type", TYPE)
        .put("verificationMethod", verificationMethod)
        .put("proofValue", proofValue);
  }

  private String signedText() {
    return CanonicalJson.of(commitment());
  }

  /// Whether the text is what the hash says.
  ///
  /// @param canonical of one of the members
  public static boolean isHash(String hash, String canonical) {
    return CanonicalJson.hash(canonical).toString().equals(hash);
  }

  /// Whether this key signed the three hashes. A signature has one spelling.
  public boolean isSignedBy(VerifierKey key) {
    byte[] signature = signature();
    return signature != null
        && key.didKey().equals(verificationMethod)
        && key.verifies(signedText().getBytes(StandardCharsets.UTF_8), signature);
  }

  private byte @Nullable [] signature() {
    if (!proofValue.startsWith(BASE64URL)) {
      return null;
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(proofValue.substring(1));
      String again = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
      return proofValue.substring(1).equals(again) ? bytes : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
