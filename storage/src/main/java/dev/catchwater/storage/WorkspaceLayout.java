package dev.catchwater.storage;

import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.DatasetName;
import java.nio.file.Path;

/// Where things lie in a workspace; `docs/reference/workspace.md` is this class in prose.
///
/// @param root the `.catchwater` folder
record WorkspaceLayout(Path root) {
  static final String FOLDER = ".catchwater";
  static final String STAGE = ".stage";

  Path version() {
    return root.resolve("version");
  }

  Path datasets() {
    return root.resolve("datasets");
  }

  Path dataset(DatasetName name) {
    return datasets().resolve(name.lowerCase());
  }

  /// A manifest for each repository that has a name.
  Path repositories() {
    return root.resolve("repos");
  }

  /// Caches of one dataset, safe to delete at any time.
  Path index(DatasetId id) {
    return root.resolve("index").resolve(id.multibase());
  }

  Path journal(DatasetId id) {
    return root.resolve("journal").resolve(id.multibase());
  }

  /// What a dataset has beside its chain and must not lose: its aliases.
  Path state(DatasetId id) {
    return root.resolve("state").resolve(id.multibase());
  }

  Path aliases(DatasetId id) {
    return state(id).resolve("aliases");
  }

  /// Secrets of the workspace.
  Path keys() {
    return root.resolve("keys");
  }

  Path run() {
    return root.resolve("run");
  }

  /// Held for moments while names appear, change or go; taken after dataset locks.
  Path workspaceLock() {
    return run().resolve("workspace.lock");
  }

  Path datasetLock(DatasetId id) {
    return run().resolve(id.multibase() + ".lock");
  }

  /// Unfinished files of the one writer of a dataset; whoever holds the dataset's lock owns it.
  Path stage(DatasetId id) {
    return run().resolve(id.multibase() + STAGE);
  }

  /// Unfinished datasets; whoever holds the workspace lock owns it.
  Path build() {
    return run().resolve("workspace.build");
  }

  /// Deleted datasets on their way out; whoever holds the workspace lock owns it.
  Path trash() {
    return run().resolve("workspace.trash");
  }

  /// Room held back for sealing on a full disk.
  Path ballast() {
    return run().resolve("workspace.ballast");
  }

  /// Datasets that were decided to take the place of others, see [DatasetReplacement].
  Path replacement() {
    return run().resolve("workspace.replacement");
  }

  /// Names the datasets of a creation of several that is not decided yet.
  Path creation() {
    return run().resolve("workspace.creation");
  }
}
