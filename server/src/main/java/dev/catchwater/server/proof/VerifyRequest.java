package dev.catchwater.server.proof;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.error.Suggestion;
import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.odf.proof.AnswerProof;
import dev.catchwater.odf.proof.CanonicalJson;
import dev.catchwater.odf.receipt.VerifierKey;
import dev.catchwater.server.proof.Dispute.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A proven answer as somebody brings it back: the answer of `/query` without its output, or with
/// it. Nothing of it is believed before [#check]. Immutable.
///
/// @param input what was asked
/// @param subQueries canonical JSON
/// @param output canonical JSON, null where it was not brought
/// @param proofType the kind of signature it says to be
public record VerifyRequest(
    Tree.Fields input,
    String subQueries,
    @Nullable String output,
    AnswerProof proof,
    String proofType) {
  private static final String NO_SUB_QUERIES = "[]";
  private static final List<String> MEMBERS =
      List.of("input", "subQueries", "commitment", "proof", "output");

  /// Reads the body of a request.
  ///
  /// @throws CatchwaterException `BAD_ARGUMENT` naming what is not there, or not known
  public static VerifyRequest parse(byte[] body) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw bad(null, "The body is not UTF-8").withCause(e);
    }
    String canonical = CanonicalJson.of(text);
    if (canonical == null || !(JsonTree.read(canonical) instanceof Tree.Fields fields)) {
      throw bad(null, "The body is no JSON object, or a name in it comes twice");
    }
    requireKnown(fields, MEMBERS, null);
    Tree.Fields commitment = object(fields, "commitment");
    requireKnown(commitment, List.of("inputHash", "outputHash", "subQueriesHash"), "commitment");
    Tree.Fields proof = object(fields, "proof");
    requireKnown(proof, List.of("type", "verificationMethod", "proofValue"), "proof");
    Tree subQueries = fields.fields().get("subQueries");
    if (subQueries != null && !(subQueries instanceof Tree.Items)) {
      throw bad("subQueries", "The member subQueries is a list");
    }
    Tree output = fields.fields().get("output");
    return new VerifyRequest(
        object(fields, "input"),
        subQueries == null ? NO_SUB_QUERIES : CanonicalJson.of(subQueries),
        output == null ? null : CanonicalJson.of(output),
        new AnswerProof(
            text(commitment, "commitment", "inputHash"),
            text(commitment, "commitment", "outputHash"),
            text(commitment, "commitment", "subQueriesHash"),
            text(proof, "proof", "verificationMethod"),
            text(proof, "proof", "proofValue")),
        text(proof, "proof", "type"));
  }

  /// Whether the request is in itself what one of the keys signed; null if it is. Only then may the
  /// query be run.
  public @Nullable Dispute check(Set<VerifierKey> keys) {
    if (!AnswerProof.isHash(proof.inputHash(), CanonicalJson.of(input))) {
      return Dispute.of(Kind.INPUT_HASH);
    }
    if (!AnswerProof.isHash(proof.subQueriesHash(), subQueries)
        || !subQueries.equals(NO_SUB_QUERIES)) {
      return Dispute.of(Kind.SUB_QUERIES_HASH);
    }
    boolean isSigned = false;
    for (VerifierKey key : keys) {
      isSigned |= proofType.equals(AnswerProof.TYPE) && proof.isSignedBy(key);
    }
    if (!isSigned) {
      return Dispute.of(Kind.BAD_SIGNATURE);
    }
    return output == null ? null : checkOutput(output);
  }

  /// Whether an output is the one that was committed to; null if it is.
  ///
  /// @param made canonical JSON
  public @Nullable Dispute checkOutput(String made) {
    return AnswerProof.isHash(proof.outputHash(), made)
        ? null
        : new Dispute(Kind.OUTPUT_MISMATCH, "it is " + CanonicalJson.hash(made));
  }

  private static void requireKnown(Tree.Fields fields, List<String> known, @Nullable String of) {
    for (Map.Entry<String, Tree> field : fields.fields().entrySet()) {
      if (!known.contains(field.getKey())) {
        throw bad(of, "unknown field (" + Suggestion.hint(field.getKey(), known) + ")");
      }
    }
  }

  private static Tree.Fields object(Tree.Fields fields, String name) {
    if (fields.fields().get(name) instanceof Tree.Fields found) {
      return found;
    }
    throw bad(name, "The member " + name + " is an object, and has to be there");
  }

  private static String text(Tree.Fields fields, String of, String name) {
    if (fields.fields().get(name) instanceof Tree.Text text) {
      return text.value();
    }
    String place = of + "." + name;
    throw bad(place, "The member " + place + " is a text, and has to be there");
  }

  private static CatchwaterException bad(@Nullable String field, String message) {
    return field == null
        ? CatchwaterException.of(ErrorCode.BAD_ARGUMENT, message)
        : CatchwaterException.at(ErrorCode.BAD_ARGUMENT, new Place(null, 0, 0, field), message);
  }
}
