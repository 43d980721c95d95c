package dev.catchwater.tables;

import dev.catchwater.columnar.batch.Column;
import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent.DatasetKind;
import dev.catchwater.odf.event.MetadataEvent.SetAttachments;
import dev.catchwater.odf.event.MetadataEvent.SetTransform;
import dev.catchwater.odf.event.MetadataEvent.TransformInput;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.manifest.DatasetSnapshot;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.source.MergeStrategy;
import dev.catchwater.odf.source.Transform;
import dev.catchwater.query.sql.SqlPlan;
import dev.catchwater.query.sql.SqlQuery;
import dev.catchwater.query.sql.SqlResult;
import dev.catchwater.query.sql.SqlText;
import dev.catchwater.query.transform.Maintenance;
import dev.catchwater.query.transform.Transforms;
import dev.catchwater.query.transform.ViewPlan;
import dev.catchwater.query.transform.ViewTerms;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.LockWait;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Materialized views (streamsql-api §5): derivative datasets over streams, tables and other views.
/// Thread-safe.
public final class Views {
  /// The engine that views are for, and its version.
  private static final String ENGINE = "duckdb";

  private static final String ENGINE_VERSION = "1.5.6";

  private final LiveWorkspace live;
  private final ViewSources sources;
  private final SqlQuery.Engines engines;
  private final Transforms transforms;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final ReentrantLock making = new ReentrantLock();
  private final Map<DatasetId, Optional<ViewDefinition>> known = new ConcurrentHashMap<>();
  private final Map<DatasetId, Maintenance> maintenance = new ConcurrentHashMap<>();
  private final Map<DatasetId, String> failures = new ConcurrentHashMap<>();
  private final AtomicInteger made = new AtomicInteger();

  /// @param engines of one thread each, for queries that are not the owner's alone
  public Views(
      LiveWorkspace live,
      StreamSql streamSql,
      SqlQuery.Engines engines,
      InstantSource clock,
      RandomGenerator random) {
    this.live = live;
    this.engines = engines;
    this.clock = clock;
    this.random = random;
    this.transforms = new Transforms(live.workspace(), engines, clock);
    this.sources = new ViewSources(streamSql, this);
  }

  /// A view as it stands.
  ///
  /// @param maintenance how it follows its dependencies; null while one of them has no rows yet
  /// @param rows of its history
  /// @param isFresh whether it has seen every sealed block of its dependencies
  /// @param failure why the last run in the background failed, null where it did not
  public record View(
      ViewDefinition definition,
      Dataset dataset,
      @Nullable Maintenance maintenance,
      long rows,
      boolean isFresh,
      @Nullable String failure) {}

  /// What came of making a view.
  ///
  /// @param warnings what was read otherwise than it stands
  public record Made(View view, boolean isNew, List<String> warnings) {
    public Made {
      warnings = List.copyOf(warnings);
    }
  }

  /// Makes a view, or finds it where it is there and the same.
  ///
  /// @param wanted its primary key null where none was said
  /// @throws CatchwaterException `VIEW_EXISTS`, `STREAM_NOT_FOUND`, `TABLE_NOT_FOUND`,
  ///   `BAD_ARGUMENT`, `BAD_SQL`, `SQL_NOT_ALLOWED`
  public Made create(ViewDefinition wanted, boolean hasKey) throws IOException {
    GivenName name = GivenName.parse(wanted.name());
    making.lock();
    try {
      Optional<Dataset> there = live.workspace().find(name.dataset());
      if (there.isPresent()) {
        return existing(name, there.get(), wanted, hasKey);
      }
      List<ViewSources.Source> found = sources.of(wanted);
      ViewSources.requireJoinable(wanted, found);
      return make(name, wanted, hasKey, found);
    } finally {
      making.unlock();
    }
  }

  private Made existing(GivenName name, Dataset there, ViewDefinition wanted, boolean hasKey) {
    ViewDefinition known = definition(there);
    boolean isSame =
        known != null
            && known.isTable() == wanted.isTable()
            && known.query().equals(wanted.query())
            && known.dependencies().equals(wanted.dependencies())
            && known.outputColumns().equals(wanted.outputColumns())
            && (!hasKey || known.primaryKey().equals(wanted.primaryKey()));
    if (known != null && isSame) {
      return new Made(shown(there, known), false, List.of());
    }
    String what = known == null ? "Something else" : "A view that is defined otherwise";
    throw CatchwaterException.of(
            ErrorCode.VIEW_EXISTS, what + " has the name '" + name.dataset() + "' already")
        .withHint("choose another name");
  }

  private Made make(
      GivenName name, ViewDefinition wanted, boolean hasKey, List<ViewSources.Source> found)
      throws IOException {
    ViewSteps steps = ViewSteps.of(wanted, found, fieldsOf(found));
    ViewPlan asked = plan(wanted, steps, found, steps.query(), List.of());
    List<String> warnings = new ArrayList<>();
    List<Integer> places = ViewSteps.places(wanted, asked.columns(), warnings);
    String named = asked.named(steps.query(), places, wanted.outputColumns());
    List<String> said = hasKey ? wanted.primaryKey() : List.of();
    ViewPlan plan = plan(wanted, steps, found, named, said);
    ViewSteps.requireKind(wanted, plan);
    List<String> key = hasKey ? said : ViewSteps.groupKey(wanted, plan);
    ViewSteps.requireKey(wanted, key);
    ViewDefinition definition =
        new ViewDefinition(
            wanted.name(),
            wanted.isTable(),
            wanted.query(),
            wanted.dependencies(),
            wanted.outputColumns(),
            key);
    ViewTerms terms = new ViewTerms(ViewSources.tables(found), key);
    DatasetSnapshot snapshot =
        new DatasetSnapshot(
            name.dataset(),
            null,
            DatasetKind.DERIVATIVE,
            List.of(
                transform(steps, found, named),
                new SetAttachments(List.of(definition.attachment(), terms.attachment()))));
    Dataset dataset =
        live.workspace().create(List.of(snapshot), clock.instant(), random).getFirst();
    known.put(dataset.id(), Optional.of(definition));
    maintenance.put(dataset.id(), plan.maintenance());
    made.incrementAndGet();
    return new Made(shown(dataset, definition), true, warnings);
  }

  private static SetTransform transform(
      ViewSteps steps, List<ViewSources.Source> found, String query) {
    List<TransformInput> inputs = new ArrayList<>();
    for (ViewSources.Source source : found) {
      inputs.add(new TransformInput(source.dataset().id().toString(), source.input()));
    }
    List<Transform.SqlQueryStep> queries = new ArrayList<>(steps.steps());
    queries.add(new Transform.SqlQueryStep(null, query));
    return new SetTransform(inputs, new Transform(ENGINE, ENGINE_VERSION, null, queries, null));
  }

  private ViewPlan plan(
      ViewDefinition wanted,
      ViewSteps steps,
      List<ViewSources.Source> found,
      String query,
      List<String> key)
      throws IOException {
    List<ViewPlan.Table> tables = new ArrayList<>();
    for (ViewSources.Source source : found) {
      DataSchema schema = source.schema();
      tables.add(new ViewPlan.Table(source.input(), source.dataset(), schema));
    }
    ViewTerms terms = new ViewTerms(ViewSources.tables(found), key);
    try {
      return ViewPlan.of(
          live.workspace(), engines, wanted.name(), transform(steps, found, query), terms, tables);
    } catch (CatchwaterException e) {
      if (e.code() == ErrorCode.BAD_SQL) {
        // Its place is one in the statement that was made of the query, which nobody wrote.
        CatchwaterException plain = CatchwaterException.of(e.code(), e.plainMessage()).withCause(e);
        throw e.plainMessage().contains("GROUP BY")
            ? plain.withHint("add GROUP BY with the columns that stand beside the aggregate")
            : plain;
      }
      throw e;
    }
  }

  /// Of each schema-less source the fields that its rows have.
  private Map<String, Map<String, String>> fieldsOf(List<ViewSources.Source> found)
      throws IOException {
    Map<String, Map<String, String>> fields = new HashMap<>();
    for (ViewSources.Source source : found) {
      if (source.isSchemaless()) {
        fields.put(source.name(), ViewFields.types(structure(source.dataset())));
      }
    }
    return fields;
  }

  private @Nullable String structure(Dataset dataset) throws IOException {
    HotRows rows = live.dataset(dataset).hotRows();
    if (rows.schema() == null) {
      return null;
    }
    SqlQuery query = new SqlQuery(live.workspace(), engines, one -> live.dataset(one).hotRows());
    SqlText text = SqlText.split(null, ViewFields.structure()).getFirst();
    List<SqlQuery.Input> inputs = List.of(new SqlQuery.Input("t", dataset, null));
    try (SqlResult result = query.run(text, SqlPlan.Window.ALL, inputs)) {
      RecordBatch batch = result.next();
      if (batch == null || batch.column(0).isNull(0)) {
        return null;
      }
      Column.Bytes texts = (Column.Bytes) batch.column(0);
      int from = texts.offsets()[0];
      return new String(texts.data(), from, texts.offsets()[1] - from, StandardCharsets.UTF_8);
    }
  }

  /// All views by name.
  public List<View> list() {
    List<View> views = new ArrayList<>();
    for (Dataset dataset : live.workspace().list()) {
      ViewDefinition definition = definition(dataset);
      if (definition != null) {
        views.add(shown(dataset, definition));
      }
    }
    return views;
  }

  /// Notes why a run in the background failed, null where it went well.
  void note(Dataset view, @Nullable String failure) {
    if (failure == null) {
      failures.remove(view.id());
    } else {
      failures.put(view.id(), failure);
    }
  }

  /// How many were made here.
  int made() {
    return made.get();
  }

  /// The datasets of all views.
  List<Dataset> datasets() {
    List<Dataset> views = new ArrayList<>();
    for (Dataset dataset : live.workspace().list()) {
      if (definition(dataset) != null) {
        views.add(dataset);
      }
    }
    return views;
  }

  /// The view of a name.
  ///
  /// @throws CatchwaterException `VIEW_NOT_FOUND`
  public View require(String name) {
    Dataset dataset = find(name);
    ViewDefinition definition = dataset == null ? null : definition(dataset);
    if (dataset == null || definition == null) {
      throw CatchwaterException.of(ErrorCode.VIEW_NOT_FOUND, "View not found: " + name);
    }
    return shown(dataset, definition);
  }

  /// The dataset of a view, null where there is none of that name.
  @Nullable Dataset find(String name) {
    GivenName given = GivenName.find(name);
    Dataset dataset = given == null ? null : live.workspace().find(given.dataset()).orElse(null);
    return dataset != null && definition(dataset) != null ? dataset : null;
  }

  /// A root dataset of that name whose rows are only appended and that is no stream or table; null
  /// where there is none.
  @Nullable Dataset plain(String name) {
    Dataset dataset =
        DatasetName.isName(name)
            ? live.workspace().find(DatasetName.parse(name)).orElse(null)
            : null;
    if (dataset == null || dataset.kind() != DatasetKind.ROOT) {
      return null;
    }
    ChainState state = dataset.state();
    boolean isAppended =
        state.pushSources().values().stream()
            .allMatch(source ->
                source.merge() instanceof MergeStrategy.Append
                    || source.merge() instanceof MergeStrategy.Ledger);
    return isAppended && Definition.of(state) == null ? dataset : null;
  }

  /// What a dataset is, null where it is no view. It does not change.
  @Nullable ViewDefinition definition(Dataset dataset) {
    Optional<ViewDefinition> definition = known.get(dataset.id());
    if (definition == null) {
      try {
        ChainState state = dataset.state();
        definition = Optional.ofNullable(ViewDefinition.of(state));
      } catch (CatchwaterException e) {
        return null; // one that is broken does not hide the others
      }
      known.put(dataset.id(), definition);
    }
    return definition.orElse(null);
  }

  private View shown(Dataset dataset, ViewDefinition definition) {
    boolean isFresh;
    try {
      isFresh = transforms.isFresh(dataset);
    } catch (CatchwaterException e) {
      isFresh = false; // an input is gone; the next run says so
    }
    long rows = dataset.state().rowCount();
    String failure = failures.get(dataset.id());
    return new View(definition, dataset, maintenanceOf(dataset), rows, isFresh, failure);
  }

  private @Nullable Maintenance maintenanceOf(Dataset dataset) {
    Maintenance found = maintenance.get(dataset.id());
    if (found != null) {
      return found;
    }
    try {
      found = transforms.maintenance(dataset);
    } catch (CatchwaterException | IOException e) {
      return null;
    }
    if (found != null) {
      maintenance.put(dataset.id(), found);
    }
    return found;
  }

  /// Brings a view up to date with what its dependencies have sealed.
  ///
  /// @throws CatchwaterException as [Transforms#run]
  public Transforms.Outcome run(Dataset view) throws IOException {
    return transforms.run(view, LockWait.standard());
  }

  /// Seals what its dependencies have, and theirs, and brings it up to date with that.
  ///
  /// @throws CatchwaterException `VIEW_NOT_FOUND`; as [Transforms#run]
  public View refresh(String name) throws IOException {
    View view = require(name);
    refresh(view.dataset(), 0);
    return require(name);
  }

  private void refresh(Dataset dataset, int depth) throws IOException {
    SetTransform transform = dataset.state().transform();
    if (transform == null || depth > live.workspace().list().size()) {
      live.dataset(dataset).seal();
      return;
    }
    for (TransformInput input : transform.inputs()) {
      refresh(live.workspace().require(input.datasetRef()), depth + 1);
    }
    run(dataset);
  }

  /// The rows of a view as they stand now: JSON objects of its output columns.
  ///
  /// @param key values of the primary key as literals of SQL; none for all rows
  /// @param limit how many at most
  /// @throws CatchwaterException `VIEW_NOT_FOUND`, `BAD_ARGUMENT`
  public SqlResult rows(String name, List<String> key, long limit) throws IOException {
    View view = require(name);
    String sql = ViewSteps.now(view.definition(), key);
    SqlQuery query = new SqlQuery(live.workspace(), engines, one -> live.dataset(one).hotRows());
    List<SqlQuery.Input> inputs = List.of(new SqlQuery.Input("t", view.dataset(), null));
    return query.run(SqlText.split(null, sql).getFirst(), new SqlPlan.Window(0, limit), inputs);
  }
}
