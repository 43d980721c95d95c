package dev.catchwater.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskLock;
import dev.catchwater.disk.LocalDisk;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalDiskTest extends DiskContract {
  @TempDir private Path folder = Path.of("");
  private final Disk disk = new LocalDisk();

  @Override
  protected Disk disk() {
    return disk;
  }

  @Override
  protected Path folder() {
    return folder;
  }

  @Test
  void aPrivateFolderIsClosedToOthers() throws IOException {
    disk.createPrivateDirectory(folder.resolve("p"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("p"))))
        .isEqualTo("rwx------");
  }

  /// The channel of a file ends with the interrupt of a thread that uses it.
  @Test
  void T40_anInterruptedThreadGivesItsLockBackAndWaitsForNone() throws IOException {
    Path file = folder.resolve("lock");
    DiskLock lock = disk.lock(file, Duration.ZERO, _ -> {}).orElseThrow();
    Thread.currentThread().interrupt();
    lock.close();
    assertThat(Thread.interrupted()).isTrue();
    try (DiskLock again = disk.lock(file, Duration.ZERO, _ -> {}).orElseThrow()) {
      assertThat(again.isInPlace()).isTrue();
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> disk.lock(file, Duration.ofHours(1), _ -> {}))
          .isInstanceOf(InterruptedIOException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void aLinkToAFolderIsNoFolder() throws IOException {
    Files.createDirectory(folder.resolve("real"));
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("real"));
    assertThat(disk.isDirectory(folder.resolve("link"))).isFalse();
  }

  @Test
  void twoSpellingsOfALockFileAreOneLock() throws IOException {
    Files.createDirectory(folder.resolve("real"));
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("real"));
    Path one = folder.resolve("real").resolve("l");
    Path other = folder.resolve("link").resolve("l");
    try (DiskLock held = disk.lock(one, Duration.ZERO, holder -> {}).orElseThrow()) {
      assertThat(held).isNotNull();
      assertThat(disk.lock(other, Duration.ofMillis(20), holder -> {})).isEmpty();
    }
  }

  @Test
  void T16_aLockWhoseFileIsTakenAwayIsNoticed() throws IOException {
    Path file = folder().resolve("stolen.lock");
    try (DiskLock held = disk().lock(file, Duration.ZERO, holder -> {}).orElseThrow()) {
      assertThat(held.isInPlace()).isTrue();
      Files.delete(file);
      assertThat(held.isInPlace()).isFalse();
      Files.createFile(file);
      assertThat(held.isInPlace()).isFalse();
    }
  }
}
