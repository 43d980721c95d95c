package dev.catchwater.server.tables;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.query.format.RowFormat;
import dev.catchwater.query.format.RowWriter;
import dev.catchwater.query.format.TableStyle;
import dev.catchwater.query.sql.SqlResult;
import dev.catchwater.query.sql.SqlText;
import dev.catchwater.query.transform.Maintenance;
import dev.catchwater.server.access.Right;
import dev.catchwater.server.access.Scope;
import dev.catchwater.server.api.Admission;
import dev.catchwater.server.api.Premises;
import dev.catchwater.server.http.Answer;
import dev.catchwater.server.http.Call;
import dev.catchwater.server.http.Route;
import dev.catchwater.tables.GivenName;
import dev.catchwater.tables.ViewDefinition;
import dev.catchwater.tables.Views;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Materialized views over HTTP: made, listed, read as they stand.
public final class ViewRoutes {
  private static final Set<String> FIELDS =
      Set.of("name", "kind", "query", "dependencies", "outputColumns", "primaryKey");
  private static final int ROWS = 1_000;
  private static final int ROWS_MAX = 10_000;

  private final Premises premises;
  private final Views views;

  /// Those of these premises.
  public ViewRoutes(Premises premises) {
    this.premises = premises;
    this.views = premises.views();
  }

  /// The lines of the table.
  public List<Route> routes() {
    return List.of(
        new Route("POST", "/views", "Make a view", List.of(), Right.ANY, this::create),
        new Route("GET", "/views", "All views", List.of(), Right.ANY, this::list),
        new Route("GET", "/views/{name}", "One view", List.of(), Right.READ, this::one),
        new Route(
            "POST",
            "/views/{name}/refresh",
            "Seal what a view reads, and bring it up to date with that",
            List.of(),
            Right.MANAGE,
            this::refresh),
        new Route(
            "GET",
            "/views/{name}/rows",
            "The rows of a view as they stand, or that of a key",
            List.of("limit", "key"),
            Right.READ,
            this::rows));
  }

  private Answer create(Call call) throws IOException {
    call.access().requireAnywhere(Scope.MANAGE);
    try (Admission.Ticket _ = premises.enterToMake(call)) {
      Asked asked = Asked.of(call, premises.bodies(), FIELDS, false);
      DatasetName dataset = GivenName.parse(asked.name()).dataset();
      call.access().require(Scope.MANAGE, dataset, null);
      call.access().requireStillValid();
      List<String> key = asked.texts("primaryKey");
      ViewDefinition wanted =
          new ViewDefinition(
              asked.name(),
              isTable(asked),
              asked.text("query"),
              dependencies(asked),
              required(asked, "outputColumns"),
              key == null ? List.of() : key);
      wanted.dependencies().forEach(dependency -> requireQuery(call, dependency.name()));
      Views.Made made = views.create(wanted, key != null);
      Tree.Fields shown = shown(made.view());
      shown.put("warnings", made.warnings());
      return Answer.json(shown).withStatus(made.isNew() ? 201 : 200);
    }
  }

  // One that he may not know is as one that is not there.
  private static void requireQuery(Call call, String name) {
    GivenName given = GivenName.find(name);
    if (given == null || !call.access().isKnown(given.dataset())) {
      throw CatchwaterException.of(ErrorCode.TABLE_NOT_FOUND, "Table not found: " + name);
    }
    call.access().require(Scope.QUERY, given.dataset(), null);
  }

  private static boolean isTable(Asked asked) {
    String kind = asked.text("kind");
    if (!kind.equals("table") && !kind.equals("stream")) {
      throw Asked.bad("kind is stream or table");
    }
    return kind.equals("table");
  }

  private static List<String> required(Asked asked, String name) {
    List<String> texts = asked.texts(name);
    if (texts == null || texts.isEmpty()) {
      throw Asked.bad(name + " is missing: the query never implies it");
    }
    return texts;
  }

  private static List<ViewDefinition.Dependency> dependencies(Asked asked) {
    List<ViewDefinition.Dependency> found = new ArrayList<>();
    for (Tree item : asked.items("dependencies")) {
      found.add(dependency(item));
    }
    if (found.isEmpty()) {
      throw Asked.bad("dependencies is missing: the query never implies it");
    }
    return found;
  }

  private static ViewDefinition.Dependency dependency(Tree item) {
    if (item instanceof Tree.Text name) {
      return new ViewDefinition.Dependency(name.value(), null);
    }
    if (item instanceof Tree.Fields fields
        && fields.fields().get("name") instanceof Tree.Text name) {
      return new ViewDefinition.Dependency(name.value(), version(fields.fields().get("version")));
    }
    throw Asked.bad("dependencies is a list of names, or of {\"name\":…,\"version\":…}");
  }

  private static @Nullable Integer version(@Nullable Tree tree) {
    boolean isThere = tree instanceof Tree.Literal literal && !literal.spelling().equals("null");
    return isThere && tree instanceof Tree.Literal literal
        ? Integer.valueOf(Asked.version(literal.spelling()))
        : null;
  }

  private Answer list(Call call) {
    List<Tree> items = new ArrayList<>();
    for (Views.View view : views.list()) {
      if (call.access().has(Scope.READ, view.dataset().name())) {
        items.add(shown(view));
      }
    }
    return Answer.json(new Tree.Fields().put("views", new Tree.Items(items)));
  }

  private Answer one(Call call) {
    return Answer.json(shown(views.require(call.segment("name"))));
  }

  private Answer refresh(Call call) throws IOException {
    try (Admission.Ticket _ = premises.enterToMake(call)) {
      call.access().requireStillValid();
      return Answer.json(shown(views.refresh(call.segment("name"))));
    }
  }

  private static Tree.Fields shown(Views.View view) {
    ViewDefinition definition = view.definition();
    List<Tree> dependencies = new ArrayList<>();
    for (ViewDefinition.Dependency dependency : definition.dependencies()) {
      Integer version = dependency.version();
      dependencies.add(
          new Tree.Fields()
              .put("name", dependency.name())
              .put("version", new Tree.Literal(version == null ? "null" : version.toString())));
    }
    Maintenance how = view.maintenance();
    return new Tree.Fields()
        .put("name", definition.name())
        .put("kind", definition.kind())
        .put("dataset", view.dataset().name().toString())
        .putText("id", view.dataset().id())
        .put("query", definition.query())
        .put("dependencies", new Tree.Items(dependencies))
        .put("outputColumns", definition.outputColumns())
        .put("primaryKey", definition.primaryKey())
        .put("maintenance", how == null ? null : how.word())
        .put("why", how == null ? null : how.why())
        .put("rows", view.rows())
        .put("fresh", view.isFresh())
        .put("failure", view.failure());
  }

  private Answer rows(Call call) throws IOException {
    String name = call.segment("name");
    String key = call.parameter("key");
    if (key == null) {
      int limit = (int) call.number("limit", ROWS, ROWS_MAX);
      return Answer.bytes(200, Answer.JSON, read(name, List.of(), limit, "{\"rows\":", "}"));
    }
    byte[] found = read(name, literals(key), 1, "", "");
    if (found.length <= 2) {
      throw CatchwaterException.of(
          ErrorCode.KEY_NOT_FOUND, "View '" + name + "' has no row of this key");
    }
    byte[] row = Arrays.copyOfRange(found, 1, found.length - 1);
    return Answer.bytes(200, Answer.JSON, row);
  }

  /// The values of a key as literals, from a JSON array, or one value as it stands.
  private static List<String> literals(String key) {
    List<String> literals = new ArrayList<>();
    if (!key.startsWith("[")) {
      return List.of(SqlText.literal(key));
    }
    if (JsonTree.read(key) instanceof Tree.Items items) {
      for (Tree item : items.items()) {
        literals.add(literal(item));
      }
    }
    return literals;
  }

  private static String literal(Tree item) {
    if (item instanceof Tree.Text text) {
      return SqlText.literal(text.value());
    }
    if (item instanceof Tree.Literal literal) {
      boolean isNull = literal.spelling().equals("null");
      return isNull ? "NULL" : SqlText.literal(literal.spelling());
    }
    throw Asked.bad("key is a JSON array of texts, numbers and booleans");
  }

  private byte[] read(String name, List<String> key, long limit, String before, String behind)
      throws IOException {
    var out = new ByteArrayOutputStream();
    out.writeBytes(before.getBytes(StandardCharsets.US_ASCII));
    try (SqlResult result = views.rows(name, key, limit)) {
      RowWriter rows = RowFormat.JSON.open(out, result.schema(), TableStyle.PLAIN);
      RecordBatch batch = result.next();
      while (batch != null) {
        rows.write(batch);
        batch = result.next();
      }
      rows.finish();
    }
    out.writeBytes(behind.getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }
}
