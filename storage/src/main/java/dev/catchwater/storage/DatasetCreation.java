package dev.catchwater.storage;

import dev.catchwater.disk.Disk;
import dev.catchwater.odf.chain.ChainState;
import dev.catchwater.odf.codec.MetadataBlockCodec;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataBlock;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.Seed;
import dev.catchwater.odf.event.MetadataEvent.SetTransform;
import dev.catchwater.odf.event.MetadataEvent.TransformInput;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.odf.identity.DatasetName;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.odf.manifest.DatasetSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Makes datasets, all or none: each is built whole and synced out of sight, then they are renamed
/// into place. One rename is one step by itself; several are covered by a [CreationRecord]. Used
/// once, under the lock on names.
final class DatasetCreation {
  private final Workspace workspace;
  private final Disk disk;
  private final WorkspaceLayout layout;
  private final Instant systemTime;
  private final RandomGenerator random;
  private boolean areQuarantines;
  private final Map<DatasetName, DatasetId> ids = new LinkedHashMap<>();

  private record Built(DatasetName name, DatasetId id, Path folder, Multihash head) {}

  DatasetCreation(
      Workspace workspace,
      Disk disk,
      WorkspaceLayout layout,
      Instant systemTime,
      RandomGenerator random) {
    this.workspace = workspace;
    this.disk = disk;
    this.layout = layout;
    this.systemTime = systemTime;
    this.random = random;
  }

  /// Makes quarantines, whose names nobody else may give.
  DatasetCreation ofQuarantines() {
    areQuarantines = true;
    return this;
  }

  List<Dataset> run(List<DatasetSnapshot> snapshots) throws IOException {
    for (DatasetSnapshot snapshot : snapshots) {
      if (disk.exists(layout.dataset(snapshot.name()))
          || ids.put(snapshot.name(), DatasetId.create(random)) != null) {
        throw exists(snapshot);
      }
      if (!areQuarantines) {
        ReservedNames.refuse(snapshot.name());
      }
    }
    List<Built> built = new ArrayList<>(snapshots.size());
    try {
      for (DatasetSnapshot snapshot : snapshots) {
        built.add(build(snapshot));
      }
      publish(built);
    } finally {
      disk.deleteTree(layout.build());
    }
    List<Dataset> datasets = new ArrayList<>(built.size());
    for (Built one : built) {
      datasets.add(new Dataset(disk, layout, one.name(), one.id()));
    }
    return datasets;
  }

  /// Makes datasets in the place of those that have their names.
  ///
  /// @param old what is replaced, locked by the caller; another dataset of such a name is left
  ///   alone
  List<Dataset> replace(List<DatasetSnapshot> snapshots, List<Dataset> old) throws IOException {
    for (DatasetSnapshot snapshot : snapshots) {
      Optional<Dataset> there = workspace.find(snapshot.name());
      boolean isOther = there.isPresent() && !Workspace.contains(old, there.get());
      if (isOther || ids.put(snapshot.name(), DatasetId.create(random)) != null) {
        throw exists(snapshot);
      }
      if (there.isEmpty()) {
        ReservedNames.refuse(snapshot.name());
      }
    }
    List<Dataset> datasets = new ArrayList<>(snapshots.size());
    try {
      for (DatasetSnapshot snapshot : snapshots) {
        Built one = build(snapshot);
        datasets.add(new Dataset(disk, layout, one.name(), one.id()));
      }
      DatasetReplacement.commit(disk, layout);
      DatasetRemoval.collect(disk, layout);
    } finally {
      disk.deleteTree(layout.build());
    }
    return datasets;
  }

  private static CatchwaterException exists(DatasetSnapshot snapshot) {
    return CatchwaterException.of(
        ErrorCode.ALREADY_EXISTS, "Failed to add dataset " + snapshot.name() + ": Already exists");
  }

  private Built build(DatasetSnapshot snapshot) throws IOException {
    DatasetName name = snapshot.name();
    DatasetId id = ids.get(name);
    if (id == null) {
      throw new IllegalStateException("no id was given to " + name);
    }
    Path folder = layout.build().resolve(name.lowerCase());
    DatasetFolder target = DatasetFolder.create(disk, folder);
    ChainState state = ChainState.EMPTY;
    try {
      state = append(target, state, new Seed(id, snapshot.kind()));
      for (MetadataEvent event : snapshot.metadata()) {
        state = append(target, state, resolved(event));
      }
    } catch (CatchwaterException e) {
      throw CatchwaterException.of(
              e.code(), "Failed to add dataset " + name + ": Invalid snapshot: " + e.plainMessage())
          .withCause(e);
    }
    target.finish(name, id, state.head());
    return new Built(name, id, folder, state.head());
  }

  private ChainState append(DatasetFolder target, ChainState state, MetadataEvent event)
      throws IOException {
    MetadataBlock block =
        state.isEmpty()
            ? new MetadataBlock(systemTime, null, 0, event)
            : new MetadataBlock(systemTime, state.head(), state.sequenceNumber() + 1, event);
    byte[] bytes = MetadataBlockCodec.encode(block);
    Multihash hash = Multihash.sha3(bytes);
    ChainState next = state.append(hash, block);
    target.writeBlock(hash, bytes);
    return next;
  }

  // Manifests name inputs by name, chains by id only.
  private MetadataEvent resolved(MetadataEvent event) {
    if (!(event instanceof SetTransform transform)) {
      return event;
    }
    List<TransformInput> inputs = new ArrayList<>(transform.inputs().size());
    for (TransformInput input : transform.inputs()) {
      inputs.add(resolved(input));
    }
    return new SetTransform(inputs, transform.transform());
  }

  private TransformInput resolved(TransformInput input) {
    String reference = input.datasetRef();
    String alias = input.alias() == null ? reference : input.alias();
    if (DatasetId.isDid(reference)) {
      return new TransformInput(DatasetId.parse(reference).toString(), alias);
    }
    DatasetName name = DatasetName.parse(reference);
    DatasetId id = ids.get(name);
    if (id == null) {
      Optional<Dataset> found = workspace.find(name);
      if (found.isEmpty()) {
        throw CatchwaterException.of(
            ErrorCode.DATASET_NOT_FOUND, "Dataset not found: " + reference);
      }
      id = found.get().id();
    }
    return new TransformInput(id.toString(), alias);
  }

  private void publish(List<Built> built) throws IOException {
    if (built.size() > 1) {
      List<CreationRecord.Entry> entries = new ArrayList<>(built.size());
      for (Built one : built) {
        entries.add(new CreationRecord.Entry(one.name().lowerCase(), one.head().toString()));
      }
      new CreationRecord(entries).write(disk, layout);
    }
    for (Built one : built) {
      disk.rename(one.folder(), layout.dataset(one.name()));
    }
    disk.syncDirectory(layout.datasets());
    if (built.size() > 1) {
      CreationRecord.forget(disk, layout);
    }
  }
}
