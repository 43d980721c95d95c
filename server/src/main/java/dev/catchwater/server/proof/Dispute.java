package dev.catchwater.server.proof;

import dev.catchwater.odf.manifest.Tree;
import org.jspecify.annotations.Nullable;

/// Why an answer does not hold, in kamu's kinds. Immutable.
///
/// @param detail what it is about: a name, a hash
public record Dispute(Kind kind, @Nullable String detail) {

  /// The kinds there are. A request that contradicts itself is not executed and proves nothing
  /// about anyone; one that was signed and cannot be made again does.
  public enum Kind {
    INPUT_HASH(
        "InvalidRequest::InputHash",
        "The commitment has another hash than the input: one of them was changed, and nothing"
            + " follows about who signed"),
    SUB_QUERIES_HASH(
        "InvalidRequest::SubQueriesHash",
        "The commitment has another hash than the sub-queries, or there are some: this server"
            + " asks no others"),
    BAD_SIGNATURE(
        "InvalidRequest::BadSignature", "The commitment was not signed by a key of this server"),
    OUTPUT_MISMATCH(
        "VerificationFailed::OutputMismatch",
        "The output has another hash than the commitment: it was changed, or the statement does"
            + " not give the same rows each time"),
    DATASET_NOT_FOUND(
        "VerificationFailed::DatasetNotFound",
        "The answer cannot be made again: a dataset of the input is not here"),
    BLOCK_NOT_FOUND(
        "VerificationFailed::DatasetBlockNotFound",
        "The answer cannot be made again: a block of the input, or its data, is not here any more");

    private final String word;
    private final String message;

    Kind(String word, String message) {
      this.word = word;
      this.message = message;
    }

    /// Kamu's name.
    public String word() {
      return word;
    }
  }

  /// A dispute about nothing in particular.
  public static Dispute of(Kind kind) {
    return new Dispute(kind, null);
  }

  /// The body of the answer.
  public Tree.Fields toTree() {
    String message = detail == null ? kind.message : kind.message + " (" + detail + ")";
    return new Tree.Fields()
        .put("ok", false)
        .put("error", new Tree.Fields().put("kind", kind.word).put("message", message));
  }
}
