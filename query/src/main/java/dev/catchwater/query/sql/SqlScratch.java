package dev.catchwater.query.sql;

import dev.catchwater.disk.Disk;
import dev.catchwater.storage.DiskFailure;
import dev.catchwater.storage.Workspace;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;

/// A private folder of this process for results and what the engine puts aside, in the workspace's
/// `run/`. It goes when it is closed; one of a process that died goes when the next is made.
public final class SqlScratch implements Closeable {
  private static final String PREFIX = "sql-";

  private final Disk disk;
  private final Path folder;

  private SqlScratch(Disk disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
  }

  /// Makes one.
  ///
  /// @throws CatchwaterException `STORAGE_FAILED`
  public static SqlScratch create(Workspace workspace) {
    Disk disk = workspace.disk();
    Path run = workspace.root().resolve("run");
    try {
      removeLeftovers(disk, run);
      for (int i = 0; ; i++) {
        Path folder = run.resolve(PREFIX + ProcessHandle.current().pid() + "-" + i);
        try {
          disk.createPrivateDirectory(folder);
          return new SqlScratch(disk, folder);
        } catch (FileAlreadyExistsException e) {
          // another statement of this process has it
        }
      }
    } catch (IOException e) {
      throw DiskFailure.of(run, "No scratch folder can be made", e);
    }
  }

  /// Where it is.
  public Path folder() {
    return folder;
  }

  private static void removeLeftovers(Disk disk, Path run) throws IOException {
    for (String name : disk.list(run)) {
      int dash = name.lastIndexOf('-');
      if (name.startsWith(PREFIX) && dash > PREFIX.length() && !isAlive(name, dash)) {
        disk.deleteTree(run.resolve(name));
      }
    }
  }

  private static boolean isAlive(String name, int dash) {
    try {
      long process = Long.parseLong(name, PREFIX.length(), dash, 10);
      return ProcessHandle.of(process).isPresent();
    } catch (NumberFormatException e) {
      return true;
    }
  }

  @Override
  public void close() {
    try {
      disk.deleteTree(folder);
    } catch (IOException e) {
      // the next one removes it
    }
  }
}
