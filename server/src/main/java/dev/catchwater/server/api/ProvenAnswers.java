package dev.catchwater.server.api;

import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.ingest.live.LiveDataset;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.odf.proof.AnswerProof;
import dev.catchwater.odf.proof.CanonicalJson;
import dev.catchwater.query.sql.SqlQuery;
import dev.catchwater.query.sql.SqlResult;
import dev.catchwater.server.access.Access;
import dev.catchwater.server.access.Scope;
import dev.catchwater.server.http.Answer;
import dev.catchwater.server.http.Call;
import dev.catchwater.server.http.Refusal;
import dev.catchwater.server.proof.Dispute;
import dev.catchwater.server.proof.Dispute.Kind;
import dev.catchwater.server.proof.SealBudget;
import dev.catchwater.server.proof.VerifyRequest;
import dev.catchwater.storage.Dataset;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Answers that say what they were made of, and are signed for it; and whether one that comes back
/// holds. Such an answer is made of blocks only: rows that are in none yet get into one first. What
/// makes it again is run as any statement is: on the same desk, in the same cages, one thread a
/// statement, so that sums of floating-point numbers come out the same. Thread-safe.
final class ProvenAnswers {
  private static final int OUTPUT_BYTES_MAX = 8 << 20;
  private static final int BODY_BYTES_MAX = 12 << 20;
  private static final String NO_SUB_QUERIES = "[]";

  private final Premises premises;
  private final SaidDatasets datasets;
  private final SealBudget seals = new SealBudget(System::nanoTime);

  ProvenAnswers(Premises premises) {
    this.premises = premises;
    this.datasets = new SaidDatasets(premises);
  }

  /// The answer to a question with `include=Input` or `include=Proof`.
  ///
  /// @throws Refusal 413 for an output that is too large to be held in memory
  Answer answer(Access access, Question question) throws IOException {
    String output;
    Tree.Fields input;
    try (SqlResult result = run(access, question, this::sealed)) {
      output = output(question, result);
      input = question.toInput(result);
    }
    StringBuilder text = new StringBuilder(output.length() + 4_096);
    text.append("{\"output\":").append(output).append(",\"input\":");
    String canonicalInput = CanonicalJson.of(input);
    text.append(canonicalInput);
    if (question.parts().contains(Question.Part.PROOF)) {
      AnswerProof proof =
          AnswerProof.sign(
              premises.live().receiptKeys().signing(),
              canonicalInput,
              canonical(output),
              NO_SUB_QUERIES);
      text.append(",\"subQueries\":").append(NO_SUB_QUERIES);
      text.append(",\"commitment\":").append(CanonicalJson.of(proof.commitment()));
      text.append(",\"proof\":").append(CanonicalJson.of(proof.proof()));
    }
    return Answer.text(200, Answer.JSON, text.append('}').toString());
  }

  /// `POST /verify`
  Answer verify(Call call) throws IOException {
    RowText.requireJsonAccepted(call);
    call.access().requireAnywhere(Scope.QUERY);
    byte[] body =
        QueryRoutes.body(
            premises, call, BODY_BYTES_MAX, "An answer to verify has at most twelve mebibytes");
    VerifyRequest request = VerifyRequest.parse(body);
    Dispute dispute = request.check(premises.live().receiptKeys().verifiers());
    if (dispute == null) {
      dispute = reproduce(call.access(), request);
    }
    if (dispute == null) {
      return Answer.json(new Tree.Fields().put("ok", true));
    }
    return Answer.text(400, Answer.JSON, CanonicalJson.of(dispute.toTree()));
  }

  private @Nullable Dispute reproduce(Access access, VerifyRequest request) throws IOException {
    try {
      Question question = Question.of(request.input().fields(), datasets, access);
      try (SqlResult result = run(access, question, ProvenAnswers::unsaid)) {
        return request.checkOutput(canonical(output(question, result)));
      }
    } catch (CatchwaterException e) {
      if (e.code() == ErrorCode.DATASET_NOT_FOUND) {
        return new Dispute(Kind.DATASET_NOT_FOUND, field(e));
      }
      if (e.code() == ErrorCode.OBJECT_NOT_FOUND) {
        return new Dispute(Kind.BLOCK_NOT_FOUND, field(e));
      }
      throw e;
    }
  }

  private static @Nullable String field(CatchwaterException e) {
    return e.place() == null ? null : e.place().field();
  }

  private SqlResult run(Access access, Question question, Function<Dataset, HotRows> blocks)
      throws IOException {
    List<SqlQuery.Input> said = question.datasets() == null ? List.of() : question.datasets();
    return premises.sql().runOnBlocks(question.sql(), question.window(), said, access, blocks);
  }

  /// All durable rows of a dataset, in blocks.
  private HotRows sealed(Dataset dataset) {
    LiveDataset live = premises.live().dataset(dataset);
    HotRows rows = live.hotRows();
    if (!rows.isEmpty()) {
      if (!seals.take(dataset.id())) {
        throw Refusal.of(503, "overloaded", "Proofs of new rows are asked for too often; try again")
            .withHeader("Retry-After", "1");
      }
      live.seal();
      rows = live.hotRows();
    }
    return new HotRows(rows.state(), List.of());
  }

  /// A table that the input does not say.
  private static HotRows unsaid(Dataset dataset) {
    throw CatchwaterException.of(
        ErrorCode.DATASET_NOT_FOUND, "The input does not say what this table is");
  }

  private static String canonical(String output) {
    String canonical = CanonicalJson.of(output);
    if (canonical == null) {
      throw new IllegalStateException("an output that is no JSON");
    }
    return canonical;
  }

  private static String output(Question question, SqlResult result) throws IOException {
    var bytes = new Bounded();
    RowText.write(bytes, "{");
    RowText.writeOutput(bytes, result.schema(), result::next, question.format(), question.schema());
    RowText.write(bytes, "}");
    return bytes.text();
  }

  /// Bytes in memory, up to a limit.
  private static final class Bounded extends OutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void write(int b) {
      require(1);
      bytes.write(b);
    }

    @Override
    public void write(byte[] from, int offset, int length) {
      require(length);
      bytes.write(from, offset, length);
    }

    private void require(int more) {
      if (bytes.size() + more > OUTPUT_BYTES_MAX) {
        throw Refusal.of(
            413,
            "query-too-large",
            "An answer that says what it was made of has at most eight mebibytes of rows; ask"
                + " with limit and skip");
      }
    }

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }
}
