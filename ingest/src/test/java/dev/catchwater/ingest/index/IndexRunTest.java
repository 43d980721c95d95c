package dev.catchwater.ingest.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.testkit.Seeded;
import dev.catchwater.testkit.SimDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IndexRunTest {
  private static final Path FOLDER = Path.of("/index");
  private static final long ID = 0x1234_5678_9abcL;

  private Disk disk = new SimDisk(SimDisk.Mode.EXT4, 1);

  @BeforeEach
  void makeFolder() throws IOException {
    disk = new SimDisk(SimDisk.Mode.EXT4, 1);
    disk.createDirectories(FOLDER);
  }

  @Seeded(iterations = 60)
  void findsWhatIsInItAndNothingElse(RandomGenerator random) throws IOException {
    int size = random.nextInt(1, 1 << random.nextInt(1, 16));
    TreeMap<Long, Long> model = new TreeMap<>();
    for (int i = 0; i < size; i++) {
      // Now and then keys that are no hashes: the guess is bad and must still arrive.
      model.put(random.nextInt(10) == 0 ? random.nextInt(1_000) : random.nextLong(), (long) i);
    }
    try (IndexRun run = write(model)) {
      KeySet wanted = wanted(model, random);
      Findings findings = new Findings(wanted, 1);
      run.find(wanted, findings);
      for (int i = 0; i < wanted.size(); i++) {
        Long expected = wanted.low(i) == 0 ? model.get(wanted.high(i)) : null;
        assertThat(findings.isFound(i)).isEqualTo(expected != null);
        if (expected != null) {
          assertThat(findings.content(i)).isEqualTo(expected);
        }
      }
    }
  }

  @Seeded(iterations = 20)
  void mergesSeveralRunsIntoOne(RandomGenerator random) throws IOException {
    TreeMap<Long, Long> all = new TreeMap<>();
    TreeMap<Long, Long> one = new TreeMap<>();
    TreeMap<Long, Long> other = new TreeMap<>();
    for (int i = 0; i < 2_000; i++) {
      long key = random.nextLong();
      all.put(key, (long) i);
      (random.nextBoolean() ? one : other).put(key, (long) i);
    }
    EntrySource both = EntrySource.of(keys(other), null);
    try (IndexRun first = write(one);
        IndexRun merged = written(7, new MergedEntries(List.of(first.entries(), both), null))) {
      EntrySource entries = merged.entries();
      for (Map.Entry<Long, Long> entry : all.entrySet()) {
        assertThat(entries.next()).isTrue();
        assertThat(entries.high()).isEqualTo(entry.getKey());
        assertThat(entries.value(0)).isEqualTo(entry.getValue());
      }
      assertThat(entries.next()).isFalse();
      assertThat(merged.entryCount()).isEqualTo(2_000);
    }
  }

  @Test
  void T29_everyFlippedByteOfAPageIsFound() throws IOException {
    SortedMap<Long, Long> model = spread(400);
    write(model).close();
    byte[] good = disk.readAll(FOLDER.resolve(IndexRun.fileName(ID)));
    for (int at = 0; at < good.length; at += 7) {
      byte[] bad = good.clone();
      bad[at] ^= (byte) (1 << (at & 7));
      assertDamaged(bad, model);
    }
  }

  @Test
  void T29_swappedPagesAndPagesOfAnotherRunAreFound() throws IOException {
    SortedMap<Long, Long> model = spread(400);
    write(model).close();
    byte[] good = disk.readAll(FOLDER.resolve(IndexRun.fileName(ID)));
    byte[] swapped = good.clone();
    System.arraycopy(good, 0, swapped, IndexPage.BYTES, IndexPage.BYTES);
    System.arraycopy(good, IndexPage.BYTES, swapped, 0, IndexPage.BYTES);
    assertDamaged(swapped, model);

    written(99, EntrySource.of(keys(model), null)).close();
    byte[] foreign = disk.readAll(FOLDER.resolve(IndexRun.fileName(99)));
    assertDamaged(foreign, model);
  }

  @Test
  void T29_aRunOfAnotherLengthIsNotOpened() throws IOException {
    write(spread(400)).close();
    assertThatThrownBy(() -> IndexRun.open(disk, FOLDER, EntryForm.KEYS, ID, 100))
        .isInstanceOf(DamagedIndexException.class);
    assertThatThrownBy(() -> IndexRun.open(disk, FOLDER, EntryForm.KEYS, 5, 100))
        .isInstanceOf(DamagedIndexException.class);
  }

  @Test
  void aSearchForOneKeyInAMillionReadsAFewPages() throws IOException {
    java.util.SplittableRandom random = new java.util.SplittableRandom(3);
    TreeMap<Long, Long> model = new TreeMap<>();
    for (int i = 0; i < 1_000_000; i++) {
      model.put(random.nextLong(), (long) i);
    }
    try (IndexRun run = write(model)) {
      long before = ((SimDisk) disk).calls();
      for (int i = 0; i < 100; i++) {
        KeySet one = new KeySet(1);
        one.add(random.nextLong(), 0, 0);
        run.find(one, new Findings(one, 1));
      }
      assertThat(((SimDisk) disk).calls() - before).isLessThan(400);
    }
  }

  private void assertDamaged(byte[] bytes, SortedMap<Long, Long> model) throws IOException {
    Path path = FOLDER.resolve(IndexRun.fileName(ID));
    disk.delete(path);
    try (DiskFile file = disk.create(path)) {
      file.write(bytes, 0, bytes.length, 0);
    }
    try (IndexRun run = IndexRun.open(disk, FOLDER, EntryForm.KEYS, ID, model.size())) {
      KeySet all = keys(model);
      assertThatThrownBy(() -> run.find(all, new Findings(all, 1)))
          .isInstanceOf(DamagedIndexException.class);
    }
  }

  private IndexRun write(SortedMap<Long, Long> model) throws IOException {
    return written(ID, EntrySource.of(keys(model), null));
  }

  private IndexRun written(long id, EntrySource entries) throws IOException {
    return IndexRun.write(disk, FOLDER, EntryForm.KEYS, id, entries, true);
  }

  private static KeySet keys(SortedMap<Long, Long> model) {
    KeySet keys = new KeySet(model.size());
    model.forEach((key, content) -> keys.add(key, 0, content));
    return keys;
  }

  private static SortedMap<Long, Long> spread(int size) {
    TreeMap<Long, Long> model = new TreeMap<>();
    for (int i = 0; i < size; i++) {
      model.put(i * 0x9e37_79b9_7f4a_7c15L, (long) i);
    }
    return model;
  }

  /// Some keys that are there and some that are not, sorted.
  private static KeySet wanted(SortedMap<Long, Long> model, RandomGenerator random) {
    KeySet unsorted = new KeySet(16);
    int share = random.nextInt(1, 100);
    for (Long key : model.keySet()) {
      if (random.nextInt(100) < share) {
        unsorted.add(key, 0, 0);
      }
      if (random.nextInt(100) < share) {
        unsorted.add(key, 1, 0);
      }
    }
    for (int i = 0; i < 20; i++) {
      unsorted.add(random.nextLong(), 5, 0);
    }
    KeySet sorted = new KeySet(unsorted.size());
    for (int at : unsorted.order()) {
      sorted.add(unsorted.high(at), unsorted.low(at), 0);
    }
    return sorted;
  }
}
