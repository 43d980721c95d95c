package dev.catchwater.columnar.slice;

import java.nio.file.Files;
import java.nio.file.Path;

/// Where the datasets made by kamu lie: in the conformance module, which is the one that owns them.
final class Golden {
  private Golden() {}

  static Path folder() {
    Path module = Path.of("").toAbsolutePath();
    Path golden = module.resolveSibling("conformance/src/test/resources/golden");
    if (!Files.isDirectory(golden)) {
      throw new IllegalStateException("no golden datasets at " + golden);
    }
    return golden;
  }
}
