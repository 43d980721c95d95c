package dev.catchwater.storage;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskLock;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.manifest.Manifests;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The places with many datasets that a workspace has a name for: `repo/dataset` then stands for
/// the address `<url>/dataset`. Kept as kamu keeps them, a manifest of kind `Repository` each, in
/// `repos/`. Names are compared without case. Thread-safe.
public final class Repositories {
  private final Workspace workspace;
  private final Disk disk;
  private final Path folder;

  /// A name and what it stands for.
  ///
  /// @param url ends with a slash
  public record Repository(DatasetName name, String url) {}

  public Repositories(Workspace workspace) {
    this.workspace = workspace;
    this.disk = workspace.disk();
    this.folder = workspace.layout().repositories();
  }

  /// All of them by name.
  public List<Repository> list() {
    List<Repository> repositories = new ArrayList<>();
    try {
      for (String file : disk.list(folder)) {
        if (DatasetName.isName(file)) {
          find(DatasetName.parse(file)).ifPresent(repositories::add);
        }
      }
    } catch (IOException e) {
      throw DiskFailure.of(folder, e);
    }
    return repositories;
  }

  /// The one of that name.
  public Optional<Repository> find(DatasetName name) {
    Path file = file(name);
    try {
      String url = Manifests.readRepository(file.toString(), disk.readAll(file));
      return Optional.of(new Repository(name, url.endsWith("/") ? url : url + "/"));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw DiskFailure.of(file, e);
    }
  }

  /// The one of that name.
  ///
  /// @throws CatchwaterException `OBJECT_NOT_FOUND`
  public Repository require(DatasetName name) {
    Optional<Repository> found = find(name);
    if (found.isEmpty()) {
      throw CatchwaterException.of(
          ErrorCode.OBJECT_NOT_FOUND, "Repository " + name + " does not exist");
    }
    return found.get();
  }

  /// The address that `repo/dataset` or `repo/account/dataset` stands for; empty where the first
  /// word is no name of a repository.
  public Optional<String> resolve(String reference) {
    int slash = reference.indexOf('/');
    String first = slash < 0 ? "" : reference.substring(0, slash);
    if (!DatasetName.isName(first)) {
      return Optional.empty();
    }
    return find(DatasetName.parse(first))
        .map(repository -> repository.url() + reference.substring(slash + 1));
  }

  /// Gives an address a name, durably.
  ///
  /// @throws CatchwaterException `ALREADY_EXISTS`
  public void add(DatasetName name, String url) {
    try (DiskLock _ = workspace.lockNames()) {
      if (disk.exists(file(name))) {
        throw CatchwaterException.of(
            ErrorCode.ALREADY_EXISTS, "Repository " + name + " already exists");
      }
      disk.createDirectories(folder);
      disk.syncDirectory(workspace.root());
      Path build = workspace.layout().build();
      disk.createDirectories(build);
      Path temporary = build.resolve("repository");
      Workspace.write(disk, temporary, Manifests.repository(url));
      disk.rename(temporary, file(name));
      disk.syncDirectory(folder);
    } catch (IOException e) {
      throw DiskFailure.of(file(name), e);
    }
  }

  /// Forgets a name, durably.
  ///
  /// @throws CatchwaterException `OBJECT_NOT_FOUND`
  public void delete(DatasetName name) {
    try (DiskLock _ = workspace.lockNames()) {
      disk.delete(file(require(name).name()));
      disk.syncDirectory(folder);
    } catch (IOException e) {
      throw DiskFailure.of(file(name), e);
    }
  }

  private Path file(DatasetName name) {
    return folder.resolve(name.lowerCase());
  }
}
