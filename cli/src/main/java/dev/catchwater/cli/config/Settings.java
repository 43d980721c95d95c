package dev.catchwater.cli.config;

import dev.catchwater.cli.Session;
import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.storage.Workspace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The settings of one command: an environment variable wins over the workspace's file, that over
/// the user's, that over the standard. Where there are no files, nothing is read.
public final class Settings {
  private static final String FILE = ".catchwaterconfig";

  private final Session session;

  /// Where a setting is kept.
  public enum Scope {
    USER,
    WORKSPACE
  }

  public Settings(Session session) {
    this.session = session;
  }

  /// The value of a setting, or its standard.
  ///
  /// @throws CatchwaterException `BAD_ARGUMENT` or `BAD_MANIFEST` naming where a bad value stands
  public String value(Setting setting) {
    String value = find(setting);
    return value == null ? setting.standard() : value;
  }

  /// The value of a setting that is a number.
  public long number(Setting setting) {
    return Long.parseLong(value(setting));
  }

  /// The value of a setting that is a size, in bytes.
  public long bytes(Setting setting) {
    return Units.bytes(value(setting));
  }

  /// The value of a setting that is a time.
  public Duration duration(Setting setting) {
    return Duration.ofMillis(Units.millis(value(setting)));
  }

  /// The value of a setting that is `true` or `false`.
  public boolean flag(Setting setting) {
    return value(setting).equals("true");
  }

  /// The words of a setting that may have several.
  public List<String> words(Setting setting) {
    List<String> words = new ArrayList<>();
    for (String word : List.of(value(setting).split(",", -1))) {
      if (!word.isBlank()) {
        words.add(word.strip());
      }
    }
    return words;
  }

  private @Nullable String find(Setting setting) {
    String variable = session.environment().get(setting.variable());
    if (variable != null && !variable.isEmpty()) {
      return setting.check(variable, setting.variable());
    }
    for (Scope scope : new Scope[] {Scope.WORKSPACE, Scope.USER}) {
      Path file = file(scope);
      String value = file == null ? null : read(file).get(setting.key());
      if (value != null) {
        return setting.check(value, String.valueOf(file));
      }
    }
    return null;
  }

  /// What is set in one file.
  public Map<String, String> read(Scope scope) {
    Path file = file(scope);
    return file == null ? Map.of() : read(file);
  }

  /// What is set in either file; the workspace wins.
  public Map<String, String> readBoth() {
    Map<String, String> values = new TreeMap<>(read(Scope.USER));
    values.putAll(read(Scope.WORKSPACE));
    return values;
  }

  private Map<String, String> read(Path file) {
    try {
      if (!session.disk().exists(file)) {
        return Map.of();
      }
      String text = new String(session.disk().readAll(file), StandardCharsets.UTF_8);
      return ConfigText.read(file.toString(), text);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /// Keeps settings durably, in the place of those that were kept.
  ///
  /// @throws CatchwaterException `WORKSPACE_NOT_FOUND`, or `BAD_ARGUMENT` where the user has no
  ///   home
  public void write(Scope scope, Map<String, String> values) {
    Path file = file(scope);
    Path folder = file == null ? null : file.getParent();
    if (file == null || folder == null) {
      throw scope == Scope.USER
          ? CatchwaterException.of(ErrorCode.BAD_ARGUMENT, "HOME is not set")
          : CatchwaterException.of(
                  ErrorCode.WORKSPACE_NOT_FOUND, "Directory is not a kamu workspace")
              .withHint("catchwater init makes one here");
    }
    Disk disk = session.disk();
    Path temporary = folder.resolve(FILE + ".new");
    byte[] bytes = ConfigText.write(values).getBytes(StandardCharsets.UTF_8);
    try {
      disk.delete(temporary);
      try (DiskFile out = disk.create(temporary)) {
        out.write(bytes, 0, bytes.length, 0);
        out.force();
      }
      disk.rename(temporary, file);
      disk.syncDirectory(folder);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private static CatchwaterException failure(Path file, IOException e) {
    return CatchwaterException.of(ErrorCode.STORAGE_FAILED, file + ": " + e.getMessage())
        .withCause(e);
  }

  /// Where a scope is kept; null outside of a workspace, or without a home.
  private @Nullable Path file(Scope scope) {
    if (scope == Scope.USER) {
      String home = session.environment().get("HOME");
      return home == null || home.isEmpty() ? null : Path.of(home).resolve(FILE);
    }
    String forced = session.environment().get(Workspace.VARIABLE);
    Optional<Path> root = Workspace.locate(session.disk(), session.folder(), forced);
    return root.isEmpty() ? null : root.get().resolve(FILE);
  }

  /// The values with their keys nested, as YAML.
  public static String yaml(Map<String, String> values) {
    return ConfigText.nested(values);
  }
}
