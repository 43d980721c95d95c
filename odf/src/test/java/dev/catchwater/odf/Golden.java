package dev.catchwater.odf;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.stream.Stream;

/// The datasets written by kamu, which lie in the conformance module.
public final class Golden {
  public static final Path ROOT = root();

  private Golden() {}

  /// The files whose path below the root fits the pattern, sorted.
  public static List<Path> files(String glob) throws IOException {
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
    try (Stream<Path> all = Files.walk(ROOT)) {
      return all.filter(path -> matcher.matches(ROOT.relativize(path))).sorted().toList();
    }
  }

  private static Path root() {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path golden = folder.resolve("conformance/src/test/resources/golden");
      if (Files.isDirectory(golden)) {
        return golden;
      }
    }
    throw new IllegalStateException("no golden datasets above " + Path.of("").toAbsolutePath());
  }
}
