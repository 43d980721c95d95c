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
    List<Route> routes = new ArrayList<>();
    addPushes(routes, premises);
    addReads(routes, premises);
    addSystem(routes, premises);
    return List.copyOf(routes);
  }

  private static void addPushes(List<Route> routes, Premises premises) {
    IngestRoute ingest = new IngestRoute(premises);
    routes.add(
        new Route(
            "POST",
            "/{dataset}/ingest",
            "Push rows into a dataset; 200 means that they are durable",
            List.of("sourceName", "dryRun", "wait", "allowEmpty", "strict", "onError"),
            ingest::answer));
  }

  private static void addReads(List<Route> routes, Premises premises) {
    ReadRoutes reads = new ReadRoutes(premises);
    routes.add(
        new Route(
            "GET",
            "/{dataset}/tail",
            "The last rows of a dataset by offset",
            List.of("skip", "limit", "dataFormat", "schemaFormat"),
            reads::tail));
  }

  private static void addSystem(List<Route> routes, Premises premises) {
    SystemRoutes system = new SystemRoutes(premises);
    routes.add(new Route("GET", "/info", "What this server is", List.of(), system::info));
    routes.add(
        new Route("GET", "/system/info", "Versions of the server", List.of(), system::systemInfo));
    routes.add(
        new Route(
            "GET",
            "/system/health",
            "Whether the server lives and takes pushes",
            List.of("type"),
            system::health));
  }
}
