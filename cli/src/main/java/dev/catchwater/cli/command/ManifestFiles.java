package dev.catchwater.cli.command;

import dev.catchwater.cli.Session;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.manifest.DatasetSnapshot;
import dev.catchwater.odf.manifest.Manifests;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/// The manifests that `add` is given: files, addresses, folders, standard input.
final class ManifestFiles {
  private static final int MARKER_LINES = 4;

  private final Session session;

  ManifestFiles(Session session) {
    this.session = session;
  }

  /// All snapshots of all manifests in their order. Every manifest is read before any failure is
  /// told, so that a person sees all of them at once.
  List<DatasetSnapshot> read(List<String> references) {
    List<DatasetSnapshot> snapshots = new ArrayList<>();
    List<CatchwaterException> failures = new ArrayList<>();
    for (String reference : references) {
      try {
        snapshots.addAll(Manifests.readSnapshots(reference, bytes(reference)));
      } catch (CatchwaterException e) {
        if (e.details().isEmpty()) {
          failures.add(e);
        } else {
          failures.addAll(e.details());
        }
      }
    }
    if (!failures.isEmpty()) {
      throw CatchwaterException.of(ErrorCode.BAD_MANIFEST, "Failed to load manifests")
          .withDetails(failures);
    }
    return snapshots;
  }

  /// The snapshots on standard input.
  List<DatasetSnapshot> readStdin() throws IOException {
    byte[] bytes = session.stdin().readAllBytes();
    try {
      return Manifests.readSnapshots("STDIN", bytes);
    } catch (CatchwaterException e) {
      throw CatchwaterException.of(ErrorCode.BAD_MANIFEST, "Failed to load manifests")
          .withDetails(e.details().isEmpty() ? List.of(e) : e.details());
    }
  }

  /// The bytes of one manifest.
  byte[] bytes(String reference) {
    try {
      if (Remote.isUrl(reference)) {
        try (InputStream in = Remote.open(reference)) {
          return in.readAllBytes();
        }
      }
      Path file = session.resolve(reference);
      if (Files.isDirectory(file)) {
        throw CatchwaterException.at(ErrorCode.BAD_ARGUMENT, Place.of(reference), "Is a folder")
            .withHint("--recursive takes all manifests in it");
      }
      if (!Files.exists(file)) {
        throw CatchwaterException.at(
            ErrorCode.OBJECT_NOT_FOUND, Place.of(reference), "No such file or directory");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw CatchwaterException.at(
              ErrorCode.STORAGE_FAILED,
              Place.of(reference),
              Files.isReadable(session.resolve(reference))
                  ? "Cannot be read: " + e.getMessage()
                  : "Permission denied")
          .withCause(e);
    }
  }

  /// The manifests below folders: `*.yaml` files whose first lines, comments aside, name the kind.
  List<String> findRecursively(List<String> roots) throws IOException {
    List<String> found = new ArrayList<>();
    for (String root : roots) {
      List<Path> files = new ArrayList<>();
      try (Stream<Path> below = Files.walk(session.resolve(root), FileVisitOption.FOLLOW_LINKS)) {
        below.forEach(files::add);
      }
      Collections.sort(files);
      for (Path file : files) {
        boolean isYaml = file.toString().endsWith(".yaml") || file.toString().endsWith(".yml");
        if (isYaml && Files.isRegularFile(file) && isSnapshot(file)) {
          found.add(
              file.startsWith(session.folder())
                  ? session.folder().relativize(file).toString()
                  : file.toString());
        }
      }
    }
    return found;
  }

  private static boolean isSnapshot(Path file) throws IOException {
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    int lines = 0;
    for (String line : text.split("\n", -1)) {
      String content = line.strip();
      if (content.isEmpty() || content.startsWith("#")) {
        continue;
      }
      if (content.contains("DatasetSnapshot")) {
        return true;
      }
      lines++;
      if (lines == MARKER_LINES) {
        return false;
      }
    }
    return false;
  }
}
