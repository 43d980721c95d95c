package dev.catchwater.storage;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.DiskLock;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.event.MetadataEvent.SetTransform;
import dev.catchwater.odf.event.MetadataEvent.TransformInput;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.manifest.DatasetSnapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A `.catchwater` folder and the datasets in it.
///
/// Names are compared without case. A dataset appears, changes its name or goes in one step: a
/// crash leaves the state before or after it. What a crash leaves behind lies in `run/` and is
/// collected by the next operation that changes names. Thread-safe; several processes may work on
/// one workspace.
public final class Workspace {
  /// The environment variable that names the workspace to be used, see [#locate].
  public static final String VARIABLE = "CATCHWATER_WORKSPACE";

  private static final String VERSION = "1";
  private static final String[] FOLDERS = {"datasets", "index", "journal", "state", "run"};

  private final Disk disk;
  private final WorkspaceLayout layout;
  private final @Nullable WriterSteward steward;

  private Workspace(Disk disk, WorkspaceLayout layout) {
    this(disk, layout, null);
  }

  private Workspace(Disk disk, WorkspaceLayout layout, @Nullable WriterSteward steward) {
    this.disk = disk;
    this.layout = layout;
    this.steward = steward;
  }

  /// The same workspace; whoever writes to one of its datasets goes past the steward first.
  public Workspace withSteward(WriterSteward minds) {
    return new Workspace(disk, layout, minds);
  }

  /// Makes an empty workspace in a folder that is there.
  ///
  /// @throws CatchwaterException `ALREADY_EXISTS` if it has one
  public static Workspace init(Disk disk, Path directory) {
    WorkspaceLayout layout = new WorkspaceLayout(directory.resolve(WorkspaceLayout.FOLDER));
    try {
      if (disk.exists(layout.version())) {
        throw CatchwaterException.of(
            ErrorCode.ALREADY_EXISTS, "Directory is already a kamu workspace");
      }
      try {
        disk.createPrivateDirectory(layout.root());
      } catch (FileAlreadyExistsException e) {
        // of an init that did not end; without a version it is no workspace yet
      }
      for (String folder : FOLDERS) {
        disk.createDirectories(layout.root().resolve(folder));
      }
      if (!disk.exists(layout.keys())) {
        disk.createPrivateDirectory(layout.keys());
      }
      disk.syncDirectory(layout.root());
      disk.createDirectories(layout.build());
      Path temporary = layout.build().resolve("version");
      disk.delete(temporary);
      write(disk, temporary, VERSION + "\n");
      disk.rename(temporary, layout.version());
      disk.syncDirectory(layout.root());
      disk.syncDirectory(directory);
    } catch (IOException e) {
      throw DiskFailure.of(layout.root(), e);
    }
    return new Workspace(disk, layout);
  }

  /// Where secrets lie; only the owner may enter.
  public Path keysFolder() {
    return layout.keys();
  }

  /// The workspace at `directory` or the nearest folder above it.
  ///
  /// @param forced as in [#locate]
  /// @throws CatchwaterException `WORKSPACE_NOT_FOUND`, or `UNSUPPORTED` for another version
  public static Workspace find(Disk disk, Path directory, @Nullable String forced) {
    Optional<Path> root = locate(disk, directory, forced);
    if (root.isEmpty()) {
      throw notFound();
    }
    try {
      return open(disk, root.get());
    } catch (IOException e) {
      throw DiskFailure.of(directory, e);
    }
  }

  /// Where the `.catchwater` folder is that [#find] opens; empty where there is none.
  ///
  /// @param forced the value of [#VARIABLE]: the folder that has the workspace, or the
  ///   `.catchwater` folder itself; then nothing else is looked at, nor whether it is there
  public static Optional<Path> locate(Disk disk, Path directory, @Nullable String forced) {
    if (forced != null && !forced.isEmpty()) {
      Path path = directory.resolve(forced).normalize();
      return Optional.of(
          path.endsWith(WorkspaceLayout.FOLDER) ? path : path.resolve(WorkspaceLayout.FOLDER));
    }
    try {
      for (Path at = directory; at != null; at = at.getParent()) {
        Path root = at.resolve(WorkspaceLayout.FOLDER);
        if (disk.exists(new WorkspaceLayout(root).version())) {
          return Optional.of(root);
        }
      }
    } catch (IOException e) {
      throw DiskFailure.of(directory, e);
    }
    return Optional.empty();
  }

  private static Workspace open(Disk disk, Path root) throws IOException {
    WorkspaceLayout layout = new WorkspaceLayout(root);
    if (!disk.exists(layout.version())) {
      throw notFound();
    }
    String version = new String(disk.readAll(layout.version()), StandardCharsets.UTF_8).trim();
    if (!version.equals(VERSION)) {
      throw CatchwaterException.at(
              ErrorCode.UNSUPPORTED,
              Place.of(layout.version().toString()),
              "The workspace has version '" + version + "', this program reads " + VERSION)
          .withHint("use the catchwater that made it; nothing was touched");
    }
    return new Workspace(disk, layout);
  }

  private static CatchwaterException notFound() {
    return CatchwaterException.of(
            ErrorCode.WORKSPACE_NOT_FOUND, "Directory is not a kamu workspace")
        .withHint("catchwater init makes one here");
  }

  /// The `.catchwater` folder.
  public Path root() {
    return layout.root();
  }

  /// The file that holds room back for sealing on a full disk.
  public Path ballastFile() {
    return layout.ballast();
  }

  /// All datasets by name. One that is damaged is listed too and fails only when it is read.
  public List<Dataset> list() {
    List<Dataset> datasets = new ArrayList<>();
    finishReplacement();
    try {
      CreationRecord creation = CreationRecord.read(disk, layout);
      for (String folder : disk.list(layout.datasets())) {
        DatasetName name = folderName(folder);
        if (name != null) {
          find(name, creation).ifPresent(datasets::add);
        }
      }
    } catch (IOException e) {
      throw DiskFailure.of(layout.datasets(), e);
    }
    datasets.sort(Comparator.comparing(Dataset::name));
    return datasets;
  }

  // Whatever else lies among the datasets (.DS_Store, a backup) is nobody's business.
  private static @Nullable DatasetName folderName(String folder) {
    try {
      DatasetName name = DatasetName.parse(folder);
      return name.lowerCase().equals(folder) ? name : null;
    } catch (CatchwaterException e) {
      return null;
    }
  }

  /// The dataset of that name, in any case.
  public Optional<Dataset> find(DatasetName name) {
    finishReplacement();
    Optional<Dataset> found = look(name);
    // It may have been on its way between two names.
    return found.isEmpty() && finishReplacement() ? look(name) : found;
  }

  private Optional<Dataset> look(DatasetName name) {
    try {
      return find(name, CreationRecord.read(disk, layout));
    } catch (IOException e) {
      throw DiskFailure.of(layout.creation(), e);
    }
  }

  private boolean finishReplacement() {
    return finishReplacement(disk, layout);
  }

  /// Waits for a replacement that is under way, or ends one that was cut; false if there is none.
  static boolean finishReplacement(Disk disk, WorkspaceLayout layout) {
    try {
      if (!DatasetReplacement.isPending(disk, layout)) {
        return false;
      }
      lockNames(disk, layout).close();
      return true;
    } catch (IOException e) {
      throw DiskFailure.of(layout.replacement(), e);
    }
  }

  private Optional<Dataset> find(DatasetName name, CreationRecord creation) {
    Optional<DatasetRecord> found = DatasetRecord.read(disk, layout.dataset(name));
    if (found.isEmpty() || creation.hides(disk, layout, name)) {
      return Optional.empty();
    }
    return Optional.of(new Dataset(disk, layout, found.get().name(), found.get().id(), steward));
  }

  /// The dataset with that id.
  public Optional<Dataset> find(DatasetId id) {
    for (Dataset dataset : list()) {
      if (dataset.id().equals(id)) {
        return Optional.of(dataset);
      }
    }
    return Optional.empty();
  }

  /// The dataset of that name or DID.
  ///
  /// @throws CatchwaterException `DATASET_NOT_FOUND`, or `BAD_NAME` if it can be neither
  public Dataset require(String nameOrDid) {
    Optional<Dataset> found =
        DatasetId.isDid(nameOrDid)
            ? find(DatasetId.parse(nameOrDid))
            : find(DatasetName.parse(nameOrDid));
    if (found.isEmpty()) {
      throw CatchwaterException.of(ErrorCode.DATASET_NOT_FOUND, "Dataset not found: " + nameOrDid);
    }
    return found.get();
  }

  /// Makes datasets: all of them or, where one fails, none.
  ///
  /// @param systemTime of their first blocks
  /// @param random where the new identities come from
  /// @throws CatchwaterException `ALREADY_EXISTS`, or `BAD_EVENT` if the events make no chain; the
  ///   message names the dataset
  public List<Dataset> create(
      List<DatasetSnapshot> snapshots, Instant systemTime, RandomGenerator random) {
    try (DiskLock _ = lockNames()) {
      return new DatasetCreation(this, disk, layout, systemTime, random).run(snapshots);
    } catch (IOException e) {
      throw DiskFailure.of(layout.datasets(), e);
    }
  }

  /// The workspace of a dataset.
  static Workspace of(Disk disk, WorkspaceLayout layout, @Nullable WriterSteward steward) {
    return new Workspace(disk, layout, steward);
  }

  /// Makes datasets, in the place of those that have their names, which are deleted with everything
  /// the workspace keeps about them: all of it or nothing.
  ///
  /// @param systemTime of their first blocks
  /// @param random where the new identities come from
  /// @throws CatchwaterException `REFERENCED` if a dataset that stays is derived from one that
  ///   goes, `BAD_EVENT` if the events make no chain; nothing has changed then
  public List<Dataset> replace(
      List<DatasetSnapshot> snapshots, Instant systemTime, RandomGenerator random, LockWait wait) {
    List<Dataset> old = new ArrayList<>();
    for (DatasetSnapshot snapshot : snapshots) {
      Optional<Dataset> found = find(snapshot.name());
      if (found.isPresent() && !contains(old, found.get())) {
        old.add(found.get());
      }
    }
    old.sort(Comparator.comparing(dataset -> dataset.id().toString()));
    requireUnreferenced(old);
    List<DiskLock> locks = new ArrayList<>(old.size());
    try {
      for (Dataset dataset : old) {
        locks.add(dataset.lock(wait));
      }
      try (DiskLock _ = lockNames()) {
        return new DatasetCreation(this, disk, layout, systemTime, random).replace(snapshots, old);
      }
    } catch (IOException e) {
      throw DiskFailure.of(layout.datasets(), e);
    } finally {
      locks.forEach(Dataset::release);
    }
  }

  /// Deletes datasets with everything the workspace keeps about them, and their quarantines behind
  /// them.
  ///
  /// @throws CatchwaterException `REFERENCED` if a dataset that stays is derived from one of them;
  ///   nothing is deleted then
  public void delete(List<Dataset> datasets, LockWait wait) {
    List<Dataset> all = QuarantineName.with(this, datasets);
    requireUnreferenced(all);
    for (Dataset dataset : all) {
      try (DiskLock _ = dataset.lock(wait);
          DiskLock _ = lockNames()) {
        DatasetRemoval.move(disk, layout, dataset);
        DatasetRemoval.collect(disk, layout);
      } catch (IOException e) {
        throw DiskFailure.of(dataset.folder(), e);
      }
    }
  }

  private void requireUnreferenced(List<Dataset> datasets) {
    for (Dataset dataset : datasets) {
      for (Dataset dependent : dependents(dataset)) {
        if (!contains(datasets, dependent)) {
          throw CatchwaterException.of(
              ErrorCode.REFERENCED,
              "Dataset " + dataset.name() + " is referenced by: " + dependent.name());
        }
      }
    }
  }

  static boolean contains(List<Dataset> datasets, Dataset wanted) {
    for (Dataset dataset : datasets) {
      if (dataset.id().equals(wanted.id())) {
        return true;
      }
    }
    return false;
  }

  /// The datasets whose transform has this one as an input. One that cannot be read has none.
  public List<Dataset> dependents(Dataset dataset) {
    List<Dataset> dependents = new ArrayList<>();
    String did = dataset.id().toString();
    for (Dataset other : list()) {
      SetTransform transform = transformOf(other);
      if (transform == null) {
        continue;
      }
      for (TransformInput input : transform.inputs()) {
        if (input.datasetRef().equals(did)) {
          dependents.add(other);
          break;
        }
      }
    }
    return dependents;
  }

  private static @Nullable SetTransform transformOf(Dataset dataset) {
    try {
      return dataset.state().transform();
    } catch (CatchwaterException e) {
      return null;
    }
  }

  /// Gives a dataset another name; one that differs only in case is another name too. Its
  /// quarantine goes with it, in a second step.
  ///
  /// @throws CatchwaterException `ALREADY_EXISTS` if another dataset has it, `BAD_NAME` if none may
  public Dataset rename(Dataset dataset, DatasetName to, LockWait wait) {
    if (!dataset.name().equals(to)) {
      ReservedNames.refuse(to);
    }
    if (QuarantineName.is(dataset.name())) {
      throw CatchwaterException.of(
              ErrorCode.BAD_NAME, "Dataset " + dataset.name() + " is the quarantine of another one")
          .withHint("rename that, and it goes with it");
    }
    Dataset quarantine = QuarantineName.find(this, dataset.name());
    DatasetName aside = quarantine == null ? null : QuarantineName.of(to);
    Dataset renamed = move(dataset, to, wait);
    if (quarantine != null && aside != null) {
      move(quarantine, aside, wait);
    }
    return renamed;
  }

  private Dataset move(Dataset dataset, DatasetName to, LockWait wait) {
    try (DiskLock _ = dataset.lock(wait);
        DiskLock _ = lockNames()) {
      boolean sameFolder = dataset.name().equals(to);
      if (!sameFolder && disk.exists(layout.dataset(to))) {
        throw CatchwaterException.of(ErrorCode.ALREADY_EXISTS, "Dataset " + to + " already exists");
      }
      Path info = DatasetRecord.info(dataset.folder());
      disk.createDirectories(info);
      Path next = info.resolve(DatasetRecord.NEXT_ALIAS);
      disk.delete(next);
      write(disk, next, to.toString());
      Path target = layout.dataset(to);
      if (!sameFolder) {
        // Both names lie in the folder now; the one that matches the folder's own counts.
        disk.syncDirectory(info);
        disk.rename(dataset.folder(), target);
        disk.syncDirectory(layout.datasets());
      }
      Path moved = DatasetRecord.info(target);
      disk.rename(moved.resolve(DatasetRecord.NEXT_ALIAS), moved.resolve(DatasetRecord.ALIAS));
      disk.syncDirectory(moved);
    } catch (IOException e) {
      throw DiskFailure.of(dataset.folder(), e);
    }
    return new Dataset(disk, layout, to, dataset.id(), steward);
  }

  /// Clears away what creations, deletions, pulls and pushes that died left in `run/`. Every change
  /// of names does so as well.
  public void collectLeftovers() {
    try (DiskLock _ = lockNames()) {
      return;
    } catch (IOException e) {
      throw DiskFailure.of(layout.run(), e);
    }
  }

  /// What [#collectLeftovers()] would clear away, were its owners dead; some of it may belong to a
  /// command that runs now.
  public List<Path> leftovers() {
    return Leftovers.of(disk, layout);
  }

  /// Takes the lock on names and clears away what a dead holder left.
  DiskLock lockNames() throws IOException {
    return lockNames(disk, layout);
  }

  private static DiskLock lockNames(Disk disk, WorkspaceLayout layout) throws IOException {
    DiskLock lock =
        Locks.acquire(disk, layout.workspaceLock(), LockWait.standard(), "The list of datasets");
    boolean recovered = false;
    try {
      DatasetReplacement.finish(disk, layout);
      CreationRecord.read(disk, layout).undo(disk, layout);
      DatasetRemoval.collect(disk, layout);
      recovered = true;
      return lock;
    } finally {
      if (!recovered) {
        lock.close();
      }
    }
  }

  /// The disk the workspace lies on.
  public Disk disk() {
    return disk;
  }

  WorkspaceLayout layout() {
    return layout;
  }

  /// Writes and forces a small new file.
  static void write(Disk disk, Path file, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (DiskFile out = disk.create(file)) {
      out.write(bytes, 0, bytes.length, 0);
      out.force();
    }
  }
}
