package dev.catchwater.storage;

import dev.catchwater.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What operations that died left in `run/`. Stateless.
final class Leftovers {
  private Leftovers() {}

  static List<Path> of(Disk disk, WorkspaceLayout layout) {
    List<Path> found = new ArrayList<>();
    try {
      if (disk.exists(layout.creation())) {
        found.add(layout.creation());
      }
      for (Path folder : new Path[] {layout.trash(), layout.build(), layout.replacement()}) {
        if (!disk.list(folder).isEmpty()) {
          found.add(folder);
        }
      }
      for (String name : disk.list(layout.run())) {
        Path folder = layout.run().resolve(name);
        if (name.endsWith(WorkspaceLayout.STAGE) && !disk.list(folder).isEmpty()) {
          found.add(folder);
        }
      }
    } catch (IOException e) {
      throw DiskFailure.of(layout.run(), e);
    }
    return found;
  }
}
