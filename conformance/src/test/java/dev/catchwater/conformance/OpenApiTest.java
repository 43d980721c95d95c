package dev.catchwater.conformance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import dev.catchwater.storage.ReservedNames;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The OpenAPI document and the reference page say what the table of routes says.
class OpenApiTest {
  private static final Path PAGE = Path.of("../docs/reference/http.md");

  @Test
  void theDocumentIsTheTable(@TempDir Path folder) {
    try (Served served = Served.of(Sandbox.in(folder))) {
      String document = served.get("/openapi.json").body();
      Set<String> documented = operations(document);
      assertThat(documented).isEqualTo(served.server().operations());
    }
  }

  @Test
  void thePageHasEveryRoute(@TempDir Path folder) throws Exception {
    String page = Files.readString(PAGE, StandardCharsets.UTF_8);
    try (Served served = Served.of(Sandbox.in(folder))) {
      for (String operation : served.server().operations()) {
        String route = operation.substring(0, operation.indexOf(" ?"));
        assertThat(page).contains("`" + route + "`");
      }
    }
  }

  @Test
  void theFirstWordsOfRoutesAreNoNamesOfDatasets(@TempDir Path folder) {
    try (Served served = Served.of(Sandbox.in(folder))) {
      for (String operation : served.server().operations()) {
        String path = operation.substring(operation.indexOf('/') + 1, operation.indexOf(" ?"));
        String word = path.contains("/") ? path.substring(0, path.indexOf('/')) : path;
        assertThat(word.startsWith("{") || ReservedNames.has(word)).as(operation).isTrue();
      }
    }
  }

  @Test
  void TH31_noRouteTakesAnAddressToFetchFrom(@TempDir Path folder) {
    try (Served served = Served.of(Sandbox.in(folder))) {
      for (String operation : served.server().operations()) {
        // The only webhooks are those that come in.
        assertThat(
                operation
                    .replace("POST /{dataset}/webhook/{name} ?", "")
                    .toLowerCase(java.util.Locale.ROOT))
            .doesNotContain("url", "uri", "href", "callback", "webhook", "remote", "address");
      }
    }
  }

  /// `GET /{dataset}/tail ?limit ?skip` of each operation, parameters in their order.
  private static Set<String> operations(String document) {
    Set<String> operations = new TreeSet<>();
    Tree.Fields root = fields(JsonTree.read(document));
    for (Map.Entry<String, Tree> path : fields(root.fields().get("paths")).fields().entrySet()) {
      for (Map.Entry<String, Tree> operation : fields(path.getValue()).fields().entrySet()) {
        Set<String> parameters = new TreeSet<>();
        Tree listed = fields(operation.getValue()).fields().get("parameters");
        for (Tree parameter : ((Tree.Items) requireNonNull(listed)).items()) {
          if (text(parameter, "in").equals("query")) {
            parameters.add(text(parameter, "name"));
          }
        }
        String method = operation.getKey().toUpperCase(java.util.Locale.ROOT);
        operations.add(method + " " + path.getKey() + " ?" + String.join(" ?", parameters));
      }
    }
    return operations;
  }

  private static Tree.Fields fields(@Nullable Tree tree) {
    return (Tree.Fields) requireNonNull(tree);
  }

  private static String text(Tree tree, String name) {
    return ((Tree.Text) requireNonNull(fields(tree).fields().get(name))).value();
  }
}
