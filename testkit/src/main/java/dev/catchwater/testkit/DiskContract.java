package dev.catchwater.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.DiskLock;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What every [Disk] does; each implementation inherits these tests, so that what is proven on the
/// simulated disk holds on the real one.
public abstract class DiskContract {

  /// The disk under test.
  protected abstract Disk disk();

  /// An existing empty folder on it.
  protected abstract Path folder();

  private Path path(String name) {
    return folder().resolve(name);
  }

  private void write(Path file, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (DiskFile out = disk().create(file)) {
      out.write(bytes, 0, bytes.length, 0);
    }
  }

  private String read(Path file) throws IOException {
    return new String(disk().readAll(file), StandardCharsets.UTF_8);
  }

  @Test
  void aWrittenFileIsReadBack() throws IOException {
    write(path("a"), "hello");
    assertThat(read(path("a"))).isEqualTo("hello");
  }

  @Test
  void createRefusesAnExistingName() throws IOException {
    write(path("a"), "");
    assertThatThrownBy(() -> disk().create(path("a")))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void createNeedsTheFolder() {
    assertThatThrownBy(() -> disk().create(path("no").resolve("a")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void openRefusesAMissingFile() {
    assertThatThrownBy(() -> disk().openForRead(path("a"))).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aFileOpenForReadingIsNotWritten() throws IOException {
    write(path("a"), "x");
    try (DiskFile file = disk().openForRead(path("a"))) {
      assertThatThrownBy(() -> file.write(new byte[1], 0, 1, 0))
          .isInstanceOf(NonWritableChannelException.class);
    }
  }

  @Test
  void aClosedFileIsNotRead() throws IOException {
    write(path("a"), "x");
    DiskFile file = disk().openForRead(path("a"));
    file.close();
    file.close();
    assertThatThrownBy(() -> file.read(new byte[1], 0, 1, 0))
        .isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void readingAtTheEndSaysSo() throws IOException {
    write(path("a"), "abc");
    try (DiskFile file = disk().openForRead(path("a"))) {
      byte[] into = new byte[5];
      assertThat(file.read(into, 1, 4, 1)).isEqualTo(2);
      assertThat(into).containsExactly(0, 'b', 'c', 0, 0);
      assertThat(file.read(into, 0, 5, 3)).isEqualTo(-1);
      assertThat(file.read(into, 0, 5, 99)).isEqualTo(-1);
      assertThatThrownBy(() -> file.readFully(into, 0, 4, 0)).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void aGapIsFilledWithZeros() throws IOException {
    try (DiskFile file = disk().create(path("a"))) {
      file.write(new byte[] {1}, 0, 1, 600);
      assertThat(file.size()).isEqualTo(601);
      byte[] into = new byte[601];
      file.readFully(into, 0, 601, 0);
      assertThat(into[0]).isZero();
      assertThat(into[600]).isEqualTo((byte) 1);
    }
  }

  @Test
  void truncateCutsAndExtendsWithZeros() throws IOException {
    try (DiskFile file = disk().create(path("a"))) {
      file.write(new byte[] {1, 2, 3, 4}, 0, 4, 0);
      file.truncate(2);
      assertThat(file.size()).isEqualTo(2);
      file.truncate(5);
      byte[] into = new byte[5];
      file.readFully(into, 0, 5, 0);
      assertThat(into).containsExactly(1, 2, 0, 0, 0);
      file.force();
    }
  }

  @Test
  void listIsSortedAndHasDotFiles() throws IOException {
    write(path("b"), "");
    write(path(".a"), "");
    disk().createDirectories(path("c").resolve("d"));
    assertThat(disk().list(folder())).containsExactly(".a", "b", "c");
    assertThat(disk().list(path("missing"))).isEmpty();
  }

  @Test
  void foldersAreToldFromFiles() throws IOException {
    write(path("a"), "");
    disk().createDirectories(path("b"));
    disk().createDirectories(path("b"));
    assertThat(disk().exists(path("a"))).isTrue();
    assertThat(disk().isDirectory(path("a"))).isFalse();
    assertThat(disk().isDirectory(path("b"))).isTrue();
    assertThat(disk().exists(path("c"))).isFalse();
    assertThat(disk().isDirectory(path("c"))).isFalse();
    assertThatThrownBy(() -> disk().createDirectories(path("a")))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void aPrivateFolderIsMadeOnce() throws IOException {
    disk().createPrivateDirectory(path("p"));
    assertThat(disk().isDirectory(path("p"))).isTrue();
    assertThatThrownBy(() -> disk().createPrivateDirectory(path("p")))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> disk().createPrivateDirectory(path("x").resolve("y")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void renameReplacesAFile() throws IOException {
    write(path("a"), "new");
    write(path("b"), "old");
    disk().rename(path("a"), path("b"));
    assertThat(disk().list(folder())).containsExactly("b");
    assertThat(read(path("b"))).isEqualTo("new");
  }

  @Test
  void renameMovesAFolderWithAllInIt() throws IOException {
    disk().createDirectories(path("a").resolve("deep"));
    write(path("a").resolve("deep").resolve("f"), "x");
    disk().createDirectories(path("into"));
    disk().rename(path("a"), path("into").resolve("b"));
    assertThat(read(path("into").resolve("b").resolve("deep").resolve("f"))).isEqualTo("x");
    assertThat(disk().exists(path("a"))).isFalse();
  }

  @Test
  void renameRefusesWhatItWouldDestroy() throws IOException {
    disk().createDirectories(path("a").resolve("x"));
    disk().createDirectories(path("b").resolve("y"));
    write(path("f"), "");
    assertThatThrownBy(() -> disk().rename(path("a"), path("b")))
        .isInstanceOf(FileSystemException.class);
    assertThatThrownBy(() -> disk().rename(path("f"), path("b")))
        .isInstanceOf(FileSystemException.class);
    assertThatThrownBy(() -> disk().rename(path("a"), path("f")))
        .isInstanceOf(FileSystemException.class);
    assertThatThrownBy(() -> disk().rename(path("no"), path("g")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void anOpenFileOutlivesItsName() throws IOException {
    write(path("a"), "still");
    try (DiskFile file = disk().openForRead(path("a"))) {
      disk().delete(path("a"));
      byte[] into = new byte[5];
      file.readFully(into, 0, 5, 0);
      assertThat(new String(into, StandardCharsets.UTF_8)).isEqualTo("still");
    }
  }

  @Test
  void deleteTakesFilesAndEmptyFolders() throws IOException {
    disk().delete(path("missing"));
    disk().createDirectories(path("a"));
    write(path("a").resolve("f"), "");
    assertThatThrownBy(() -> disk().delete(path("a")))
        .isInstanceOf(DirectoryNotEmptyException.class);
    disk().delete(path("a").resolve("f"));
    disk().delete(path("a"));
    assertThat(disk().list(folder())).isEmpty();
  }

  @Test
  void onlyAFolderIsSynced() throws IOException {
    disk().syncDirectory(folder());
    assertThatThrownBy(() -> disk().syncDirectory(path("missing")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aLockExcludesUntilItIsClosed() throws IOException {
    List<String> heard = new ArrayList<>();
    Duration moment = Duration.ofMillis(20);
    DiskLock first = disk().lock(path("l"), moment, heard::add).orElseThrow();
    assertThat(heard).isEmpty();
    assertThat(disk().lock(path("l"), Duration.ZERO, heard::add)).isEmpty();
    assertThat(heard).as("who does not wait needs not be told").isEmpty();
    assertThat(disk().lock(path("l"), moment, heard::add)).isEmpty();
    assertThat(heard).hasSize(1).allMatch(holder -> holder.startsWith("process "));
    first.close();
    first.close();
    Optional<DiskLock> second = disk().lock(path("l"), Duration.ZERO, heard::add);
    assertThat(second).isPresent();
    second.orElseThrow().close();
  }

  @Test
  void whoWaitsGetsTheLock() throws Exception {
    DiskLock first = disk().lock(path("l"), Duration.ZERO, holder -> {}).orElseThrow();
    Thread releasing =
        Thread.ofPlatform()
            .unstarted(() -> {
              try {
                first.close();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    Optional<DiskLock> second =
        disk().lock(path("l"), Duration.ofSeconds(20), holder -> releasing.start());
    assertThat(second).isPresent();
    second.orElseThrow().close();
    releasing.join();
  }

  @Test
  void thereIsRoom() throws IOException {
    assertThat(disk().freeSpace(folder())).isPositive();
    assertThat(disk().totalSpace(folder())).isGreaterThanOrEqualTo(disk().freeSpace(folder()));
  }
}
