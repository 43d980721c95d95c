package dev.catchwater.server.api;

import dev.catchwater.server.http.Route;
import java.util.ArrayList;
import java.util.List;

/// The table of what the server answers. It drives routing, what is allowed where, which query
/// parameters are known, and the check of `openapi.json`.
public final class ApiRoutes {
  private ApiRoutes() {}

  /// All routes.
  public static List<Route> of(Premises premises) {
    Table table = new Table();
    addPushes(table, premises);
    addReads(table, premises);
    addCopies(table, premises);
    addUploads(table, premises);
    addSystem(table, premises);
    return List.copyOf(table.routes);
  }

  /// The lines so far.
  private static final class Table {
    private final List<Route> routes = new ArrayList<>();

    void get(String path, String summary, Route.Action action, String... parameters) {
      routes.add(new Route("GET", path, summary, List.of(parameters), action));
    }

    void add(String method, String path, String summary, Route.Action action) {
      routes.add(new Route(method, path, summary, List.of(), action));
    }

    void post(String path, String summary, Route.Action action, String... parameters) {
      routes.add(new Route("POST", path, summary, List.of(parameters), action));
    }
  }

  private static void addPushes(Table table, Premises premises) {
    table.post(
        "/{dataset}/ingest",
        "Push rows into a dataset; 200 means that they are durable",
        new IngestRoute(premises)::answer,
        "sourceName",
        "uploadToken",
        "dryRun",
        "wait",
        "allowEmpty",
        "strict",
        "onError");
    ReceiptRoutes receipts = new ReceiptRoutes(premises);
    table.get("/receipts/key", "The public key that receipts are signed with", receipts::key);
    table.get("/receipts/{id}", "A receipt as it stands now", receipts::any);
    table.get("/{dataset}/receipts/{id}", "A receipt of the dataset", receipts::one);
    SourceRoutes sources = new SourceRoutes(premises);
    table.get("/{dataset}/sources", "The push sources of a dataset", sources::list);
    table.post("/{dataset}/sources", "Add or change push sources", sources::add, "addColumns");
  }

  private static void addReads(Table table, Premises premises) {
    table.get(
        "/{dataset}/tail",
        "The last rows of a dataset by offset",
        new ReadRoutes(premises)::tail,
        "skip",
        "limit",
        "dataFormat",
        "schemaFormat");
    table.get(
        "/{dataset}/events",
        "Rows as they become durable, as server-sent events",
        new EventsRoute(premises)::answer,
        "from");
    QueryRoutes queries = new QueryRoutes(premises);
    String[] keys = QueryRoutes.KEYS.toArray(String[]::new);
    table.get("/{dataset}/rows/{key}", "The row of a key as it stands", queries::row);
    table.get("/query", "Run a statement", queries::byAddress, keys);
    table.post("/query", "Run a statement", queries::byBody);
    DatasetRoutes datasets = new DatasetRoutes(premises);
    table.get("/datasets", "The datasets of the workspace", datasets::list);
    table.get("/datasets/{id}", "One dataset, by id or name", datasets::one);
    table.get(
        "/{dataset}/metadata",
        "What the chain of a dataset says",
        datasets::metadata,
        "include",
        "schemaFormat");
  }

  private static void addCopies(Table table, Premises premises) {
    CopyRoutes copies = new CopyRoutes(premises);
    table.get("/{dataset}/refs/{ref}", "The hash of the head", copies::reference);
    table.get("/{dataset}/blocks/{hash}", "A block of the chain", copies::block);
    table.get("/{dataset}/data/{hash}", "A slice", copies::data);
    table.get("/{dataset}/checkpoints/{hash}", "A checkpoint", copies::checkpoint);
  }

  private static void addUploads(Table table, Premises premises) {
    UploadRoutes uploads = new UploadRoutes(premises);
    table.post(
        "/platform/file/upload/prepare",
        "Announce a file",
        uploads::prepare,
        "fileName",
        "contentLength",
        "contentType");
    table.post("/platform/file/upload/{token}", "Upload a file", uploads::receive);
    table.get(
        "/platform/file/upload/{token}",
        "An uploaded file; by HEAD how much of it is there",
        uploads::file);
    table.add("PATCH", "/platform/file/upload/{token}", "Go on with an upload", uploads::append);
    table.add("DELETE", "/platform/file/upload/{token}", "Drop an upload", uploads::delete);
  }

  private static void addSystem(Table table, Premises premises) {
    SystemRoutes system = new SystemRoutes(premises);
    table.get("/info", "What this server is", system::info);
    table.get("/system/info", "Versions of the server", system::systemInfo);
    table.get(
        "/system/health", "Whether the server lives and takes pushes", system::health, "type");
    table.get("/openapi.json", "This table as an OpenAPI document", system::openApi);
  }
}
