package dev.catchwater.cli.resident;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskLock;
import dev.catchwater.disk.ForwardingDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/// A disk on which whoever wants the lock of a dataset asks the engine that holds it to seal and to
/// step aside, instead of waiting in vain: an engine keeps the datasets that are pushed to.
/// Everything else is passed on. Thread-safe if the asking is.
public final class EngineDisk extends ForwardingDisk {
  private static final String LOCK = ".lock";
  private static final Duration AGAIN = Duration.ofMillis(200);

  private final Consumer<String> stepAside;

  /// @param stepAside takes the name of a lock file without its end: asks the engine to let that
  ///   dataset go, and returns when it has, or when there is none that does
  public EngineDisk(Disk disk, Consumer<String> stepAside) {
    super(disk);
    this.stepAside = stepAside;
  }

  @Override
  public Optional<DiskLock> lock(Path lockFile, Duration wait, Consumer<String> waiting)
      throws IOException {
    String name = String.valueOf(lockFile.getFileName());
    String subject = name.endsWith(LOCK) ? name.substring(0, name.length() - LOCK.length()) : "";
    // The locks of a workspace itself (`workspace.lock`) are held for moments.
    if (!subject.startsWith("fed01")) {
      return super.lock(lockFile, wait, waiting);
    }
    long deadline = System.nanoTime() + wait.toNanos();
    boolean[] told = {false};
    Optional<DiskLock> lock = super.lock(lockFile, Duration.ZERO, waiting);
    boolean isInTime = true;
    while (lock.isEmpty() && isInTime) {
      // Again and again, since another push may have opened it meanwhile.
      stepAside.accept(subject);
      Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
      isInTime = left.compareTo(AGAIN) > 0;
      lock =
          super.lock(
              lockFile,
              isInTime ? AGAIN : left,
              holder -> {
                if (!told[0]) {
                  told[0] = true;
                  waiting.accept(holder);
                }
              });
    }
    return lock;
  }
}
