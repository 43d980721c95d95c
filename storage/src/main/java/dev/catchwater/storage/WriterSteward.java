package dev.catchwater.storage;

import dev.catchwater.odf.identity.DatasetId;

/// What happens around the lock of a dataset's writer for rows that are in no slice yet, of which
/// storage knows only the folder. Thread-safe.
public interface WriterSteward {

  /// The lock of a dataset is about to be taken: what this process keeps open of it is closed.
  void stepAside(DatasetId dataset);

  /// The lock was taken and the dataset has rows in its journal: they become a slice now. Whoever
  /// wanted the writer gets it afterwards.
  ///
  /// @throws dev.catchwater.odf.error.CatchwaterException if that cannot be done; nobody gets the
  ///   writer then
  void settle(DatasetWriter writer);
}
