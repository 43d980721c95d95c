package dev.catchwater.query.sql;

import dev.catchwater.disk.Disk;
import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.odf.identity.DatasetId;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DiskFailure;
import dev.catchwater.storage.Workspace;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What statements of a process that stays see of its datasets, kept from one statement to the next
/// for those that were asked for last. Its files lie in the workspace's `run/`; they go when this
/// is closed, those of a process that died with the scratch folders of statements. Thread-safe.
public final class KeptViews implements Closeable {
  private static final int DATASETS_MAX = 64;

  private final Disk disk;
  private final Path folder;
  private final Map<DatasetId, KeptView> views = new LinkedHashMap<>(16, 0.75f, true);
  private boolean isMade;
  private boolean isClosed;
  private long files;

  /// Of a workspace; there is one of a process.
  public KeptViews(Workspace workspace) {
    this.disk = workspace.disk();
    this.folder =
        workspace.root().resolve("run").resolve("sql-" + ProcessHandle.current().pid() + "-hot");
  }

  /// What a statement sees of a dataset at a moment.
  KeptView.Use use(Dataset dataset, HotRows hot) throws IOException {
    return view(dataset.id()).use(dataset, hot);
  }

  // A view asks for names while it holds its own monitor, so none is let go of under this one.
  private KeptView view(DatasetId id) throws IOException {
    KeptView dropped = null;
    KeptView view;
    synchronized (this) {
      if (isClosed) {
        throw new IllegalStateException("statements are not run any more");
      }
      view = views.get(id);
      if (view == null) {
        view = new KeptView(this::newFile);
        views.put(id, view);
      }
      if (views.size() > DATASETS_MAX) {
        dropped = views.remove(views.keySet().iterator().next());
      }
    }
    if (dropped != null) {
      dropped.drop(disk);
    }
    return view;
  }

  private synchronized Path newFile() {
    try {
      if (!isMade) {
        disk.deleteTree(folder);
        disk.createPrivateDirectory(folder);
        isMade = true;
      }
    } catch (IOException e) {
      throw DiskFailure.of(folder, "No folder for SQL could be made", e);
    }
    files++;
    return folder.resolve("rows-" + files + ".parquet");
  }

  @Override
  public void close() throws IOException {
    List<KeptView> all;
    synchronized (this) {
      isClosed = true;
      all = List.copyOf(views.values());
      views.clear();
    }
    for (KeptView view : all) {
      view.drop(disk);
    }
    synchronized (this) {
      if (isMade) {
        disk.deleteTree(folder);
      }
    }
  }
}
