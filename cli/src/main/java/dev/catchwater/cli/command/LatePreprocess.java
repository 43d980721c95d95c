package dev.catchwater.cli.command;

import dev.catchwater.disk.Disk;
import dev.catchwater.ingest.prepare.PreparedRows;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.ingest.read.RowReader;
import dev.catchwater.odf.schema.DataSchema;
import dev.catchwater.odf.source.Transform;
import dev.catchwater.query.cage.CageLimits;
import dev.catchwater.query.cage.CagedPreprocess;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The SQL steps of sources, whose classes are loaded with the first source that has any: most
/// pushes never need them.
record LatePreprocess(Disk disk) implements Preprocess {
  @Override
  public void check(String source, Transform steps, @Nullable DataSchema columns) {
    caged().check(source, steps, columns);
  }

  @Override
  public PreparedRows open(String source, Transform steps, RowReader rows, Path folder) {
    return caged().open(source, steps, rows, folder);
  }

  private Preprocess caged() {
    return new CagedPreprocess(disk, CageLimits.defaults());
  }
}
