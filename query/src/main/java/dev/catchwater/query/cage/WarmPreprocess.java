package dev.catchwater.query.cage;

import dev.catchwater.ingest.prepare.PreparedRows;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.ingest.read.RowReader;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.event.MetadataEvent.AddPushSource;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.source.Transform;
import dev.catchwater.query.cage.CagedRows.PieceSize;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Workspace;
import java.io.Closeable;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The SQL steps of push sources in a process that takes many pushes: like [CagedPreprocess], by
/// cages that are started before they are needed and serve one push after the other. A push whose
/// source has the same steps and columns as that of the push before finds them ready. Thread-safe.
public final class WarmPreprocess implements Preprocess, Closeable {
  private static final int CAGES_MIN = 2;
  private static final int CAGES_MAX = 4;

  private final Workspace workspace;
  private final CageLimits limits;
  private final CagePool cages;

  /// Starts nothing yet.
  public WarmPreprocess(Workspace workspace, CageLimits limits) {
    this.workspace = workspace;
    this.limits = limits;
    Path run = workspace.root().resolve("run");
    int processors = Runtime.getRuntime().availableProcessors();
    cages =
        new CagePool(workspace.disk(), run, limits, Math.clamp(processors, CAGES_MIN, CAGES_MAX));
  }

  /// Starts a cage in the background if a source of the workspace needs one.
  public void warmUp() {
    Thread.ofPlatform()
        .daemon()
        .name("cages")
        .start(() -> {
          if (isNeeded()) {
            cages.warmUp();
          }
        });
  }

  private boolean isNeeded() {
    for (Dataset dataset : workspace.list()) {
      try {
        for (AddPushSource source : dataset.state().pushSources().values()) {
          if (source.preprocess() != null) {
            return true;
          }
        }
      } catch (CatchwaterException e) {
        // Whoever uses it is told what is wrong with it.
      }
    }
    return false;
  }

  @Override
  public void check(String source, Transform steps, @Nullable DataSchema columns) {
    // A cage of the pool has a folder of its own.
    Path folder = workspace.root();
    CagedPreprocess.check(cages, CagedPreprocess.request(source, steps, folder, limits), columns);
  }

  @Override
  public PreparedRows open(String source, Transform steps, RowReader rows, Path folder) {
    return new CagedRows(
        workspace.disk(),
        cages,
        PieceSize.DEFAULT,
        CagedPreprocess.request(source, steps, folder, limits),
        rows);
  }

  /// Ends all cages; pushes that wait for one fail.
  @Override
  public void close() {
    cages.close();
  }

  /// Its cages, for tests.
  CagePool cages() {
    return cages;
  }
}
