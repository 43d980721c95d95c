package dev.catchwater.server.api;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Suggestion;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.query.sql.SqlPlan;
import dev.catchwater.query.sql.SqlQuery;
import dev.catchwater.query.sql.SqlResult;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// SQL in kamu's shapes, and rows by their key.
final class QueryRoutes {
  static final List<String> KEYS =
      List.of("query", "queryDialect", "dataFormat", "schemaFormat", "include", "skip", "limit");
  private static final String DATASETS = "datasets";
  private static final List<String> BODY_KEYS = bodyKeys();
  private static final List<String> DIALECTS = List.of("sqlduckdb", "sqldatafusion");
  private static final List<String> PARTS = List.of("input", "proof", "schema");
  private static final long ROWS = 100;
  private static final long ROWS_MAX = 1_000_000;
  private static final int BODY_BYTES_MAX = 2 << 20;

  private final Premises premises;
  private final SaidDatasets datasets;

  QueryRoutes(Premises premises) {
    this.premises = premises;
    this.datasets = new SaidDatasets(premises);
  }

  private static List<String> bodyKeys() {
    List<String> keys = new ArrayList<>(KEYS);
    keys.add(DATASETS);
    return List.copyOf(keys);
  }

  /// What is asked.
  private record Question(
      String sql,
      RowText.DataFormat format,
      RowText.@Nullable SchemaFormat schema,
      SqlPlan.Window window,
      @Nullable List<SqlQuery.Input> datasets) {}

  /// `GET /query`
  Answer byAddress(Call call) throws IOException {
    Map<String, Tree> values = new LinkedHashMap<>();
    for (String key : KEYS) {
      String value = call.parameter(key);
      if (value != null) {
        boolean isNumber = key.equals("skip") || key.equals("limit");
        values.put(key, isNumber ? new Tree.Literal(value) : new Tree.Text(value));
      }
    }
    return answer(call, question(values));
  }

  /// `POST /query`
  Answer byBody(Call call) throws IOException {
    byte[] bytes;
    try (ReceivedBody body = premises.bodies().receive(call)) {
      if (body.size() > BODY_BYTES_MAX) {
        throw Refusal.of(413, "query-too-large", "A query has at most two mebibytes");
      }
      try (InputStream in = body.open()) {
        bytes = in.readAllBytes();
      }
    }
    Tree tree = JsonTree.read(new String(bytes, StandardCharsets.UTF_8));
    if (!(tree instanceof Tree.Fields fields)) {
      throw bad("The body is no JSON object");
    }
    return answer(call, question(fields.fields()));
  }

  private static Refusal bad(String why) {
    return Refusal.of(400, "bad-argument", why);
  }

  private Question question(Map<String, Tree> values) {
    for (String key : values.keySet()) {
      if (!BODY_KEYS.contains(key)) {
        throw bad("unknown field `" + key + "` (" + Suggestion.hint(key, BODY_KEYS) + ")");
      }
    }
    String sql = text(values, "query");
    if (sql == null) {
      throw bad("missing field `query`");
    }
    String dialect = text(values, "queryDialect");
    if (dialect != null && !DIALECTS.contains(dialect.toLowerCase(Locale.ROOT).replace("-", ""))) {
      throw bad("queryDialect is SqlDuckDb");
    }
    List<String> parts = parts(values.get("include"));
    if (parts.contains("proof")) {
      throw Refusal.of(501, "not-signed", "Response signing is not enabled by the node operator");
    }
    if (parts.contains("input")) {
      throw Refusal.of(400, ErrorCode.UNSUPPORTED.slug(), "include=input is not served yet");
    }
    String schema = text(values, "schemaFormat");
    return new Question(
        sql,
        RowText.DataFormat.of(text(values, "dataFormat")),
        schema != null || parts.contains("schema") ? RowText.SchemaFormat.of(schema) : null,
        new SqlPlan.Window(
            number(values, "skip", 0, Long.MAX_VALUE), number(values, "limit", ROWS, ROWS_MAX)),
        datasets.read(values.get(DATASETS)));
  }

  private static List<String> parts(@Nullable Tree include) {
    List<String> words = new ArrayList<>();
    if (include instanceof Tree.Items items) {
      for (Tree item : items.items()) {
        words.add(item instanceof Tree.Text text ? text.value() : "");
      }
    } else if (include instanceof Tree.Text text) {
      words.addAll(List.of(text.value().split(",", -1)));
    } else if (include != null) {
      throw bad("include is a list of Input, Proof, Schema");
    }
    words.replaceAll(word -> word.strip().toLowerCase(Locale.ROOT));
    if (!PARTS.containsAll(words)) {
      throw bad("include is a list of Input, Proof, Schema");
    }
    return words;
  }

  private static @Nullable String text(Map<String, Tree> values, String key) {
    Tree value = values.get(key);
    if (value == null || (value instanceof Tree.Literal word && word.spelling().equals("null"))) {
      return null;
    }
    if (value instanceof Tree.Text text) {
      return text.value();
    }
    throw bad("The field `" + key + "` is a text");
  }

  private static long number(Map<String, Tree> values, String key, long standard, long max) {
    if (!values.containsKey(key)) {
      return standard;
    }
    try {
      if (values.get(key) instanceof Tree.Literal literal) {
        long number = Long.parseLong(literal.spelling());
        if (number >= 0 && number <= max) {
          return number;
        }
      }
    } catch (NumberFormatException e) {
      // Said below, in the same words as a number out of range.
    }
    throw bad("The field `" + key + "` is a whole number from 0 to " + max);
  }

  private Answer answer(Call call, Question question) throws IOException {
    RowText.requireJsonAccepted(call);
    List<SqlQuery.Input> said = question.datasets();
    SqlResult result =
        premises.sql().run(question.sql(), question.window(), said == null ? List.of() : said);
    return Answer.stream(
        Answer.JSON,
        out -> {
          try (result) {
            RowText.write(out, "{\"output\":{");
            RowText.writeOutput(
                out, result.schema(), result::next, question.format(), question.schema());
            RowText.write(
                out, said == null ? "}}" : "},\"datasets\":" + SaidDatasets.seen(result) + "}");
          }
        });
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
