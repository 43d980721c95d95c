package dev.catchwater.conformance.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The files of the repository that people write: no build output, no fixtures made by others.
final class Repository {
  private static final Set<String> SKIPPED =
      Set.of(".git", "target", ".venv", ".build", ".idea", ".vscode", "__pycache__", "golden");
  private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

  private final Path root;
  private final List<Path> files;

  private Repository(Path root, List<Path> files) {
    this.root = root;
    this.files = files;
  }

  /// The repository that this module lies in.
  static Repository open() {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("ARCHITECTURE.md"))) {
      Path parent = root.getParent();
      if (parent == null) {
        throw new IllegalStateException("No ARCHITECTURE.md above " + Path.of("").toAbsolutePath());
      }
      root = parent;
    }
    List<Path> files = new ArrayList<>();
    try {
      Files.walkFileTree(root, new Collector(files));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    files.sort(null);
    return new Repository(root, files);
  }

  Path root() {
    return root;
  }

  /// Every file whose name ends with one of the endings, sorted.
  List<Path> filesEndingWith(String... endings) {
    return files.stream()
        .filter(file -> List.of(endings).stream().anyMatch(file.toString()::endsWith))
        .toList();
  }

  /// Java sources of the product, not of its tests.
  List<Path> mainSources() {
    return filesEndingWith(".java").stream()
        .filter(file -> file.toString().contains("/src/main/java/"))
        .toList();
  }

  /// The module folders, in the order of the parent POM.
  List<String> modules() {
    List<String> modules = new ArrayList<>();
    Matcher matcher = MODULE.matcher(read(root.resolve("pom.xml")));
    while (matcher.find()) {
      modules.add(matcher.group(1));
    }
    return modules;
  }

  /// The path as a person writes it, from the root.
  String shown(Path file) {
    return root.relativize(file).toString();
  }

  String read(String path) {
    return read(root.resolve(path));
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }

  private static final class Collector extends SimpleFileVisitor<Path> {
    private final List<Path> files;

    Collector(List<Path> files) {
      this.files = files;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      return SKIPPED.contains(folder.getFileName().toString())
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      files.add(file);
      return FileVisitResult.CONTINUE;
    }
  }
}
