package dev.catchwater.server.api;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.query.sql.SqlPlan;
import dev.catchwater.query.sql.SqlQuery;
import dev.catchwater.query.sql.SqlResult;
import dev.catchwater.server.access.Scope;
import dev.catchwater.server.body.ReceivedBody;
import dev.catchwater.server.http.Answer;
import dev.catchwater.server.http.Call;
import dev.catchwater.server.http.Refusal;
import dev.catchwater.storage.Dataset;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// SQL in kamu's shapes, and rows by their key.
final class QueryRoutes {
  private static final int BODY_BYTES_MAX = 2 << 20;

  private final Premises premises;
  private final SaidDatasets datasets;
  private final ProvenAnswers proofs;

  QueryRoutes(Premises premises, ProvenAnswers proofs) {
    this.premises = premises;
    this.proofs = proofs;
    this.datasets = new SaidDatasets(premises);
  }

  /// `GET /query`
  Answer byAddress(Call call) throws IOException {
    call.access().requireAnywhere(Scope.QUERY);
    Map<String, Tree> values = new LinkedHashMap<>();
    for (String key : Question.KEYS) {
      String value = call.parameter(key);
      if (value != null) {
        boolean isNumber = key.equals("skip") || key.equals("limit");
        values.put(key, isNumber ? new Tree.Literal(value) : new Tree.Text(value));
      }
    }
    return answer(call, Question.of(values, datasets, call.access()));
  }

  /// `POST /query`
  Answer byBody(Call call) throws IOException {
    call.access().requireAnywhere(Scope.QUERY);
    byte[] bytes = body(premises, call, BODY_BYTES_MAX, "A query has at most two mebibytes");
    Tree tree = JsonTree.read(new String(bytes, StandardCharsets.UTF_8));
    if (!(tree instanceof Tree.Fields fields)) {
      throw bad("The body is no JSON object");
    }
    return answer(call, Question.of(fields.fields(), datasets, call.access()));
  }

  /// The body of a question.
  ///
  /// @throws Refusal 413
  static byte[] body(Premises premises, Call call, int bytesMax, String tooLarge)
      throws IOException {
    try (ReceivedBody body = premises.bodies().receive(call)) {
      if (body.size() > bytesMax) {
        throw Refusal.of(413, "query-too-large", tooLarge);
      }
      try (InputStream in = body.open()) {
        return in.readAllBytes();
      }
    }
  }

  private static Refusal bad(String why) {
    return Refusal.of(400, "bad-argument", why);
  }

  private Answer answer(Call call, Question question) throws IOException {
    RowText.requireJsonAccepted(call);
    if (question.isOnBlocks()) {
      return proofs.answer(call.access(), question);
    }
    List<SqlQuery.Input> said = question.datasets();
    SqlResult result =
        premises
            .sql()
            .run(question.sql(), question.window(), said == null ? List.of() : said, call.access());
    try {
      return premises
          .rows()
          .answer(
              result.rowCount(),
              () -> result,
              (out, rows) -> {
                RowText.write(out, "{\"output\":{");
                RowText.writeOutput(
                    out, rows.schema(), rows::next, question.format(), question.schema());
                RowText.write(
                    out, said == null ? "}}" : "},\"datasets\":" + SaidDatasets.seen(rows) + "}");
              });
    } catch (Refusal e) {
      result.close();
      throw e;
    }
  }

  /// `GET /{dataset}/rows/{key}`: the row of a key as it stands. Of several key columns, the values
  /// stand in the order of the key with commas between.
  Answer row(Call call) throws IOException {
    RowText.requireJsonAccepted(call);
    Dataset dataset = premises.dataset(call);
    ChainState state = dataset.state();
    List<String> columns = key(state);
    List<String> values = List.of(call.segment("key").split(",", -1));
    if (columns.size() != values.size()) {
      throw bad("The key has the columns " + String.join(", ", columns) + "; give their values");
    }
    StringBuilder sql =
        new StringBuilder("SELECT * FROM ").append(quoted(dataset.name().toString()));
    for (int i = 0; i < columns.size(); i++) {
      sql.append(i == 0 ? " WHERE " : " AND ").append(quoted(columns.get(i))).append(" = '");
      sql.append(values.get(i).replace("'", "''")).append('\'');
    }
    sql.append(" ORDER BY ").append(quoted(state.vocabulary().offset())).append(" DESC LIMIT 1");
    try (SqlResult result = premises.sql().run(sql.toString(), SqlPlan.Window.ALL)) {
      RecordBatch batch = result.next();
      int op = result.schema().indexOf(state.vocabulary().operationType());
      if (batch == null || batch.rowCount() == 0 || (op >= 0 && isRetracted(batch, op))) {
        throw Refusal.of(404, "row-not-found", "There is no row of this key");
      }
      var out = new ByteArrayOutputStream();
      writeRow(out, result, batch);
      return Answer.text(200, Answer.JSON, out.toString(StandardCharsets.UTF_8));
    }
  }

  private static void writeRow(OutputStream out, SqlResult result, RecordBatch batch)
      throws IOException {
    RowText.write(out, "{\"row\":");
    RowText.writeObjects(out, result.schema(), batch);
    RowText.write(out, "}");
  }

  // 1 is a retraction, 2 the old state of a correction.
  private static boolean isRetracted(RecordBatch batch, int op) throws IOException {
    var text = new ByteArrayOutputStream();
    RowText.writeObjects(text, batch.schema(), batch);
    Tree row = JsonTree.read(text.toString(StandardCharsets.UTF_8));
    String name = batch.schema().fields().get(op).name();
    return row instanceof Tree.Fields fields
        && fields.fields().get(name) instanceof Tree.Literal code
        && (code.spelling().equals("1") || code.spelling().equals("2"));
  }

  private static List<String> key(ChainState state) {
    for (AddPushSource source : state.pushSources().values()) {
      List<String> key = source.merge().primaryKey();
      if (!key.isEmpty()) {
        return key;
      }
    }
    throw bad("The rows of this dataset have no key");
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
