package dev.catchwater.storage.transfer;

import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent;
import dev.catchwater.odf.event.MetadataEvent.AddData;
import dev.catchwater.odf.event.MetadataEvent.Checkpoint;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.event.MetadataEvent.ExecuteTransform;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DiskFailure;
import dev.catchwater.storage.HashedBlock;
import dev.catchwater.storage.Slices;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// How much of what a dataset's chain leads to is not there, or not of its size. Reads the chain
/// and looks at the files' sizes; their content is `verify`'s business.
final class MissingObjects {
  private final Dataset dataset;
  private long count;
  private long firstKept;

  private MissingObjects(Dataset dataset) {
    this.dataset = dataset;
  }

  /// Slices and checkpoints that are missing or cut; at the first missing block it ends with that.
  static long count(Dataset dataset) {
    MissingObjects missing = new MissingObjects(dataset);
    try {
      missing.firstKept = Slices.firstKept(dataset.blocks());
      for (HashedBlock block : dataset.blocks()) {
        missing.look(block.block().event());
      }
    } catch (CatchwaterException e) {
      if (e.code() != ErrorCode.OBJECT_NOT_FOUND && e.code() != ErrorCode.CORRUPT) {
        throw e;
      }
      missing.count++;
    }
    return missing.count;
  }

  private void look(MetadataEvent event) {
    if (event instanceof AddData data) {
      look(data.newData(), data.newCheckpoint());
    } else if (event instanceof ExecuteTransform transform) {
      look(transform.newData(), transform.newCheckpoint());
    }
  }

  private void look(@Nullable DataSlice slice, @Nullable Checkpoint checkpoint) {
    if (slice != null && slice.offsetEnd() >= firstKept) {
      look(dataset.slicePath(slice), slice.size());
    }
    if (checkpoint != null) {
      Path folder = dataset.folder().resolve("checkpoints");
      look(folder.resolve(checkpoint.physicalHash().toString()), checkpoint.size());
    }
  }

  private void look(Path path, long size) {
    try (DiskFile file = dataset.disk().openForRead(path)) {
      count += file.size() == size ? 0 : 1;
    } catch (NoSuchFileException e) {
      count++;
    } catch (IOException e) {
      throw DiskFailure.of(path, e);
    }
  }
}
