package dev.catchwater.server.api;

import dev.catchwater.server.access.Right;
import dev.catchwater.server.http.Route;
import dev.catchwater.server.quarantine.QuarantineRoutes;
import dev.catchwater.server.socket.EventsRoute;
import dev.catchwater.server.socket.IngestSocketRoute;
import dev.catchwater.server.socket.SocketDoor;
import dev.catchwater.server.tables.StreamRoutes;
import dev.catchwater.server.tables.TableRoutes;
import dev.catchwater.server.tables.ViewRoutes;
import java.util.ArrayList;
import java.util.List;

/// The table of what the server answers. It drives routing, what is allowed where, which query
/// parameters are known, what a caller needs, and the check of `openapi.json`.
public final class ApiRoutes {
  private ApiRoutes() {}

  /// All routes.
  ///
  /// @param sockets where WebSockets begin
  public static List<Route> of(Premises premises, SocketDoor sockets) {
    Table table = new Table();
    addPushes(table, premises);
    addSockets(table, premises, sockets);
    addReads(table, premises, sockets);
    table.routes.addAll(
        new QuarantineRoutes(premises.live(), premises.bodies(), premises::dataset).routes());
    table.routes.addAll(new StreamRoutes(premises).routes());
    table.routes.addAll(new TableRoutes(premises).routes());
    table.routes.addAll(new ViewRoutes(premises).routes());
    addCopies(table, premises);
    addUploads(table, premises);
    addSystem(table, premises);
    return List.copyOf(table.routes);
  }

  /// The lines so far.
  private static final class Table {
    private final List<Route> routes = new ArrayList<>();

    void get(Right right, String path, String summary, Route.Action action, String... parameters) {
      routes.add(new Route("GET", path, summary, List.of(parameters), right, action));
    }

    void add(Right right, String method, String path, String summary, Route.Action action) {
      routes.add(new Route(method, path, summary, List.of(), right, action));
    }

    void post(Right right, String path, String summary, Route.Action action, String... parameters) {
      routes.add(new Route("POST", path, summary, List.of(parameters), right, action));
    }
  }

  private static void addPushes(Table table, Premises premises) {
    IngestRoute pushes = new IngestRoute(premises);
    table.post(
        Right.APPEND,
        "/{dataset}/ingest",
        "Push rows into a dataset; 200 means that they are durable",
        pushes::answer,
        "sourceName",
        "uploadToken",
        "from",
        "dryRun",
        "wait",
        "allowEmpty",
        "strict",
        "onError");
    table.post(
        Right.OPEN,
        "/{dataset}/webhook/{name}",
        "Push an event that its sender signed",
        new WebhookRoute(premises, pushes)::answer);
    ReceiptRoutes receipts = new ReceiptRoutes(premises);
    table.get(
        Right.OPEN, "/receipts/key", "The public key that receipts are signed with", receipts::key);
    table.get(
        Right.OPEN,
        "/receipts/keys",
        "The public keys of receipts, those that were replaced with their end",
        receipts::keys);
    table.get(Right.ANY, "/receipts/{id}", "A receipt as it stands now", receipts::any);
    table.get(Right.READ, "/{dataset}/receipts/{id}", "A receipt of the dataset", receipts::one);
    SourceRoutes sources = new SourceRoutes(premises);
    table.get(Right.READ, "/{dataset}/sources", "The push sources of a dataset", sources::list);
    table.post(
        Right.MANAGE,
        "/{dataset}/sources",
        "Add or change push sources",
        sources::add,
        "addColumns");
  }

  private static void addSockets(Table table, Premises premises, SocketDoor sockets) {
    table.get(
        Right.APPEND,
        "/{dataset}/ingest",
        "Push rows over a WebSocket, many messages at once",
        new IngestSocketRoute(premises, sockets)::answer,
        IngestSocketRoute.PARAMETERS.toArray(String[]::new));
  }

  private static void addReads(Table table, Premises premises, SocketDoor sockets) {
    table.get(
        Right.READ,
        "/{dataset}/tail",
        "The last rows of a dataset by offset",
        new ReadRoutes(premises)::tail,
        "skip",
        "limit",
        "dataFormat",
        "schemaFormat");
    table.get(
        Right.READ,
        "/{dataset}/events",
        "Rows as they become durable, as server-sent events or over a WebSocket",
        new EventsRoute(premises, sockets)::answer,
        "from");
    ProvenAnswers proofs = new ProvenAnswers(premises);
    QueryRoutes queries = new QueryRoutes(premises, proofs);
    String[] keys = Question.KEYS.toArray(String[]::new);
    table.get(Right.READ, "/{dataset}/rows/{key}", "The row of a key as it stands", queries::row);
    table.get(Right.ANY, "/query", "Run a statement", queries::byAddress, keys);
    table.post(Right.ANY, "/query", "Run a statement", queries::byBody);
    table.post(Right.ANY, "/verify", "Whether a proven answer holds", proofs::verify);
    DatasetRoutes datasets = new DatasetRoutes(premises);
    table.get(Right.ANY, "/datasets", "The datasets of the workspace", datasets::list);
    table.get(Right.READ, "/datasets/{id}", "One dataset, by id or name", datasets::one);
    table.get(
        Right.READ,
        "/{dataset}/metadata",
        "What the chain of a dataset says",
        datasets::metadata,
        "include",
        "schemaFormat");
  }

  private static void addCopies(Table table, Premises premises) {
    CopyRoutes copies = new CopyRoutes(premises);
    table.get(Right.READ, "/{dataset}/refs/{ref}", "The hash of the head", copies::reference);
    table.get(Right.READ, "/{dataset}/blocks/{hash}", "A block of the chain", copies::block);
    table.get(Right.READ, "/{dataset}/data/{hash}", "A slice", copies::data);
    table.get(Right.READ, "/{dataset}/checkpoints/{hash}", "A checkpoint", copies::checkpoint);
  }

  private static void addUploads(Table table, Premises premises) {
    UploadRoutes uploads = new UploadRoutes(premises);
    table.post(
        Right.ANY,
        "/platform/file/upload/prepare",
        "Announce a file",
        uploads::prepare,
        "fileName",
        "contentLength",
        "contentType");
    table.post(Right.ANY, "/platform/file/upload/{token}", "Upload a file", uploads::receive);
    table.get(
        Right.ANY,
        "/platform/file/upload/{token}",
        "An uploaded file; by HEAD how much of it is there",
        uploads::file);
    table.add(
        Right.ANY,
        "PATCH",
        "/platform/file/upload/{token}",
        "Go on with an upload",
        uploads::append);
    table.add(
        Right.ANY, "DELETE", "/platform/file/upload/{token}", "Drop an upload", uploads::delete);
  }

  private static void addSystem(Table table, Premises premises) {
    SystemRoutes system = new SystemRoutes(premises);
    table.get(Right.OPEN, "/info", "What this server is", system::info);
    table.get(Right.ANY, "/system/info", "Versions of the server", system::systemInfo);
    table.get(
        Right.OPEN,
        "/system/health",
        "Whether the server lives and takes pushes",
        system::health,
        "type");
    table.get(Right.OPEN, "/openapi.json", "This table as an OpenAPI document", system::openApi);
  }
}
