package dev.catchwater.storage.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.disk.LocalDisk;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.Fixtures;
import dev.catchwater.storage.HashedBlock;
import dev.catchwater.storage.TransferListener;
import dev.catchwater.storage.Workspace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every single bit of everything a dataset consists of is flipped, one at a time, in the real
/// files; each time `verify` must find it and name the file, and find nothing once it is put back.
class EveryBitTest {
  private final Verifier verifier = new Verifier(1);

  @TempDir private Path home = Path.of("");

  private Dataset dataset(int... pushes) throws IOException {
    Dataset dataset = Fixtures.create(Workspace.init(new LocalDisk(), home), "gps");
    for (int rows : pushes) {
      Fixtures.pushRows(dataset, rows);
    }
    return dataset;
  }

  private List<Path> files(Dataset dataset) {
    List<Path> files = new ArrayList<>();
    files.add(dataset.folder().resolve("refs/head"));
    for (HashedBlock block : dataset.blocks()) {
      files.add(dataset.folder().resolve("blocks").resolve(block.hash().toString()));
    }
    for (DataSlice slice : dataset.slicesFromEnd()) {
      files.add(dataset.slicePath(slice));
    }
    return files;
  }

  private List<CatchwaterException> problems(Dataset dataset) {
    return verifier.verify(dataset, TransferListener.NONE).problems();
  }

  private void flipEveryBit(Dataset dataset) throws IOException {
    flip(dataset, Integer.MAX_VALUE);
  }

  /// @param most how many bits of a slice; of what is larger, so many are drawn
  private void flip(Dataset dataset, int most) throws IOException {
    assertThat(problems(dataset)).isEmpty();
    SplittableRandom random = new SplittableRandom(9);
    long flips = 0;
    for (Path file : files(dataset)) {
      byte[] good = Files.readAllBytes(file);
      long bits = good.length * 8L;
      boolean isDrawn = file.toString().contains("/data/") && bits > most;
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        for (long i = 0; i < (isDrawn ? most : bits); i++) {
          long bit = isDrawn ? random.nextLong(bits) : i;
          int at = (int) (bit / 8);
          put(channel, at, good[at] ^ 1 << bit % 8);
          requireFound(dataset, file, bit);
          put(channel, at, good[at]);
          flips++;
        }
      }
    }
    assertThat(problems(dataset)).isEmpty();
    assertThat(flips).isGreaterThanOrEqualTo(Math.min(most, 8 * size(dataset)));
    System.out.println("T09 verify flips=" + flips + " found=" + flips + " unnamed=0");
  }

  private long size(Dataset dataset) throws IOException {
    long size = 0;
    for (Path file : files(dataset)) {
      size += Files.size(file);
    }
    return size;
  }

  private void requireFound(Dataset dataset, Path file, long bit) {
    List<CatchwaterException> found = problems(dataset);
    if (found.size() != 1
        || !file.toString().equals(Objects.requireNonNull(found.getFirst().place()).file())) {
      throw new AssertionError("bit " + bit + " of " + file + ": " + found);
    }
  }

  private static void put(FileChannel channel, int at, int value) throws IOException {
    channel.write(ByteBuffer.wrap(new byte[] {(byte) value}), at);
  }

  @Test
  void T09_verifyFindsEveryFlippedBitAndNamesTheFile() throws IOException {
    flipEveryBit(dataset(1, 3));
  }

  @Test
  @Tag("slow")
  void T09_verifyFindsFlippedBitsOfLargerSlices() throws IOException {
    flip(dataset(100, 1, 3_000), 4_096);
  }

  @Test
  @Tag("nightly")
  void T09_verifyFindsEveryFlippedBitOfLargerSlices() throws IOException {
    flipEveryBit(dataset(100, 1, 3_000));
  }

  @Test
  @Tag("slow")
  void T09_aThousandRunsOverWhatIsSoundFindNothing() throws IOException {
    int runs = 0;
    for (int workspace = 0; workspace < 20; workspace++) {
      Path folder = Files.createDirectory(home.resolve("clean" + workspace));
      Dataset dataset = Fixtures.create(Workspace.init(new LocalDisk(), folder), "gps");
      for (int push = 0; push < 50; push++) {
        Fixtures.pushRows(dataset, 1 + (workspace + push) % 30);
        assertThat(problems(dataset)).as("workspace %d, push %d", workspace, push).isEmpty();
        runs++;
      }
    }
    System.out.println("T09 verify clean=" + runs + " falseAlarms=0");
  }
}
