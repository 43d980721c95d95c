package dev.catchwater.cli.doctor;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.query.format.Humanized;
import dev.catchwater.storage.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// Looks at the machine: Java, the disk under the workspace, the clock.
final class MachineChecks {
  private static final int JAVA_MIN = 25;
  private static final int SYNCS = 5;
  private static final long SUSPICIOUS_SYNC_NANOS = 15_000;
  private static final long SLOW_SYNC_NANOS = 100_000_000;
  private static final long FREE_BYTES_MIN = 100L << 20;
  private static final long FREE_BYTES_WANTED = 1L << 30;

  /// Before this program was made: a clock that says so was never set.
  private static final Instant EARLIEST = Instant.parse("2026-01-01T00:00:00Z");

  private final Workspace workspace;
  private final Disk disk;
  private final List<Finding> findings;

  MachineChecks(Workspace workspace, List<Finding> findings) {
    this.workspace = workspace;
    this.disk = workspace.disk();
    this.findings = findings;
  }

  void run(Instant now) {
    java(Runtime.version().feature(), System.getProperty("java.runtime.version", ""));
    ProgramFiles.ofThisProcess().ifPresent(this::program);
    permissions();
    freeSpace();
    sync();
    clock(now);
  }

  void java(int feature, String version) {
    findings.add(
        feature >= JAVA_MIN
            ? Finding.ok("java", version)
            : Finding.problem(
                "java",
                "Java " + version + " runs this, " + JAVA_MIN + " is needed",
                "install JDK " + JAVA_MIN + " and set JAVA_HOME"));
  }

  void program(ProgramFiles program) {
    try {
      List<String> differences = program.differences();
      if (differences.isEmpty()) {
        findings.add(Finding.ok("program", "Every file is as it was built"));
      }
      for (String difference : differences) {
        findings.add(Finding.problem("program", difference, program.mend()));
      }
    } catch (CatchwaterException e) {
      findings.add(Finding.problem("program", e, program.mend()));
    }
  }

  private void permissions() {
    Path root = workspace.root();
    try {
      if (!Files.exists(root)) {
        return; // a disk of a test
      }
      Set<PosixFilePermission> allowed = Files.getPosixFilePermissions(root);
      boolean isOpen =
          allowed.contains(PosixFilePermission.GROUP_READ)
              || allowed.contains(PosixFilePermission.OTHERS_READ)
              || allowed.contains(PosixFilePermission.GROUP_WRITE)
              || allowed.contains(PosixFilePermission.OTHERS_WRITE);
      findings.add(
          isOpen
              ? Finding.notice(
                  "workspace", root + " is open to other users", "chmod 700 '" + root + "'")
              : Finding.ok("workspace", root + ", version 1"));
    } catch (IOException | UnsupportedOperationException e) {
      findings.add(Finding.ok("workspace", root + ", version 1, permissions are not known"));
    }
  }

  private void freeSpace() {
    try {
      freeSpace(disk.freeSpace(workspace.root()));
    } catch (IOException e) {
      findings.add(Finding.problem("disk", "The free space cannot be told: " + e, null));
    }
  }

  void freeSpace(long bytes) {
    String text = Humanized.dataSize(bytes) + " are free";
    String mend = "catchwater system gc --dry-run";
    if (bytes < FREE_BYTES_MIN) {
      findings.add(Finding.problem("disk", "Only " + text + ", pushes will be refused", mend));
    } else if (bytes < FREE_BYTES_WANTED) {
      findings.add(Finding.notice("disk", "Only " + text, mend));
    } else {
      findings.add(Finding.ok("disk", text));
    }
  }

  /// Writes, syncs, renames and deletes a small file some times, as a push does.
  private void sync() {
    Path folder = workspace.root().resolve("run").resolve("doctor");
    long[] nanos = new long[SYNCS];
    try {
      disk.createDirectories(folder);
      for (int i = 0; i < SYNCS; i++) {
        nanos[i] = syncOnce(folder);
      }
      disk.delete(folder);
    } catch (IOException e) {
      findings.add(
          Finding.problem(
              "sync",
              "A file in " + folder + " cannot be made durable: " + e.getMessage(),
              "nothing can be pushed until the disk takes writes; look at dmesg and mount"));
      return;
    }
    Arrays.sort(nanos);
    sync(nanos[SYNCS / 2]);
  }

  private long syncOnce(Path folder) throws IOException {
    Path file = folder.resolve("part-1");
    Path renamed = folder.resolve("part-2");
    byte[] bytes = new byte[4_096];
    disk.delete(file);
    disk.delete(renamed);
    long nanos;
    try (DiskFile out = disk.create(file)) {
      out.write(bytes, 0, bytes.length, 0);
      long start = System.nanoTime();
      out.force();
      nanos = System.nanoTime() - start;
    }
    disk.rename(file, renamed);
    disk.syncDirectory(folder);
    byte[] back = disk.readAll(renamed);
    if (!Arrays.equals(bytes, back)) {
      throw new IOException("what was written is not what is read back");
    }
    disk.delete(renamed);
    return nanos;
  }

  void sync(long nanos) {
    String text = "a sync takes " + nanos / 1_000 + " µs";
    if (nanos < SUSPICIOUS_SYNC_NANOS) {
      findings.add(
          Finding.notice(
              "sync",
              text
                  + ": no disk is that fast, so this one keeps writes in memory and a power cut may"
                  + " lose rows that a push reported as stored",
              "move the workspace to a disk that honours fsync"));
    } else if (nanos > SLOW_SYNC_NANOS) {
      findings.add(
          Finding.notice("sync", text + ": every push waits for six of them", "use a faster disk"));
    } else {
      findings.add(Finding.ok("sync", text));
    }
  }

  void clock(Instant now) {
    findings.add(
        now.isBefore(EARLIEST)
            ? Finding.problem(
                "clock",
                "The clock says " + now + ", it was never set",
                "set the clock: timedatectl set-ntp true")
            : Finding.ok("clock", now.toString()));
  }
}
