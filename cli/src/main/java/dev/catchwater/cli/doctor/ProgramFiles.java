package dev.catchwater.cli.doctor;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The files that the program consists of, against the list of SHA-256 hashes that was written when
/// they were built, `program.sha256`, lines of `hash path`. The list was made from libraries that
/// were compared with `tools/dependencies.sha256`. Immutable.
public final class ProgramFiles {
  private static final String BUILD_FOLDER = "catchwater.build";
  private static final int HASH_DIGITS = 64;
  private static final int BUFFER_BYTES = 1 << 20;

  private final Path build;

  ProgramFiles(Path build) {
    this.build = build;
  }

  /// The files of this process; empty where the launcher did not start it, as in tests.
  public static Optional<ProgramFiles> ofThisProcess() {
    String folder = System.getProperty(BUILD_FOLDER);
    return folder == null
        ? Optional.empty()
        : Optional.of(new ProgramFiles(Path.of(folder))).filter(ProgramFiles::isListed);
  }

  private boolean isListed() {
    return Files.exists(list());
  }

  private Path list() {
    return build.resolve("program.sha256");
  }

  /// What is not as it was built: a sentence for each file, none where all is well.
  ///
  /// @throws CatchwaterException `STORAGE_FAILED` where a file cannot be read
  public List<String> differences() {
    List<String> differences = new ArrayList<>();
    try {
      Set<Path> listed = new HashSet<>();
      for (String line : Files.readAllLines(list())) {
        if (line.length() <= HASH_DIGITS + 2) {
          throw new IOException("a line of it is '" + line + "'");
        }
        String name = line.substring(HASH_DIGITS + 2);
        Path file = build.resolve(name);
        listed.add(file);
        if (!Files.exists(file)) {
          differences.add(name + " is missing");
        } else if (!line.startsWith(hash(file))) {
          differences.add(name + " is not the file that was built");
        }
      }
      addUnlisted("lib", listed, differences);
      addUnlisted("lib-flight", listed, differences);
    } catch (IOException e) {
      throw CatchwaterException.of(
              ErrorCode.STORAGE_FAILED,
              "The program cannot be compared with " + list() + ": " + e.getMessage())
          .withHint(mend())
          .withCause(e);
    }
    return differences;
  }

  private void addUnlisted(String folder, Set<Path> listed, List<String> differences)
      throws IOException {
    if (!Files.isDirectory(build.resolve(folder))) {
      return;
    }
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(build.resolve(folder))) {
      for (Path jar : jars) {
        if (!listed.contains(jar)) {
          differences.add(build.relativize(jar) + " was not built");
        }
      }
    }
  }

  /// Refuses to go on where a file is not as it was built.
  ///
  /// @throws CatchwaterException `CORRUPT` with the first of them
  public void requireGenuine() {
    List<String> differences = differences();
    if (!differences.isEmpty()) {
      throw CatchwaterException.of(
              ErrorCode.CORRUPT, "The program was changed: " + differences.get(0))
          .withHint(mend());
    }
  }

  /// What makes the program whole again.
  String mend() {
    return "remove " + build + " and run the command again: it is built anew";
  }

  private static String hash(Path file) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
