package dev.catchwater.storage.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.event.MetadataEvent.DataSlice;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.Dataset;
import dev.catchwater.storage.DatasetWriter;
import dev.catchwater.storage.Fixtures;
import dev.catchwater.storage.HashedBlock;
import dev.catchwater.storage.LockWait;
import dev.catchwater.storage.TransferListener;
import dev.catchwater.storage.Workspace;
import dev.catchwater.testkit.Seeded;
import dev.catchwater.testkit.SimDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class VerifierTest {
  private static final int FLIPS = 40 * Integer.getInteger("tests.iters", 8);

  private final SimDisk disk = new SimDisk(SimDisk.Mode.STRICT, 1);
  private final Workspace workspace = makeWorkspace();
  private final Dataset dataset = makeDataset("gps");
  private final Verifier verifier = new Verifier(1);

  private Workspace makeWorkspace() {
    try {
      disk.createDirectories(Fixtures.HOME);
      return Workspace.init(disk, Fixtures.HOME);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Dataset makeDataset(String name) {
    try {
      Dataset made = Fixtures.create(workspace, name);
      Fixtures.pushRows(made, 3);
      Fixtures.pushRows(made, 20);
      return made;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private VerifyReport verify() {
    return verifier.verify(dataset, TransferListener.NONE);
  }

  private CatchwaterException onlyProblem() {
    VerifyReport report = verify();
    assertThat(report.problems()).hasSize(1);
    return report.problems().getFirst();
  }

  private void replace(Path file, byte[] bytes) throws IOException {
    disk.delete(file);
    try (DiskFile out = disk.create(file)) {
      out.write(bytes, 0, bytes.length, 0);
    }
  }

  private static String place(CatchwaterException problem) {
    return String.valueOf(Objects.requireNonNull(problem.place()).file());
  }

  private Path head() {
    return dataset.folder().resolve("refs/head");
  }

  private Path block(int fromHead) {
    int index = 0;
    for (HashedBlock block : dataset.blocks()) {
      if (index++ == fromHead) {
        return dataset.folder().resolve("blocks").resolve(block.hash().toString());
      }
    }
    throw new IllegalArgumentException("no block " + fromHead);
  }

  private Path slice(int fromEnd) {
    int index = 0;
    for (DataSlice slice : dataset.slicesFromEnd()) {
      if (index++ == fromEnd) {
        return dataset.slicePath(slice);
      }
    }
    throw new IllegalArgumentException("no slice " + fromEnd);
  }

  @Test
  void aSoundDatasetIsValidOnOneAndOnSeveralThreads() {
    for (int threads = 1; threads <= 4; threads += 3) {
      List<Long> heard = new ArrayList<>();
      VerifyReport report =
          new Verifier(threads).verify(dataset, (done, total) -> heard.add(total - done));
      assertThat(report.problems()).isEmpty();
      assertThat(report.notes()).isEmpty();
      assertThat(report.isValid()).isTrue();
      assertThat(report.blocks()).isEqualTo(5);
      assertThat(report.slices()).isEqualTo(2);
      assertThat(report.rows()).isEqualTo(23);
      assertThat(heard).isNotEmpty().contains(0L);
    }
  }

  @Seeded
  void T09_aFlippedBitInAnySliceIsFoundAndTheFileIsNamed(RandomGenerator random)
      throws IOException {
    Path file = slice(0);
    byte[] good = disk.readAll(file);
    for (int i = 0; i < FLIPS; i++) {
      byte[] flipped = good.clone();
      flipped[random.nextInt(good.length)] ^= (byte) (1 << random.nextInt(8));
      replace(file, flipped);
      CatchwaterException problem = onlyProblem();
      assertThat(problem.code()).isEqualTo(ErrorCode.CORRUPT);
      assertThat(place(problem)).isEqualTo(file.toString());
    }
    replace(file, good);
    assertThat(verify().isValid()).isTrue();
  }

  @Test
  void T09_otherDamageIsFoundToo() throws IOException {
    for (Path file : List.of(head(), block(0), block(2), block(4), slice(0), slice(1))) {
      byte[] good = disk.readAll(file);
      List<byte[]> damaged =
          List.of(
              new byte[0],
              Arrays.copyOf(good, good.length - 1),
              Arrays.copyOf(good, good.length + 1),
              disk.readAll(file.equals(block(0)) ? block(1) : block(0)));
      for (byte[] bytes : damaged) {
        if (!Arrays.equals(bytes, good)) {
          replace(file, bytes);
          assertThat(verify().isValid()).as(file.toString()).isFalse();
          replace(file, good);
        }
      }
      disk.delete(file);
      assertThat(verify().isValid()).as(file.toString()).isFalse();
      replace(file, good);
    }
    byte[] first = disk.readAll(slice(0));
    byte[] second = disk.readAll(slice(1));
    Path one = slice(0);
    Path other = slice(1);
    replace(one, second);
    replace(other, first);
    assertThat(verify().problems()).hasSize(2);
  }

  @Test
  void systemTimesDoNotFallFromSliceToSlice() throws IOException {
    try (DatasetWriter writer = dataset.openWriter(LockWait.none())) {
      Fixtures.pushRows(writer, 2, writer.state().systemTime());
      assertThat(verify().problems()).isEmpty();
      Fixtures.pushRows(writer, 2, Fixtures.START);
    }
    CatchwaterException problem = onlyProblem();
    assertThat(place(problem)).isEqualTo(slice(0).toString());
    assertThat(problem.getMessage())
        .contains("The first row has system time " + Fixtures.START)
        .contains("before the rows of the slice before it");
  }

  @Test
  void BAD101_theHeadFileIsNamedAndOnlyThisDatasetStops() throws IOException {
    makeDataset("other");
    String text = new String(disk.readAll(head()), StandardCharsets.UTF_8);
    String foreign = workspace.require("other").head().toString();
    String missing = Multihash.sha3(new byte[3]).toString();
    String[][] cases = {
      {"", "has exactly 69 characters, this one has 0"},
      {text + "\n", "this one has 70, it ends with a newline"},
      {text.substring(1), "this one has 68"},
      {text.toUpperCase(java.util.Locale.ROOT), "The reference is not"},
      {missing, "refs/head: The head"},
    };
    for (String[] one : cases) {
      replace(head(), one[0].getBytes(StandardCharsets.UTF_8));
      assertThat(onlyProblem().getMessage()).containsIgnoringCase(one[1]);
      assertState(one[1]);
    }
    replace(head(), foreign.getBytes(StandardCharsets.UTF_8));
    assertState("refs/head: The head is block " + foreign + ", which is missing");
    copyBlocks(workspace.require("other"));
    assertState("The head is a block of another dataset");
    assertThat(verify().problems()).anyMatch(p -> p.plainMessage().contains("another dataset"));
    disk.delete(head());
    assertThat(onlyProblem().getMessage()).contains("refs/head: The reference to the head");
    assertThat(workspace.list()).hasSize(2);
    assertThat(workspace.require("other").state().lastOffset()).isEqualTo(22);
  }

  private void copyBlocks(Dataset from) throws IOException {
    for (HashedBlock block : from.blocks()) {
      Path name = Path.of("blocks", block.hash().toString());
      replace(dataset.folder().resolve(name), disk.readAll(from.folder().resolve(name)));
    }
  }

  private void assertState(String message) {
    CatchwaterException thrown = null;
    try {
      dataset.state();
    } catch (CatchwaterException e) {
      thrown = e;
    }
    assertThat(thrown).isNotNull();
    assertThat(Objects.requireNonNull(thrown).getMessage()).containsIgnoringCase(message);
  }

  @Test
  void BAD102_aChangedBlockIsNamed() throws IOException {
    Path file = block(1);
    byte[] good = disk.readAll(file);
    replace(file, Arrays.copyOf(good, good.length + 1));
    assertThat(onlyProblem().getMessage()).startsWith(file + ": Block hash mismatch");
    disk.rename(file, file.resolveSibling("renamed"));
    assertThat(onlyProblem().getMessage()).startsWith(file + ": Missing block");
  }

  @Test
  void BAD103_aMissingSliceAndARewrittenOneAreToldApart() throws IOException {
    Path file = slice(0);
    byte[] good = disk.readAll(file);
    disk.delete(file);
    CatchwaterException missing = onlyProblem();
    assertThat(missing.code()).isEqualTo(ErrorCode.OBJECT_NOT_FOUND);
    assertThat(missing.getMessage()).contains("Missing slice f1620", "pull");
    // A byte in the magic's neighbourhood that no reader looks at: the rows stay the same.
    byte[] rewritten = good.clone();
    int createdBy = indexOf(good, "catchwater");
    assertThat(createdBy).as("the writer's name in the footer").isPositive();
    rewritten[createdBy] = 'C';
    replace(file, rewritten);
    assertThat(onlyProblem().getMessage()).contains("Physical hash differs, logical equal");
  }

  private static int indexOf(byte[] bytes, String text) {
    return new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf(text);
  }
}
