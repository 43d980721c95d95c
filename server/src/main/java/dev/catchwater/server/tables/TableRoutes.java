package dev.catchwater.server.tables;

import dev.catchwater.ingest.read.InputFormat;
import dev.catchwater.ingest.read.PushInput;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.server.access.Right;
import dev.catchwater.server.access.Scope;
import dev.catchwater.server.api.Admission;
import dev.catchwater.server.api.IngestRoute;
import dev.catchwater.server.api.Premises;
import dev.catchwater.server.body.ReceivedBody;
import dev.catchwater.server.body.Shape;
import dev.catchwater.server.http.Answer;
import dev.catchwater.server.http.Call;
import dev.catchwater.server.http.Route;
import dev.catchwater.storage.Dataset;
import dev.catchwater.tables.EventFormat;
import dev.catchwater.tables.GivenName;
import dev.catchwater.tables.RowKey;
import dev.catchwater.tables.RowLines;
import dev.catchwater.tables.Streams;
import dev.catchwater.tables.Tables;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Tables over HTTP: made, frozen, listed; rows inserted, deleted, found and read.
public final class TableRoutes {
  private static final Set<String> FIELDS =
      Set.of("name", "primaryKey", "immutable", "version", "data");
  private static final int ROWS = 1_000;
  private static final int ROWS_MAX = 10_000;
  private static final int PAGE_BYTES_MAX = 8 << 20;
  private static final String NDJSON = "application/x-ndjson";

  private final Premises premises;
  private final Tables tables;
  private final IngestRoute pushes;

  /// Those of these premises.
  public TableRoutes(Premises premises) {
    this.premises = premises;
    tables = premises.streamSql().tables();
    pushes = new IngestRoute(premises);
  }

  /// The lines of the table.
  public List<Route> routes() {
    return List.of(
        new Route(
            "POST",
            "/tables",
            "Make a table, or a version of one",
            List.of("name", "primaryKey", "version", "format", "uploadToken", "from"),
            Right.ANY,
            this::create),
        new Route("GET", "/tables", "All tables", List.of(), Right.ANY, this::list),
        new Route("GET", "/tables/{name}", "One table", List.of(), Right.READ, this::one),
        new Route(
            "POST",
            "/tables/{name}/freeze",
            "Make a version of what a table holds now",
            List.of(),
            Right.MANAGE,
            this::freeze),
        new Route(
            "POST",
            "/tables/{name}/rows",
            "Insert rows, or replace those of the same keys",
            List.of("format", "dryRun", "wait", "uploadToken"),
            Right.APPEND,
            this::insert),
        new Route(
            "GET",
            "/tables/{name}/rows",
            "All rows page by page, or that of a key",
            List.of("after", "limit", "version", "format", "key"),
            Right.READ,
            this::rows),
        new Route(
            "DELETE",
            "/tables/{name}/rows",
            "Delete the row of a key",
            List.of("key", "wait"),
            Right.APPEND,
            this::delete),
        new Route(
            "GET",
            "/tables/{name}/rows/{key}",
            "The row of a key",
            List.of("version"),
            Right.READ,
            this::row),
        new Route(
            "DELETE",
            "/tables/{name}/rows/{key}",
            "Delete the row of a key",
            List.of("wait"),
            Right.APPEND,
            this::delete));
  }

  private Answer create(Call call) throws IOException {
    call.access().requireAnywhere(Scope.MANAGE);
    String name = call.parameter("name");
    try (Admission.Ticket _ = premises.enterToMake(call)) {
      return name == null ? createAsSaid(call) : createFromFile(call, name);
    }
  }

  private Answer createAsSaid(Call call) throws IOException {
    for (String parameter : List.of("primaryKey", "version", "format", "uploadToken", "from")) {
      if (call.parameter(parameter) != null) {
        throw Asked.bad("Of a file as body the address says the name too: ?name=…");
      }
    }
    Asked asked = Asked.of(call, premises.bodies(), FIELDS, false);
    requireManage(call, asked.name());
    call.access().requireStillValid();
    List<String> key = asked.texts("primaryKey");
    if (asked.flag("immutable")) {
      PushInput data = PushInput.bytes(null, asked.list("data"));
      return made(
          tables.createVersion(
              asked.name(),
              key == null ? List.of() : key,
              asked.version(),
              data,
              EventFormat.JSON));
    }
    if (asked.has("data") || asked.has("version")) {
      throw Asked.bad(
          "data and version are of an immutable table: say immutable, or insert the rows");
    }
    Streams.Made<Tables.Table> made =
        tables.createDynamic(asked.name(), key == null ? List.of() : key);
    return Answer.json(shown(made.value())).withStatus(made.isNew() ? 201 : 200);
  }

  private Answer createFromFile(Call call, String name) throws IOException {
    requireManage(call, name);
    List<String> key = primaryKey(call.parameter("primaryKey"));
    Integer version = Asked.version(call);
    String from = call.parameter("from");
    EventFormat format = from == null ? Asked.format(call) : Asked.format(call, from);
    try (ReceivedBody body = pushes.body(call, call.parameter("uploadToken"), from)) {
      call.access().requireStillValid();
      return made(tables.createVersion(name, key, version, body.input(), format));
    }
  }

  private static void requireManage(Call call, String name) {
    DatasetName dataset = GivenName.parse(name).dataset();
    call.access().require(Scope.MANAGE, dataset, null);
  }

  // A name, several with commas between, or a JSON array of them.
  private static List<String> primaryKey(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return List.of();
    }
    if (!text.startsWith("[")) {
      return List.of(text.split(",", -1));
    }
    List<String> fields = new ArrayList<>();
    if (JsonTree.read(text) instanceof Tree.Items items) {
      for (Tree item : items.items()) {
        if (item instanceof Tree.Text field) {
          fields.add(field.value());
        }
      }
      if (fields.size() == items.items().size()) {
        return fields;
      }
    }
    throw Asked.bad("primaryKey is a name, several with commas between, or a JSON array of them");
  }

  private static Answer made(Streams.Made<Tables.MadeVersion> made) {
    Tree.Fields shown = shown(made.value().table());
    shown.put("immutable", true);
    shown.put("version", (long) made.value().version());
    return Answer.json(shown).withStatus(made.isNew() ? 201 : 200);
  }

  private Answer freeze(Call call) throws IOException {
    try (Admission.Ticket _ = premises.enterToMake(call)) {
      Asked asked = Asked.of(call, premises.bodies(), Set.of("version"), true);
      call.access().requireStillValid();
      return made(tables.freeze(call.segment("name"), asked.version()));
    }
  }

  private Answer list(Call call) {
    List<Tree> items = new ArrayList<>();
    for (Tables.Table table : tables.list()) {
      DatasetName name = GivenName.parse(table.name()).dataset();
      if (call.access().has(Scope.READ, name)) {
        items.add(shown(table));
      }
    }
    return Answer.json(new Tree.Fields().put("tables", new Tree.Items(items)));
  }

  private Answer one(Call call) {
    return Answer.json(shown(tables.require(call.segment("name"))));
  }

  private static Tree.Fields shown(Tables.Table table) {
    List<Tree> versions = new ArrayList<>();
    for (Tables.Version version : table.versions()) {
      versions.add(
          new Tree.Fields()
              .put("version", (long) version.version())
              .put("dataset", version.dataset().name().toString())
              .putText("id", version.dataset().id())
              .put("rows", version.rows())
              .put("contentHash", version.contentHash()));
    }
    Dataset dynamic = table.dynamic();
    Tables.Version newest = table.newest();
    return new Tree.Fields()
        .put("name", table.name())
        .put("primaryKey", table.primaryKey())
        .put("immutable", dynamic == null)
        .put("dataset", dynamic == null ? null : dynamic.name().toString())
        .putText("id", dynamic == null ? null : dynamic.id())
        .put("versions", new Tree.Items(versions))
        .put(
            "newest",
            new Tree.Literal(newest == null ? "null" : Integer.toString(newest.version())));
  }

  private Answer insert(Call call) throws IOException {
    call.outcome("not-applied");
    String name = call.segment("name");
    EventFormat format = Asked.format(call);
    if (format == EventFormat.BYTES) {
      throw Asked.bad("Bytes are no rows of a table");
    }
    return pushes.answer(
        call,
        tables.changing(name),
        new Lines() {
          @Override
          public RowLines lines(ReceivedBody body, boolean keepsBadLines) throws IOException {
            return tables.rows(name, body.input(), format);
          }
        });
  }

  private Answer delete(Call call) throws IOException {
    call.outcome("not-applied");
    String name = call.segment("name");
    String key = call.parameter("key");
    String text = key == null && call.hasSegment("key") ? call.segment("key") : key;
    if (text == null) {
      throw Asked.bad("Wanted is key: the row to delete");
    }
    Tables.AskedKey asked = asked(call);
    return pushes.answer(
        call,
        tables.changing(name),
        new Lines() {
          @Override
          public RowLines lines(ReceivedBody body, boolean keepsBadLines) throws IOException {
            return tables.deletion(name, asked);
          }

          @Override
          public Multihash hash(ReceivedBody body) {
            return Multihash.sha3(text.getBytes(StandardCharsets.UTF_8));
          }
        });
  }

  private interface Lines extends Shape {
    @Override
    default @Nullable InputFormat format() {
      return null;
    }
  }

  private static Tables.AskedKey asked(Call call) {
    String array = call.parameter("key");
    if (array != null) {
      return fields -> RowKey.ofArray(fields, array);
    }
    String text = call.segment("key");
    return fields -> RowKey.ofText(fields, text);
  }

  private Answer row(Call call) {
    byte[] row = tables.row(call.segment("name"), Asked.version(call), asked(call));
    return Answer.bytes(200, Answer.JSON, row);
  }

  private Answer rows(Call call) {
    if (call.parameter("key") != null) {
      return row(call);
    }
    boolean areLines = call.choice("format", "json", List.of("json", "ndjson")).equals("ndjson");
    int limit = (int) call.number("limit", ROWS, ROWS_MAX);
    Tables.Page page =
        tables.page(
            call.segment("name"),
            Asked.version(call),
            call.parameter("after"),
            limit,
            PAGE_BYTES_MAX);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String next = page.next();
    if (areLines) {
      for (byte[] row : page.rows()) {
        out.writeBytes(row);
        out.write('\n');
      }
      Answer answer = Answer.bytes(200, NDJSON, out.toByteArray());
      return next == null ? answer : answer.withHeader("Rows-Next", next);
    }
    out.writeBytes("{\"rows\":[".getBytes(StandardCharsets.US_ASCII));
    boolean isFirst = true;
    for (byte[] row : page.rows()) {
      if (!isFirst) {
        out.write(',');
      }
      isFirst = false;
      out.writeBytes(row);
    }
    String end = "],\"next\":" + (next == null ? "null" : "\"" + next + "\"") + "}";
    out.writeBytes(end.getBytes(StandardCharsets.US_ASCII));
    return Answer.bytes(200, Answer.JSON, out.toByteArray());
  }
}
