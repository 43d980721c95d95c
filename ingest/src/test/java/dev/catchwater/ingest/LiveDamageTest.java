package dev.catchwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catchwater.columnar.batch.RecordBatch;
import dev.catchwater.columnar.slice.SliceOptions;
import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.disk.ForwardingDisk;
import dev.catchwater.ingest.live.HotRows;
import dev.catchwater.ingest.live.LiveSettings;
import dev.catchwater.ingest.live.LiveWorkspace;
import dev.catchwater.ingest.live.PushIdentity;
import dev.catchwater.ingest.prepare.Preprocess;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.Multihash;
import dev.catchwater.storage.Workspace;
import dev.catchwater.testkit.SimDisk;
import dev.catchwater.testkit.Tier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Flipped bits in the journal of a dataset (reliability T09): whoever reads rows that are in no
/// slice is told of the damage with the file, or gets what was acknowledged.
class LiveDamageTest {
  private static final long WAIT_NANOS_MAX = 30_000_000_000L;
  private static final int STRIDE = Tier.pick(29, 1);
  private static final PushLimits LIMITS = new PushLimits(1 << 20, 1_000);
  private static final int PUSHES = 3;

  @Test
  void T09_everyFlippedBitOfAJournalIsFoundOrHarmless() throws IOException {
    SimDisk disk = new SimDisk(SimDisk.Mode.EXT4, 3);
    PushFixture fixture =
        PushFixture.of(
            disk,
            PushFixture.manifest(
                "{kind: NdJson, schema: [\"id BIGINT\", \"v STRING\"]}", "{kind: Append}"),
            LIMITS,
            1);
    fixture.push("{\"id\":0}");
    LiveWorkspace live =
        new LiveWorkspace(
            Workspace.find(disk, Path.of("/work"), null),
            LiveSettings.standard(),
            () -> PushFixture.SYSTEM_TIME,
            new SplittableRandom(3),
            SliceOptions.defaults().withThreads(0),
            LIMITS,
            Preprocess.NONE);
    for (int i = 1; i <= PUSHES; i++) {
      String body = "{\"id\":" + i + ",\"v\":\"row " + i + "\"}";
      Multihash hash = Multihash.sha3(body.getBytes(StandardCharsets.UTF_8));
      live.dataset(fixture.dataset())
          .push(fixture.request(body), new PushIdentity("key-" + i, null, hash), false);
    }
    // The proof behind the last group is written when the journal has nothing else to do.
    long end = System.nanoTime() + WAIT_NANOS_MAX;
    while (!disk.trace().getLast().startsWith("write") && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    FlippingDisk flipped = new FlippingDisk(disk.restartAfterKill());
    PushFixture.abandon(live);
    PushFixture found = PushFixture.reopened(flipped, LIMITS);
    List<String> rows = rows(found);
    assertThat(rows).hasSize(PUSHES);
    Path segment = found.dataset().journalFolder();
    segment = segment.resolve(found.disk().list(segment).getFirst());
    byte[] bytes = found.disk().readAll(segment);
    int used = bytes.length;
    while (bytes[used - 1] == 0) {
      used--;
    }
    int flips = 0;
    int refused = 0;
    int cut = 0;
    List<String> silent = new ArrayList<>();
    for (int bit = 0; bit < 8 * (used + 64); bit += STRIDE) {
      flipped.segment = segment;
      flipped.bit = bit;
      flips++;
      try {
        List<String> read = rows(found);
        assertThat(rows.subList(0, read.size())).as("bit %d", bit).isEqualTo(read);
        cut += read.size() < rows.size() ? 1 : 0;
        if (read.size() < rows.size()) {
          silent.add("byte " + bit / 8);
        }
      } catch (CatchwaterException e) {
        assertThat(e.getMessage()).as("bit %d", bit).contains(segment.getFileName().toString());
        refused++;
      }
    }
    System.out.printf(
        "T09 journal flips=%d found=%d harmless=%d%n", flips, refused, flips - refused - cut);
    // What nothing proves to have been forced is a torn tail; a proof lies behind the last group.
    assertThat(silent).hasSize(cut).isEmpty();
    assertThat(refused).isGreaterThan(7 * 4_096 / STRIDE);
  }

  /// One bit of one file reads wrong.
  private static final class FlippingDisk extends ForwardingDisk {
    private Path segment = Path.of("/none");
    private long bit;

    FlippingDisk(Disk disk) {
      super(disk);
    }

    @Override
    public DiskFile openForRead(Path file) throws IOException {
      DiskFile opened = super.openForRead(file);
      return file.equals(segment) ? new FlippedFile(opened, bit) : opened;
    }
  }

  private record FlippedFile(DiskFile file, long bit) implements DiskFile {
    @Override
    public int read(byte[] into, int offset, int length, long position) throws IOException {
      int count = file.read(into, offset, length, position);
      long at = bit / 8 - position;
      if (at >= 0 && at < count) {
        into[offset + (int) at] ^= (byte) (1 << bit % 8);
      }
      return count;
    }

    @Override
    public void write(byte[] from, int offset, int length, long position) {
      throw new AssertionError("a reader writes");
    }

    @Override
    public void truncate(long size) {
      throw new AssertionError("a reader cuts");
    }

    @Override
    public void force() throws IOException {
      file.force();
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  private static List<String> rows(PushFixture fixture) {
    List<String> rows = new ArrayList<>();
    for (RecordBatch batch : HotRows.of(fixture.dataset()).batches()) {
      for (int i = 0; i < batch.rowCount(); i++) {
        rows.add(PushFixture.text(batch, i));
      }
    }
    return rows;
  }
}
