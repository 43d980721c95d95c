package dev.catchwater.storage;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.event.MetadataEvent.Checkpoint;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.SetDataSchema;
import dev.catchwater.odf.identity.Multihash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Finds and deletes what a dead writer left in a dataset's folder: blocks, slices and checkpoints
/// with names of ours that nothing reachable from the head refers to. For whoever holds the
/// dataset's lock, so that nothing found is about to be committed.
final class GarbageCollection {
  private static final String LINKED_OBJECTS = "linkedObjects";
  private static final String OBJECT_LINK = "ObjectLink";

  private final Disk disk;
  private final FolderRepository repository;
  private final Set<String> live = new HashSet<>();
  private final List<Path> found = new ArrayList<>();
  private final List<Path> unknown = new ArrayList<>();
  private boolean hasLinkedObjects;
  private long bytes;

  GarbageCollection(Dataset dataset) {
    this.disk = dataset.disk();
    this.repository = dataset.repository();
    long firstKept = Slices.firstKept(dataset.blocks());
    for (HashedBlock block : dataset.blocks()) {
      live.add(block.hash().toString());
      mark(block.block().event(), firstKept);
    }
  }

  private void mark(MetadataEvent event, long firstKept) {
    DataSlice slice = Slices.of(event);
    if (slice != null && slice.offsetEnd() >= firstKept) {
      live.add(slice.physicalHash().toString());
    }
    Checkpoint checkpoint = Slices.checkpointOf(event);
    if (checkpoint != null) {
      live.add(checkpoint.physicalHash().toString());
    }
    // Rows may link to objects in data/ as well; which ones, only the rows say.
    if (event instanceof AddData add && add.extra() != null) {
      hasLinkedObjects |= add.extra().json().contains(LINKED_OBJECTS);
    }
    if (event instanceof SetDataSchema set && set.schema() != null) {
      hasLinkedObjects |= set.schema().toString().contains(OBJECT_LINK);
    }
  }

  /// What is there, untouched.
  Dataset.Garbage find() throws IOException {
    sweep(repository.blocks(), true);
    sweep(repository.data(), !hasLinkedObjects);
    sweep(repository.checkpoints(), true);
    return new Dataset.Garbage(found, unknown, bytes);
  }

  Dataset.Garbage run() throws IOException {
    Dataset.Garbage report = find();
    for (Path path : report.objects()) {
      disk.delete(path);
    }
    return report;
  }

  private void sweep(Path folder, boolean isCollected) throws IOException {
    for (String name : disk.list(folder)) {
      if (live.contains(name)) {
        continue;
      }
      Path path = folder.resolve(name);
      if (!isObjectName(name)) {
        unknown.add(path);
      } else if (isCollected) {
        found.add(path);
        try (DiskFile file = disk.openForRead(path)) {
          bytes += file.size();
        }
      }
    }
  }

  private static boolean isObjectName(String name) {
    if (name.length() != FolderRepository.REFERENCE_CHARACTERS) {
      return false;
    }
    try {
      return Multihash.parse(name).toString().equals(name);
    } catch (CatchwaterException e) {
      return false;
    }
  }
}
