package dev.catchwater.query.transform;

import dev.catchwater.columnar.slice.SliceReader;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent.SetTransform;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.schema.DataField;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.schema.Scalar;
import dev.catchwater.odf.schema.Vocabulary;
import dev.catchwater.query.sql.ChainSlices;
import dev.catchwater.query.sql.DatasetView;
import dev.catchwater.query.sql.SqlPlan;
import dev.catchwater.query.sql.SqlText;
import dev.catchwater.storage.Dataset;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One run of a derivative's query over what its inputs had up to some blocks: the same rows come
/// out whenever and wherever it is done, so that a replay can be compared. Used by one thread.
final class Computation {
  private final Dataset derivative;
  private final ChainState before;
  private final SetTransform transform;
  private final List<InputSpan> spans;
  private final EngineUse engine;
  private final GroupStates states;

  /// @param before the derivative before the run
  /// @param states of groups; those of an aggregate that hold after the run before go on
  Computation(
      Dataset derivative,
      ChainState before,
      List<InputSpan> spans,
      EngineUse engine,
      GroupStates states) {
    this.derivative = derivative;
    this.before = before;
    this.transform = Objects.requireNonNull(before.transform(), "a derivative");
    this.spans = spans;
    this.engine = engine;
    this.states = states;
  }

  /// What a run made.
  ///
  /// @param schema all columns of the derivative from now on
  /// @param stateFile of groups, null where none are kept
  /// @param stateRows how many rows it has
  /// @param keys how many columns the key of the groups has
  record Made(
      Maintenance maintenance,
      DataSchema schema,
      ResultRows rows,
      @Nullable Path stateFile,
      long stateRows,
      int keys) {}

  /// How the result follows its inputs; nothing is run but a look at the query.
  TransformQuery look() {
    List<SqlText> texts = TransformQuery.texts(derivative.name().toString(), transform);
    List<TransformQuery.Source> sources = new ArrayList<>();
    for (InputSpan span : spans) {
      String time = span.now().vocabulary().eventTime();
      sources.add(new TransformQuery.Source(span.alias(), span.schema(), time));
    }
    String eventTime = before.vocabulary().eventTime();
    return TransformQuery.of(
        transform, ViewTerms.of(before), eventTime, texts, engine.look(texts), sources);
  }

  /// Runs it.
  ///
  /// @throws CatchwaterException as statements fail; `DIVERGED`
  Made run() throws IOException {
    TransformQuery query = look();
    if (query.maintenance().way() == Maintenance.Way.AGGREGATED) {
      DataSchema described = described(query);
      if (AggregateSql.fits(Objects.requireNonNull(query.shape()), described)) {
        return aggregate(query, described);
      }
      query = withoutState(query);
    }
    boolean isAppended = query.maintenance().way() == Maintenance.Way.APPENDED;
    return isAppended ? append(query) : recompute(query);
  }

  private static TransformQuery withoutState(TransformQuery query) {
    return new TransformQuery(
        query.before(),
        query.last(),
        null,
        null,
        null,
        null,
        query.isJoin(),
        Maintenance.recomputed("an aggregate of this type has no state that goes on"));
  }

  /// How it follows its inputs, known for certain.
  Maintenance maintenance() throws IOException {
    TransformQuery query = look();
    if (query.maintenance().way() == Maintenance.Way.AGGREGATED
        && !AggregateSql.fits(Objects.requireNonNull(query.shape()), described(query))) {
      return withoutState(query).maintenance();
    }
    return query.maintenance();
  }

  /// The columns of the query's result.
  DataSchema described(TransformQuery query) throws IOException {
    for (InputSpan span : spans) {
      engine.name(span.alias(), noRows(span));
    }
    Path file = engine.run(query.whole(), new SqlPlan.Window(0, 0));
    try (SliceReader reader = engine.open(file)) {
      return reader.schema();
    }
  }

  private static DatasetView noRows(InputSpan span) {
    ChainSlices none = new ChainSlices(span.now().head(), span.dataset().folder(), List.of(), 1);
    return DatasetView.of(span.dataset(), span.schema(), none, List.of());
  }

  private void nameInputs() {
    ViewTerms terms = ViewTerms.of(before);
    for (InputSpan span : spans) {
      boolean isTable = terms.isTable(span.alias());
      DatasetView fresh = span.newRows(derivative.name());
      engine.name(span.alias(), isTable ? span.allRows() : fresh);
    }
  }

  private Made append(TransformQuery query) throws IOException {
    nameInputs();
    QueryShape shape = Objects.requireNonNull(query.shape());
    Vocabulary names = before.vocabulary();
    StringBuilder sql = new StringBuilder(query.before()).append("SELECT ").append(shape.list());
    if (query.eventTime() != null) {
      String as = SqlText.quoted(names.eventTime());
      sql.append("\n, ").append(query.eventTime()).append(" AS ").append(as);
    }
    sql.append("\nFROM ").append(shape.from());
    if (shape.where() != null) {
      sql.append("\nWHERE ").append(shape.where());
    }
    // A join gives its rows in an order that depends on how large its tables are.
    String ordered =
        query.isJoin() ? "SELECT * FROM (\n" + sql + "\n) AS q ORDER BY ALL" : sql.toString();
    Path file = engine.run(ordered, SqlPlan.Window.ALL);
    requireKeys(file, true);
    SliceReader reader = engine.open(file);
    DataSchema found = reader.schema();
    int operation = found.indexOf(names.operationType());
    boolean hasOperation =
        operation >= 0 && found.fields().get(operation).type().required() == Scalar.INT32;
    return made(
        query.maintenance(),
        found,
        new ResultRows(
            reader,
            names(found),
            found,
            names,
            null,
            hasOperation ? names.operationType() : null,
            latest()));
  }

  private Made made(Maintenance maintenance, DataSchema shown, ResultRows rows) {
    DataSchema schema = ResultRows.whole(shown, before.vocabulary());
    return new Made(maintenance, schema, rows, null, 0, 0);
  }

  private static List<String> names(DataSchema schema) {
    List<String> names = new ArrayList<>();
    for (DataField field : schema.fields()) {
      names.add(field.name());
    }
    return names;
  }

  private Made aggregate(TransformQuery query, DataSchema described) throws IOException {
    nameInputs();
    boolean hasState = !states.isEmpty();
    if (hasState) {
      engine.name(AggregateSql.STATE, states.view());
    }
    Path file = engine.run(new AggregateSql(query, described).sql(hasState), SqlPlan.Window.ALL);
    SliceReader reader = engine.open(file);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < described.fields().size(); i++) {
      names.add("o" + i);
    }
    Vocabulary vocabulary = before.vocabulary();
    ResultRows rows = new ResultRows(reader, names, described, vocabulary, "et", "op", latest());
    return new Made(
        query.maintenance(),
        ResultRows.whole(described, vocabulary),
        rows,
        file,
        reader.rowCount(),
        Objects.requireNonNull(query.keys()).keys().size());
  }

  private Made recompute(TransformQuery query) throws IOException {
    for (InputSpan span : spans) {
      // That the chain goes on from what was seen is asked although all of it is read.
      DatasetView _ = span.newRows(derivative.name());
      engine.name(span.alias(), span.allRows());
    }
    Path file = engine.run(query.whole(), SqlPlan.Window.ALL);
    Vocabulary vocabulary = before.vocabulary();
    List<DataField> fields = new ArrayList<>();
    try (SliceReader reader = engine.open(file)) {
      for (DataField field : reader.schema().fields()) {
        boolean isTime = field.name().equals(vocabulary.eventTime());
        if (isTime || !vocabulary.isSystemColumn(field.name())) {
          fields.add(field);
        }
      }
    }
    DataSchema shown = DataSchema.of(fields);
    if (fields.isEmpty()) {
      throw CatchwaterException.of(
          ErrorCode.BAD_SQL, "The query of " + derivative.name() + " gives no column of its own");
    }
    boolean hasTime = shown.indexOf(vocabulary.eventTime()) >= 0;
    requireKeys(file, false);
    DataSchema past = namePast();
    engine.name(ChangeSql.FRESH, EngineUse.file(file));
    ChangeSql change =
        new ChangeSql(shown, past, vocabulary, hasTime, ViewTerms.of(before).primaryKey());
    SliceReader reader = engine.open(engine.run(change.sql(), SqlPlan.Window.ALL));
    return made(
        query.maintenance(),
        shown,
        new ResultRows(
            reader,
            names(shown),
            shown,
            vocabulary,
            hasTime ? null : "__cw_et",
            "__cw_op",
            latest()));
  }

  private boolean isEmpty(Path file) throws IOException {
    try (SliceReader reader = engine.open(file)) {
      return reader.rowCount() == 0;
    }
  }

  /// Gives the rows before the run their name.
  ///
  /// @return their columns, null where there are none yet
  private @Nullable DataSchema namePast() {
    DataSchema past = before.schema();
    if (past != null) {
      ChainSlices slices = ChainSlices.of(derivative, before.head(), null);
      engine.name(ChangeSql.PAST, DatasetView.of(derivative, past, slices, List.of()));
    }
    return past;
  }

  /// Refuses rows of one primary key.
  ///
  /// @param file of the new rows
  /// @param areAdded whether the rows before the run stay beside them
  private void requireKeys(Path file, boolean areAdded) throws IOException {
    List<String> key = ViewTerms.of(before).primaryKey();
    if (key.isEmpty() || isEmpty(file)) {
      return;
    }
    boolean isWithPast = areAdded && namePast() != null;
    engine.name(ChangeSql.FRESH, EngineUse.file(file));
    String sql = new KeySql(key, isWithPast).sql();
    try (SliceReader reader = engine.open(engine.run(sql, SqlPlan.Window.ALL))) {
      if (reader.rowCount() > 0) {
        throw CatchwaterException.of(
                ErrorCode.BAD_DATA,
                "Two rows of "
                    + derivative.name()
                    + " have the primary key "
                    + KeySql.text(key, reader.read(0, 1, null).next()))
            .withHint("choose a key that tells rows apart, or GROUP BY it");
      }
    }
  }

  /// The event time of rows that have none: that of the newest input.
  private Instant latest() {
    Instant latest = Instant.EPOCH;
    for (InputSpan span : spans) {
      Instant watermark = span.now().watermark();
      Instant time = watermark == null ? span.now().systemTime() : watermark;
      latest = time.isAfter(latest) ? time : latest;
    }
    return latest;
  }

  /// The time up to which the result is said to be whole: that of the slowest input.
  static @Nullable Instant watermark(@Nullable Instant known, List<InputSpan> spans) {
    Instant slowest = null;
    boolean isKnown = true;
    for (InputSpan span : spans) {
      Instant time = span.now().watermark();
      isKnown &= time != null;
      slowest = slowest == null || (time != null && time.isBefore(slowest)) ? time : slowest;
    }
    if (!isKnown || slowest == null) {
      return known;
    }
    return known != null && slowest.isBefore(known) ? known : slowest;
  }

  /// The name of a moment: what the query is, and up to which blocks its inputs were seen.
  ///
  /// @param blocks the last block of each input, in the order of the inputs; null for none
  static String moment(SetTransform transform, List<@Nullable Multihash> blocks) {
    StringBuilder text = new StringBuilder("1");
    byte[] query = transform.toString().getBytes(StandardCharsets.UTF_8);
    text.append(' ').append(Multihash.sha3(query));
    for (Multihash block : blocks) {
      text.append(' ').append(block == null ? "-" : block.toString());
    }
    return text.toString();
  }
}
